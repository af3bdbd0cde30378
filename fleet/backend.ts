import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { readLocks, removeCutAttributes, type StackLock } from "./locks.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import type { ReadingCache } from "./reading-cache.ts";
import { readRecorded } from "./recorded.ts";
import type { Reading } from "./verdict.ts";

/** Where the stacks' states live, as far as `fleet` looks into it. */
export interface Backend {
  /** Names of all stacks of the project; asked once, never per stack. */
  list(): Promise<ReadonlySet<string>>;
  /** What a stack that exists holds; a failure is part of the answer, for it is that stack's alone. */
  read(stack: string): Promise<Reading>;
  /** Locks on a stack; empty where the backend keeps them out of sight. */
  locks(stack: string): readonly StackLock[];
  /** Removes what a killed `pulumi` has left half written; only while nobody has a lock. */
  mend(stack: string): void;
}

/** The backend of a URL: a folder is read directly, everything else is asked through the CLI. */
export function openBackend(url: string, project: string, cli: () => Promise<PulumiCli>, cache: ReadingCache): Backend {
  return url.startsWith("file://") ? new FolderBackend(folderOf(url), project, cache) : new RemoteBackend(cli);
}

/** `file://~` is the home folder and `file://./state` a relative path, as the CLI reads them. */
function folderOf(url: string): string {
  const path = url.slice("file://".length);
  if (path.startsWith("~")) return join(process.env["HOME"] ?? "", path.slice(1));
  return path.startsWith("/") ? fileURLToPath(url) : path;
}

const suffixes = [".json", ".json.gz"] as const;

/** A `file://` backend. */
class FolderBackend implements Backend {
  readonly #root: string;
  readonly #project: string;
  readonly #cache: ReadingCache;

  constructor(folder: string, project: string, cache: ReadingCache) {
    this.#root = join(folder, ".pulumi");
    this.#project = project;
    this.#cache = cache;
  }

  list(): Promise<ReadonlySet<string>> {
    const folder = join(this.#root, "stacks", this.#project);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return Promise.resolve(
      new Set(
        files.flatMap((file) => suffixes.filter((end) => file.endsWith(end)).map((end) => file.slice(0, -end.length))),
      ),
    );
  }

  read(stack: string): Promise<Reading> {
    const base = join(this.#root, "stacks", this.#project, stack);
    const suffix = suffixes.find((end) => existsSync(base + end));
    if (suffix === undefined) return Promise.resolve(null);
    try {
      const recorded = this.#cache.take(base + suffix, () => {
        const bytes = readFileSync(base + suffix);
        return readRecorded(JSON.parse((suffix === ".json.gz" ? gunzipSync(bytes) : bytes).toString("utf8")));
      });
      return Promise.resolve(recorded);
    } catch (error) {
      return Promise.resolve({ unreadable: `its state cannot be read: ${firstLine(error)}` });
    }
  }

  locks(stack: string): readonly StackLock[] {
    return readLocks(join(this.#root, "locks", "organization", this.#project, stack));
  }

  mend(stack: string): void {
    for (const suffix of suffixes) removeCutAttributes(join(this.#root, "stacks", this.#project, stack + suffix));
  }
}

/** Pulumi Cloud, a bucket or a database. */
class RemoteBackend implements Backend {
  readonly #cli: () => Promise<PulumiCli>;

  constructor(cli: () => Promise<PulumiCli>) {
    this.#cli = cli;
  }

  async list(): Promise<ReadonlySet<string>> {
    const cli = await this.#cli();
    const stacks = JSON.parse(await cli.ask(["stack", "ls", "--json"])) as readonly { readonly name: string }[];
    // Pulumi Cloud puts the organisation before the name where it is not the default one.
    return new Set(stacks.map(({ name }) => name.slice(name.lastIndexOf("/") + 1)));
  }

  async read(stack: string): Promise<Reading> {
    try {
      const cli = await this.#cli();
      return readRecorded(JSON.parse(await cli.ask(["stack", "export", "--stack", stack])));
    } catch (error) {
      return { unreadable: `its state cannot be read: ${firstLine(error)}` };
    }
  }

  locks(): readonly StackLock[] {
    return [];
  }

  mend(): void {
    // Objects of a bucket and rows of a database are written whole or not at all.
  }
}

/** The first line of what went wrong; the rest of it is for the log. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "unknown reason";
}
