import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** Somebody's claim on a stack of a self-managed backend. */
export interface StackLock {
  /** Its file, or its key in an object store. */
  readonly file: string;
  /** 0 where the lock is being written. */
  readonly pid: number;
  /** Machine of the process; `null` where the lock is being written. */
  readonly host: string | null;
  /** A lock of another machine, or one that is being written, cannot be judged from here, so it counts as alive. */
  readonly alive: boolean;
}

/** Who has a lock, as Pulumi writes it down. */
export interface LockHolder {
  readonly pid: number;
  readonly hostname: string;
  /** When it was taken, as RFC 3339. */
  readonly timestamp?: string;
}

/** Locks in the folder that a file backend keeps for one stack. */
export function readLocks(folder: string): readonly StackLock[] {
  return readFolder(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => lockOf(join(folder, name), readText(join(folder, name))));
}

/**
 * What a lock says. It is alive where its holder is, where that is being written, and where the holder is none of ours: then nobody here
 * can say whether it lives.
 */
export function lockOf(file: string, text: string, isOurs: (holder: LockHolder) => boolean = () => true): StackLock {
  const holder = holderIn(text);
  const alive = holder === null || isHolderAlive(holder) || !isOurs(holder);
  return { file, pid: holder?.pid ?? 0, host: holder?.hostname ?? null, alive };
}

/** Removes the locks that a killed `pulumi` left behind, and only those. Returns how many there were. */
export function removeDeadLocks(locks: readonly StackLock[]): number {
  const dead = locks.filter(({ alive }) => !alive);
  for (const { file } of dead) {
    rmSync(file, { force: true });
    rmSync(attributesOf(file), { force: true });
  }
  return dead.length;
}

/**
 * Removes what a killed `pulumi` leaves beside a state that it was writing: the library under it replaces the state as a whole, but
 * writes the file with its content type in place, and refuses to read a state when that file is cut off (`failed to load checkpoint:
 * EOF`). Without the file it reads on. Only to be called while nobody has a lock.
 */
export function removeCutAttributes(state: string): void {
  const attributes = attributesOf(state);
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

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It is gone by now, or was never ours to read.
    return "";
  }
}

/** Who has a lock; `null` where it is being written. */
function holderIn(text: string): LockHolder | null {
  try {
    return JSON.parse(text) as LockHolder;
  } catch {
    return null;
  }
}

/** Whether the holder of a lock lives; one of another machine cannot be judged from here, so it counts as alive. */
function isHolderAlive(holder: LockHolder): boolean {
  return holder.hostname !== hostname() || isAlive(holder.pid);
}

/** The file with the content type that stands beside each file of a file backend. */
export function attributesOf(file: string): string {
  return `${file}.attrs`;
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
