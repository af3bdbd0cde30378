/**
 * Stacks on which a `pulumi` was killed, until they have been compared with the cluster as a whole. Its state tells of what was cut off,
 * but only once: of the operations whose end it was not told, the engine carries creations alone into the state that it writes next, also
 * where that update is refused. What was being changed may be either way, and so a note lies beside the logs.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writePrivateFile } from "../local/private-file.ts";

const suffix = ".killed";

/** Notes that an update of this stack was killed; to be called before its state is written again. */
export function noteKilled(logs: string, stack: string): void {
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  writePrivateFile(pathOf(logs, stack), "");
}

/** Whether the cluster may be other than this stack's state says. */
export function isInDoubt(logs: string, stack: string): boolean {
  return existsSync(pathOf(logs, stack));
}

/** The stacks whose states are in doubt. */
export function stacksKilled(logs: string): ReadonlySet<string> {
  const names = existsSync(logs) ? readdirSync(logs).filter((name) => name.endsWith(suffix)) : [];
  return new Set(names.map((name) => name.slice(0, -suffix.length)));
}

/** Removes the note, once the whole stack has been compared and brought back, or is no more. */
export function forgetKilled(logs: string, stack: string): void {
  rmSync(pathOf(logs, stack), { force: true });
}

function pathOf(logs: string, stack: string): string {
  return join(logs, `${stack}${suffix}`);
}
