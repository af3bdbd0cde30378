import type { StoredObject } from "./backends/object-store.ts";

/** What a stack's updates have left behind, by whether it stays. */
export interface History {
  /** Updates that the backend knows of, and how many of them stay. */
  readonly updates: number;
  readonly kept: number;
  /** Objects of the others, the oldest first. */
  readonly superseded: readonly StoredObject[];
}

const record = /^-([0-9]+)\.(?:history|checkpoint)\.json(?:\.gz|\.zst)?$/;
const backup = /^\.([0-9]+)\.json(?:\.gz|\.zst)?$/;

/**
 * Divides a stack's history and its backups into what stays, the newest `keep` of each, and the rest. Whatever does not have the name
 * that Pulumi gives to this stack's is none of it, and stays.
 */
export function divideHistory(
  stack: string,
  history: readonly StoredObject[],
  backups: readonly StoredObject[],
  keep: number,
): History {
  const updates = byMoment(stack, record, history);
  const older = (moments: readonly (readonly StoredObject[])[]): readonly StoredObject[] =>
    moments.slice(0, Math.max(0, moments.length - keep)).flat();
  return {
    updates: updates.length,
    kept: Math.min(updates.length, keep),
    superseded: [...older(updates), ...older(byMoment(stack, backup, backups))],
  };
}

/** Objects by the nanosecond in their names, the oldest first: an update has two of the same. */
function byMoment(
  stack: string,
  pattern: RegExp,
  objects: readonly StoredObject[],
): readonly (readonly StoredObject[])[] {
  const moments = new Map<bigint, StoredObject[]>();
  for (const object of objects) {
    const name = object.key.slice(object.key.lastIndexOf("/") + 1);
    const digits = name.startsWith(stack) ? pattern.exec(name.slice(stack.length))?.[1] : undefined;
    if (digits === undefined) continue;
    const moment = BigInt(digits);
    moments.set(moment, [...(moments.get(moment) ?? []), object]);
  }
  return [...moments].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, found]) => found);
}
