import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import type { LocalPaths } from "../paths.ts";
import { partLog } from "./parts.ts";
import { type ProcessIdentity, isRunning, processStartTime, signalProcess } from "./process-identity.ts";

/** What it takes to start a process of the cluster, and to find its log. */
export interface Startable {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Starts a part in a session of its own, so that it outlives this program and a Ctrl-C does not reach it. Its output
 * goes to its log file; the log of the run before is kept beside it as `<part>.previous.log`.
 *
 * Throws when the program cannot be run at all.
 */
export async function startPart(paths: LocalPaths, part: Startable): Promise<ProcessIdentity> {
  const log = partLog(paths, part.name);
  if (existsSync(log)) renameSync(log, log.replace(/\.log$/, ".previous.log"));
  const output = openSync(log, "w", 0o600);
  try {
    const child = spawn(part.program, part.args, {
      argv0: part.name,
      cwd: paths.cluster.directory,
      detached: true,
      stdio: ["ignore", output, output],
      // Nothing of the caller's environment: it may hold passphrases, and a proxy would swallow loopback traffic.
      env: { PATH: "/usr/bin:/bin", HOME: paths.cluster.directory },
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    child.unref();
    const pid = child.pid;
    const startTime = pid === undefined ? null : processStartTime(pid);
    if (pid === undefined || startTime === null)
      throw new Error(`${part.name} ended as soon as it was started; see ${log}`);
    return { pid, startTime };
  } finally {
    closeSync(output);
  }
}

/** Ends exactly this process: SIGTERM, and SIGKILL when it is still there after `graceMilliseconds`. */
export async function stopProcess(identity: ProcessIdentity, graceMilliseconds: number): Promise<void> {
  if (!signalProcess(identity, "SIGTERM")) return;
  const deadline = Date.now() + graceMilliseconds;
  while (isRunning(identity)) {
    if (Date.now() > deadline) {
      signalProcess(identity, "SIGKILL");
      while (isRunning(identity)) await sleep(20);
      return;
    }
    await sleep(20);
  }
}

/** Longest line of a log that is quoted in a message, in characters; etcd appends whole stack traces. */
const quotedCharacters = 300;

/** The last lines of a part's log, for a message. Empty when there is no log. */
export function logTail(paths: LocalPaths, part: Pick<Startable, "name">, lines = 8): string {
  const log = partLog(paths, part.name);
  if (!existsSync(log)) return "";
  const all = readFileSync(log, "utf8").trimEnd().split("\n");
  return all
    .slice(-lines)
    .map((line) => (line.length > quotedCharacters ? `${line.slice(0, quotedCharacters)}...` : line))
    .join("\n");
}
