import type { Fleet, FleetStack } from "./inventory.ts";
import type { Recorded } from "./recorded.ts";

/** What is known of a stack: `null` where it does not exist, or why it cannot be read. */
export type Reading = Recorded | { readonly unreadable: string } | null;

/** Whether a stack exists and nobody can say what it holds. */
export function isUnreadable(reading: Reading): reading is { readonly unreadable: string } {
  return reading !== null && "unreadable" in reading;
}

/** Whether a stack is known to hold nothing, or does not exist. One that cannot be read may hold anything. */
export function holdsNothing(reading: Reading): boolean {
  return reading === null || (!isUnreadable(reading) && reading.resources + reading.pending === 0);
}

/** Ids of the tenants that a stack is known to hold. */
export function heldTenants(reading: Reading): readonly string[] {
  return reading === null || isUnreadable(reading) ? [] : reading.tenants;
}

/** Ids of the tenants that may not be removed from a stack, as far as its state tells. */
export function guardedTenants(reading: Reading): readonly string[] {
  return reading === null || isUnreadable(reading) ? [] : reading.protected;
}

/** That an engine was killed in the middle, for people. */
export function cutOff(pending: number): string {
  return `${pending} ${pending === 1 ? "operation was" : "operations were"} cut off`;
}

/** Whether a stack has work, and why. */
export interface Verdict {
  /** `empty`: a cell without tenants that was never made. `unrecorded`: only Pulumi can say. `broken`: nobody can. */
  readonly state: "new" | "changed" | "unfinished" | "unrecorded" | "current" | "empty" | "broken";
  /** For people, such as `2 operations were cut off`. */
  readonly why: string;
}

/** Why a stack that does not exist yet has work. */
export const neverMade = "never made";

/**
 * Compares what the files want with what the state holds; docs/fleet.md says why this is enough.
 *
 * @param killed Whether an update was killed, and no state tells of that any more.
 */
export function verdictOf(stack: FleetStack, reading: Reading, killed = false): Verdict {
  if (isUnreadable(reading)) return { state: "broken", why: reading.unreadable };
  const never = reading === null || holdsNothing(reading);
  if (never && stack.cell !== null && stack.tenants.length === 0) return { state: "empty", why: "no tenants" };
  if (never) return { state: "new", why: neverMade };
  const { begun, finished, resources, pending } = reading;
  const unfinished = (why: string): Verdict => ({ state: "unfinished", why });
  if (pending > 0) return unfinished(cutOff(pending));
  if (killed) return unfinished("an update was killed, and none has ended well since");
  if (!stack.recorded) return { state: "unrecorded", why: "one stack, which Pulumi compares by itself" };
  if (finished === null) return unfinished("no update has ended yet");
  if (begun !== finished.fingerprint) return unfinished("the last update did not end");
  if (resources > finished.resources) return unfinished(`${resources - finished.resources} removals are left`);
  if (resources < finished.resources) return unfinished(`${finished.resources - resources} resources are gone`);
  if (finished.fingerprint !== stack.fingerprint) return { state: "changed", why: "changed" };
  return { state: "current", why: "nothing changed" };
}

/** Whether an update has something to do. */
export function hasWork({ state }: Verdict): boolean {
  switch (state) {
    case "new":
    case "changed":
    case "unfinished":
    case "unrecorded":
    case "broken":
      return true;
    case "current":
    case "empty":
      return false;
    default:
      return state satisfies never;
  }
}

/** A tenant that one stack holds and another is to make. */
export interface Misplaced {
  readonly tenant: string;
  readonly holds: string;
  readonly wants: string;
}

/** Tenants of the list that another stack holds than the one that is to make them. */
export function misplacedTenants({ stacks }: Fleet, readings: ReadonlyMap<string, Reading>): readonly Misplaced[] {
  const wanted = new Map(stacks.flatMap(({ name, tenants }) => tenants.map((tenant) => [tenant, name] as const)));
  return [...readings].flatMap(([holds, reading]) => {
    return heldTenants(reading).flatMap((tenant) => {
      const wants = wanted.get(tenant);
      return wants === undefined || wants === holds ? [] : [{ tenant, holds, wants }];
    });
  });
}

/**
 * Stacks that would make a tenant which they do not hold while some state cannot be read, and why not: that state may hold the tenant,
 * which would then be taken over. Stacks that make nobody new are in no doubt.
 */
export function stacksInDoubt({ stacks }: Fleet, readings: ReadonlyMap<string, Reading>): ReadonlyMap<string, string> {
  const [first] = [...readings].find(([, reading]) => isUnreadable(reading)) ?? [];
  if (first === undefined) return new Map();
  return new Map(
    stacks.flatMap(({ name, tenants }) => {
      const reading = readings.get(name) ?? null;
      if (isUnreadable(reading)) return [];
      const held = new Set(heldTenants(reading));
      const added = tenants.filter((id) => !held.has(id));
      if (added.length === 0) return [];
      return [[name, `the state of ${first} cannot be read, and may hold ${added.join(", ")}; mend that state first`]];
    }),
  );
}
