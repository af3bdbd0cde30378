import { mkdirSync, rmSync, utimesSync } from "node:fs";

/** What a command that is overtaken sees of the lock of `directory`: it is another one, and younger than its own. */
export function overtake(directory: string): void {
  const lock = `${directory}.lock`;
  rmSync(lock, { recursive: true });
  mkdirSync(lock);
  const later = new Date(Date.now() + 1000);
  utimesSync(lock, later, later);
}
