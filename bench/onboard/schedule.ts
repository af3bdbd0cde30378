import { namespaceName } from "../../tenants/names.ts";

/** One measurement: which peer onboards which tenant, in which round. */
export interface Turn<Item> {
  readonly round: number;
  readonly item: Item;
}

/**
 * Every item once in each round, each round beginning one item later, so that no peer is always measured first after the
 * same other one. Round 0 is the warm-up.
 */
export function interleave<Item>(items: readonly Item[], rounds: number): readonly Turn<Item>[] {
  return Array.from({ length: rounds + 1 }, (_, round) => {
    const start = round % items.length;
    return [...items.slice(start), ...items.slice(0, start)].map((item) => ({ round, item }));
  }).flat();
}

/** Id of the tenant that one measurement brings in; no id is used twice in a run. */
export function freshId(fleetSize: number, round: number, peerIndex: number): string {
  return `fresh-${fleetSize}-${round}-${peerIndex}`;
}

/** Ids of the tenants that make up the rest of a fleet. */
export function standingIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `standing-${index + 1}`);
}

/** Namespace of a tenant, as the program names it. */
export const tenantNamespace = namespaceName;
