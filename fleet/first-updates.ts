/**
 * First updates of cells, which keep no checkpoints. Pulumi writes the whole state before and after each resource, which is two thirds
 * of a bring-up's processor time; without that it writes once, when it ends. A `pulumi` that is killed then leaves no word of what it
 * made, so a note of the tenants lies beside the logs until their state tells of them. The next update makes them again, which adopts
 * what exists; what must not happen is that they leave the list before, for then nobody would know of their objects.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import * as z from "zod";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { writePrivateFile } from "../local/private-file.ts";
import type { UntoldTenants } from "./forgetting.ts";
import type { FleetStack } from "./inventory.ts";
import type { PulumiEnding } from "./pulumi-cli.ts";
import { heldTenants, holdsNothing, isUnreadable, type Reading } from "./verdict.ts";

/** Makes Pulumi write the state once, when it ends. */
export const withoutCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" } as const;

const suffix = ".first-update.json";

const noteSchema = z.strictObject({
  /** What the last first update was going to make; told once its state holds anything, for that is written at the end, and whole. */
  tenants: z.array(z.string()),
  /** What earlier ones were going to make, which were killed: each told once some state holds it. */
  killed: z.array(z.string()).default([]),
});

type Note = z.infer<typeof noteSchema>;

/** Whether an update of this stack is its first: there is nothing yet that a checkpoint would keep. */
export function isFirstUpdate({ cell }: Pick<FleetStack, "cell">, reading: Reading): boolean {
  return cell !== null && holdsNothing(reading);
}

/**
 * Notes what a first update is going to make; to be called before it begins. Tenants of an earlier note stay in it, for that update was
 * killed. The result is to be called once the update has told its state what it made, with the tenants that this state knows: it removes
 * the note, but for earlier tenants that the state does not know either.
 */
export function noteFirstUpdate(
  logs: string,
  { name, tenants }: Pick<FleetStack, "name" | "tenants">,
): (known: readonly string[]) => void {
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const path = join(logs, `${name}${suffix}`);
  const earlier = existsSync(path) ? readNote(path) : { tenants: [], killed: [] };
  const killed = [...new Set([...earlier.killed, ...earlier.tenants])].sort();
  writeNote(path, { tenants: [...tenants].sort(), killed });
  return (known) => writeNote(path, { tenants: [], killed: killed.filter((id) => !known.includes(id)) });
}

/** Writes a note; one that names nobody is removed. */
function writeNote(path: string, note: Note): void {
  if (note.tenants.length + note.killed.length === 0) rmSync(path, { force: true });
  else writePrivateFile(path, JSON.stringify(note));
}

/**
 * Whether a first update that ended with this code has told its state what it made. The state is written at the very end, so one that
 * holds anything is complete; an update that failed before it changed anything has nothing to tell. A code alone says too little: an
 * engine that crashes ends with one as well.
 */
export function hasTold(ending: PulumiEnding, changed: number, after: Reading): boolean {
  if (typeof ending !== "number") return false;
  return ending === 0 || changed === 0 || holdsResources(after);
}

/** Tenants of killed first updates that no state tells of. Notes of updates that are known to have ended by themselves are removed. */
export function untoldTenants(logs: string, readings: ReadonlyMap<string, Reading>): readonly UntoldTenants[] {
  if (!existsSync(logs)) return [];
  const held = new Set([...readings.values()].flatMap(heldTenants));
  return readdirSync(logs)
    .filter((file) => file.endsWith(suffix))
    .sort()
    .flatMap((file) => {
      const path = join(logs, file);
      const stack = file.slice(0, -suffix.length);
      const note = readNote(path);
      const last = holdsResources(readings.get(stack) ?? null) ? [] : note.tenants;
      const tenants = [...new Set([...note.killed, ...last])].filter((id) => !held.has(id)).sort();
      if (tenants.length > 0) return [{ stack, tenants }];
      rmSync(path, { force: true });
      return [];
    });
}

function holdsResources(reading: Reading): boolean {
  return reading !== null && !isUnreadable(reading) && reading.resources > 0;
}

function readNote(path: string): Note {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    throw new CommandError(
      exitCodes.input,
      `${path} cannot be read; it names tenants that a killed update was making`,
      "see whether the cluster has namespaces that no stack knows, then remove the file",
    );
  }
}
