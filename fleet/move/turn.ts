import { mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { CommandError, exitCodes } from "../../local/command-error.ts";
import { writePrivateFile } from "../../local/private-file.ts";
import { readLocks, removeDeadLocks } from "../locks.ts";

/**
 * Does something that no other process of this machine may do at the same time; `folder` says whose turn it is. Throws a `CommandError`
 * where somebody else has it. The turn of a process that is no more is over.
 */
export async function holdTurn<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeDeadLocks(readLocks(folder));
  const mine = join(folder, `${process.pid}.json`);
  writePrivateFile(mine, JSON.stringify({ pid: process.pid, hostname: hostname() }));
  try {
    // Looked for after writing: of two that begin at once, at least one sees the other.
    const other = readLocks(folder).find(({ file, alive }) => alive && file !== mine);
    if (other !== undefined) {
      throw new CommandError(
        exitCodes.failed,
        `another move of this environment is running (process ${other.pid}); nothing was changed`,
        `when there is no such process: rm ${other.file}`,
      );
    }
    return await work();
  } finally {
    rmSync(mine, { force: true });
  }
}
