import { readFileSync, readdirSync } from "node:fs";

import type { LocalPaths } from "../paths.ts";
import { type PartName, partNames } from "./parts.ts";
import { type ProcessIdentity, processStartTime } from "./process-identity.ts";

/** A part that runs for this checkout. */
export interface Stray {
  readonly name: PartName;
  readonly identity: ProcessIdentity;
}

/**
 * Parts of this checkout's cluster that run although `run.json` does not know them, because it was removed or damaged.
 *
 * They are told by their command line: it begins with a part's name and names files of this checkout's cluster folder.
 * Linux only; elsewhere the list is empty, and a stray etcd shows as a data folder that is in use.
 */
export function findStrays(paths: LocalPaths, knownPids: ReadonlySet<number>): readonly Stray[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || knownPids.has(pid)) return [];
    const name = partOf(pid, `=${paths.cluster.directory}/`);
    const startTime = name === undefined ? null : processStartTime(pid);
    return name === undefined || startTime === null ? [] : [{ name, identity: { pid, startTime } }];
  });
}

function partOf(pid: number, marker: string): PartName | undefined {
  try {
    const [command, ...args] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return args.some((arg) => arg.includes(marker)) ? partNames.find((name) => name === command) : undefined;
  } catch {
    // It has ended since the listing, or belongs to somebody else.
    return undefined;
  }
}
