import { mkdirSync, readFileSync } from "node:fs";
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
    creating: z.array(z.string()),
    tenants: z.array(z.string()),
    protected: z.array(z.string()),
  }),
});

const cacheSchema = z.strictObject({ version: z.literal(3), entries: z.record(z.string(), entrySchema) });

type Entries = z.output<typeof cacheSchema>["entries"];

/**
 * Remembers what states said, by where they are and by a stamp that every writing changes. The states stay the truth; without the
 * cache, or with a broken one, they are read again. It holds no more than `Recorded` does.
 */
export class ReadingCache {
  readonly #path: string;
  readonly #entries: Entries;
  #changed = false;

  constructor(path: string) {
    this.#path = path;
    this.#entries = readEntries(path);
  }

  /** What a state with this stamp said; `null` where that is not known. */
  known(state: string, stamp: string): Recorded | null {
    const entry = this.#entries[state];
    return entry?.stamp === stamp ? entry.recorded : null;
  }

  /**
   * Remembers what a state says. Its stamp has to be older than the look at it: a state that is replaced in between then counts as
   * changed the next time.
   */
  remember(state: string, stamp: string, recorded: Recorded): void {
    const { creating, tenants, protected: guarded } = recorded;
    const lists = { creating: [...creating], tenants: [...tenants], protected: [...guarded] };
    this.#entries[state] = { stamp, recorded: { ...recorded, ...lists } };
    this.#changed = true;
  }

  /** Writes it down where something is new. A folder that cannot be written costs time only. */
  save(): void {
    if (!this.#changed) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writePrivateFile(this.#path, JSON.stringify({ version: 3, entries: this.#entries }));
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
