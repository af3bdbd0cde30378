import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

import * as z from "zod";

import { writePrivateFile } from "../local/private-file.ts";
import type { Recorded } from "./recorded.ts";

const entrySchema = z.strictObject({
  stamp: z.string(),
  recorded: z.strictObject({
    begun: z.string().nullable(),
    finished: z.strictObject({ fingerprint: z.string(), resources: z.int() }).nullable(),
    resources: z.int(),
    pending: z.int(),
    tenants: z.array(z.string()),
  }),
});

const cacheSchema = z.strictObject({ version: z.literal(1), entries: z.record(z.string(), entrySchema) });

type Entries = z.output<typeof cacheSchema>["entries"];

/**
 * Remembers what state files said, by file and by when, how large and which file it was: Pulumi replaces a state by a new file. The
 * states stay the truth; without the cache, or with a broken one, they are read again. It holds no more than `Recorded` does.
 */
export class ReadingCache {
  readonly #path: string;
  readonly #entries: Entries;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    this.#entries = readEntries(path);
  }

  /** What a state file says; `read` is asked where that is not known. A failure is not remembered. */
  take(file: string, read: () => Recorded): Recorded {
    // Before reading: a file that is replaced in between then counts as changed the next time.
    const { mtimeNs, size, ino } = statSync(file, { bigint: true });
    const stamp = `${mtimeNs}:${size}:${ino}`;
    const known = this.#entries[file];
    if (known?.stamp === stamp) return known.recorded;
    const recorded = read();
    this.#entries[file] = { stamp, recorded: { ...recorded, tenants: [...recorded.tenants] } };
    this.#changed = true;
    return recorded;
  }

  /** Writes it down where something is new. A folder that cannot be written costs time only. */
  save(): void {
    if (!this.#changed) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writePrivateFile(this.#path, JSON.stringify({ version: 1, entries: this.#entries }));
      this.#changed = false;
    } catch {
      // The next run reads the states again.
    }
  }
}

function readEntries(path: string): Entries {
  try {
    return cacheSchema.parse(JSON.parse(readFileSync(path, "utf8"))).entries;
  } catch {
    return {};
  }
}
