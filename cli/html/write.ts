import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { isFolder, refuseMissingFolder } from "../../local/folder.ts";
import { CommandError, exitCodes } from "../../local/command-error.ts";

/**
 * Writes a page, whole or not at all, and returns its path. A slip of the hand must not cost anybody a file: what stands there already
 * is replaced only if `isOurs` says so of how it begins, or if it is empty. A new file is for its owner alone; one that is replaced keeps
 * its mode.
 *
 * @param file File to write, or a folder to write into; `null` for the current folder.
 * @param name Name inside a folder.
 */
export function writePage(
  file: string | null,
  name: string,
  text: string,
  isOurs: (beginning: string) => boolean,
): string {
  const path = file === null ? name : isFolder(file) ? join(file, name) : file;
  const target = existingTarget(path, isOurs);
  const folder = path.endsWith("/") ? path : dirname(target);
  refuseMissingFolder(path, folder);
  const temporary = join(folder, `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeThrough(temporary, text);
    const mode = statSync(target, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined) chmodSync(temporary, mode & 0o777);
    renameSync(temporary, target);
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${path} cannot be written: ${(error as Error).message}`);
  } finally {
    // Renamed, it is gone; what is left of a failure is ours, unless somebody else has that name.
    if (statSync(temporary, { throwIfNoEntry: false })?.isFile() === true) rmSync(temporary, { force: true });
  }
  return path;
}

/** Where a path leads: renaming onto a link would replace the link. Throws when something else stands there. */
function existingTarget(path: string, isOurs: (beginning: string) => boolean): string {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  if (!found.isFile()) {
    throw new CommandError(exitCodes.input, `${path} is no file that could be replaced`, "name a file");
  }
  const target = realpathSync(path);
  if (found.size > 0 && !isOurs(beginningOf(target))) {
    throw new CommandError(
      exitCodes.input,
      `${path} exists and is no page of this command`,
      "name another file, or remove it",
    );
  }
  return target;
}

function beginningOf(path: string): string {
  const buffer = Buffer.alloc(256);
  const file = openSync(path, "r");
  try {
    return buffer.toString("utf8", 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

function writeThrough(path: string, text: string): void {
  // For nobody else: it names tenants, hosts and owners. Whoever may see it is for its owner to say, with chmod or by sending it.
  const file = openSync(path, "wx", 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    // Renamed before its content is on the disk, a file can be empty after a crash.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
