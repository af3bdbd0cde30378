import { statSync } from "node:fs";
import { dirname } from "node:path";

import { CommandError, exitCodes } from "./command-error.ts";

/** Whether there is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Throws a `CommandError` where a file could not be written for want of its folder. */
export function refuseMissingFolder(path: string, folder = dirname(path)): void {
  if (isFolder(folder)) return;
  throw new CommandError(exitCodes.input, `there is no folder ${folder} for ${path}`, `mkdir -p ${folder}`);
}
