import type { Fleet } from "../inventory.ts";
import { stacksOfTenants } from "../selection.ts";
import type { Survey } from "../survey.ts";
import { cutOff, isUnreadable, misplacedTenants, type Reading } from "../verdict.ts";
import type { FailedStack } from "./report.ts";

/** A tenant that some other stack holds than the one that is to make it. */
export interface TenantMove {
  readonly tenant: string;
  /** More than one only after a move that was cut off and changed its mind. */
  readonly from: readonly string[];
  readonly to: string;
}

/** What has to move so that each tenant is where the files want it. */
export interface MovePlan {
  readonly moves: readonly TenantMove[];
  /** Cells that the environment has no more, and that hold no tenant once everything has moved. */
  readonly emptied: readonly string[];
  /** What stands against it. */
  readonly problems: readonly FailedStack[];
}

/**
 * Compares the tenants in the states with the stacks that the files want them in; no rule says where a tenant was.
 *
 * Throws a `CommandError` for a tenant that is neither in the list nor in a state.
 */
export function planMoves(fleet: Fleet, survey: Survey, tenants: readonly string[]): MovePlan {
  stacksOfTenants(fleet, survey, tenants);
  const named = (tenant: string): boolean => tenants.length === 0 || tenants.includes(tenant);
  const moves = new Map<string, TenantMove>();
  for (const { tenant, holds, wants } of misplacedTenants(fleet, survey.readings)) {
    if (!named(tenant)) continue;
    moves.set(tenant, { tenant, from: [...(moves.get(tenant)?.from ?? []), holds], to: wants });
  }
  const listed = new Set<string>(fleet.plan.tenants.map(({ id }) => id));
  const surplus = survey.surplus.filter(({ tenants: held }) => tenants.length === 0 || held.some(named));
  const orphans = surplus.flatMap(({ name, tenants: held }) =>
    held
      .filter((tenant) => !listed.has(tenant))
      .map((tenant): FailedStack => ({ stack: name, reason: `it holds ${tenant}, which is in no list any more` })),
  );
  const emptied = surplus
    .filter(({ tenants: held }) => held.every((tenant) => moves.has(tenant)))
    .map(({ name }) => name);
  const all = [...moves.values()].sort((left, right) => (left.tenant < right.tenant ? -1 : 1));
  const touched = new Set([...all.flatMap(({ from, to }) => [...from, to]), ...emptied]);
  const stacks = [...survey.readings].flatMap(([stack, reading]) => {
    // One that cannot be read may hold anybody, so that it stands against a move of everybody.
    const concerned = touched.has(stack) || (tenants.length === 0 && isUnreadable(reading));
    const problem = concerned ? unmovable(reading) : null;
    return problem === null ? [] : [{ stack, reason: problem }];
  });
  return { moves: all, emptied, problems: [...orphans, ...stacks] };
}

/** Why nothing may be moved from or to a stack; `null` where nothing stands against it. */
export function unmovable(reading: Reading): string | null {
  if (reading === null) return null;
  if (isUnreadable(reading)) return reading.unreadable;
  const { begun, finished, resources, pending } = reading;
  if (pending > 0) return cutOff(pending);
  // A single stack keeps no record of its updates.
  if (begun === null && finished === null) return null;
  if (finished === null || begun !== finished.fingerprint) return "its last update did not end";
  if (resources !== finished.resources) {
    return `its last update left ${finished.resources} resources, and there are ${resources}`;
  }
  return null;
}
