import { CliBackend } from "./backends/cli-backend.ts";
import { FileStore } from "./backends/file-store.ts";
import { folderOf } from "./backends/file-url.ts";
import type { ObjectStore } from "./backends/object-store.ts";
import { readS3Url } from "./backends/s3-url.ts";
import { S3Store } from "./backends/s3-store.ts";
import { StoreBackend } from "./backends/store-backend.ts";
import type { StackLock } from "./locks.ts";
import type { PulumiCli } from "./pulumi-cli.ts";
import type { ReadingCache } from "./reading-cache.ts";
import { StartedProcesses } from "./started.ts";
import type { Reading } from "./verdict.ts";

/** Where the stacks' states live, as far as `fleet` looks into it. */
export interface Backend {
  /** Names of all stacks of the project; asked once, never per stack. */
  list(): Promise<ReadonlySet<string>>;
  /** What a stack that exists holds; a failure is part of the answer, for it is that stack's alone. */
  read(stack: string): Promise<Reading>;
  /** Locks on a stack; empty where the backend keeps them out of sight. */
  locks(stack: string): Promise<readonly StackLock[]>;
  /** Removes those of the locks that a killed `pulumi` of ours has left. Returns how many there were. */
  removeDeadLocks(locks: readonly StackLock[]): Promise<number>;
  /** Removes what a killed `pulumi` has left half written; only while nobody has a lock. */
  mend(stack: string): void;
  /** Its objects, where they can be seen; `null` where only the CLI knows them. */
  readonly store: ObjectStore | null;
}

/** What a backend is opened with. */
export interface BackendOptions {
  /** As PULUMI_BACKEND_URL says it. */
  readonly url: string;
  /** Folder that the CLI runs in: what a relative `file://` URL is relative to. */
  readonly directory: string;
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Folder where `fleet` writes down what it started. */
  readonly logs: string;
  readonly cli: () => Promise<PulumiCli>;
  readonly cache: ReadingCache;
}

/** The backend of a URL: folders and S3 buckets are read directly, everything else is asked through the CLI. */
export function openBackend({ url, directory, project, logs, cli, cache }: BackendOptions): Backend {
  const folder = folderOf(url, directory);
  // Whoever has a lock in a folder works on this machine, as far as the name of the machine tells.
  if (folder !== null) return new StoreBackend(new FileStore(folder), project, cache, () => true);
  const s3 = readS3Url(url);
  if (s3 === null) return new CliBackend(cli, url);
  // Machines that share a bucket may share a name as well, so a lock is ours only where we know that we have begun its holder.
  const started = new StartedProcesses(logs);
  return new StoreBackend(new S3Store(s3), project, cache, (holder, stack) => started.include(holder, stack));
}
