import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { writePrivateFile } from "../local/private-file.ts";
import type { LockHolder } from "./locks.ts";

/** A lock is taken while `pulumi` starts. Later than this, its holder is another process with the same number. */
const latestMilliseconds = 2 * 60_000;

/** Clocks of a file and of a process may differ by this much. */
const blurMilliseconds = 2_000;

/** Beyond this size, the older half goes. */
const mostBytes = 1 << 20;

/**
 * Writes down that `fleet` has started a `pulumi` for a stack, before that can have taken a lock. A folder that cannot be written costs
 * only that.
 */
export function noteStarted(folder: string, pid: number | undefined, stack: string, now = Date.now()): void {
  if (pid === undefined) return;
  const path = pathIn(folder);
  try {
    appendFileSync(path, `${pid} ${now} ${stack}\n`, { mode: 0o600 });
    if (statSync(path).size <= mostBytes) return;
    const lines = readFileSync(path, "utf8").split("\n");
    writePrivateFile(path, lines.slice(lines.length / 2).join("\n"));
  } catch {
    // Without the note, a lock that is left counts as somebody else's.
  }
}

/**
 * Which `pulumi` processes `fleet` has started on this machine. In a bucket, name and process number of a lock's holder are not enough
 * to know it for ours: containers of several machines may share both.
 */
export class StartedProcesses {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether we have started the process that took this lock, for the stack that the lock is on. */
  include({ pid, timestamp = "" }: LockHolder, stack: string): boolean {
    const taken = Date.parse(timestamp);
    return notesIn(this.#folder).some(
      (note) =>
        note.pid === pid &&
        note.stack === stack &&
        taken >= note.started - blurMilliseconds &&
        taken <= note.started + latestMilliseconds,
    );
  }
}

interface Note {
  readonly pid: number;
  readonly started: number;
  readonly stack: string;
}

function notesIn(folder: string): readonly Note[] {
  try {
    return readFileSync(pathIn(folder), "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .map(([pid, started, stack = ""]) => ({ pid: Number(pid), started: Number(started), stack }));
  } catch {
    return [];
  }
}

function pathIn(folder: string): string {
  return join(folder, "started");
}
