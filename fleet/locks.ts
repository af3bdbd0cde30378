import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Somebody's claim on a stack of a file backend. */
export interface StackLock {
  readonly file: string;
  readonly pid: number;
  /** A lock of another machine, or one that is being written, cannot be judged from here, so it counts as alive. */
  readonly alive: boolean;
}

/** Locks in the folder that a file backend keeps for one stack. */
export function readLocks(folder: string): readonly StackLock[] {
  return readFolder(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const file = join(folder, name);
      const holder = readHolder(file);
      return { file, pid: holder?.pid ?? 0, alive: holder?.hostname !== hostname() || isAlive(holder.pid) };
    });
}

/** Removes the locks that a killed `pulumi` left behind, and only those. Returns how many there were. */
export function removeDeadLocks(locks: readonly StackLock[]): number {
  const dead = locks.filter(({ alive }) => !alive);
  for (const { file } of dead) {
    rmSync(file, { force: true });
    rmSync(`${file}.attrs`, { force: true });
  }
  return dead.length;
}

/**
 * Removes what a killed `pulumi` leaves beside a state that it was writing: the library under it replaces the state as a whole, but
 * writes the file with its content type in place, and refuses to read a state when that file is cut off (`failed to load checkpoint:
 * EOF`). Without the file it reads on. Only to be called while nobody has a lock.
 */
export function removeCutAttributes(state: string): void {
  const attributes = `${state}.attrs`;
  if (existsSync(attributes) && !isJson(readFileSync(attributes, "utf8"))) rmSync(attributes, { force: true });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No folder means that nobody has ever held a lock.
    return [];
  }
}

function readHolder(file: string): { readonly pid: number; readonly hostname: string } | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { pid: number; hostname: string };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
