import { join } from "node:path";

import { matchFiles } from "./globs.ts";
import { fileDigest } from "./read.ts";

/** What an environment was read from. */
export interface Origin {
  /** SHA-256 of every file that was read, by its path from the project's folder; the environment's own file is the first. */
  readonly files: ReadonlyMap<string, string>;
  /** `tenantry:tenantFiles`, as written. */
  readonly patterns: readonly unknown[];
}

/** Whether the same files, with the same bytes, would be read again; not where nothing was, nor where it cannot be told. */
export function isUnchanged(directory: string, { files, patterns }: Origin): boolean {
  const [own, ...others] = files.keys();
  if (own === undefined) return false;
  const matches = patterns.map((pattern) => matchFiles(directory, pattern));
  if (matches.some(({ findings }) => findings.length > 0)) return false;
  const named = new Set(matches.flatMap((match) => match.files));
  return (
    named.size === others.length &&
    others.every((file) => named.has(file)) &&
    [...files].every(([file, digest]) => fileDigest(join(directory, file)) === digest)
  );
}
