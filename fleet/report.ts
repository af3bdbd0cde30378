import type { TenantChange } from "./changes.ts";
import type { PrunedStack } from "./prune-stack.ts";

/** How the work on one stack ended. */
export interface StackReport {
  readonly stack: string;
  /**
   * `left`: it had work, and was not begun, because an earlier wave failed or the command was interrupted. `unchanged`: it had none.
   */
  readonly status: "done" | "failed" | "interrupted" | "left" | "unchanged";
  /** Why, for people: of a failure what went wrong, otherwise why there was work or none. */
  readonly reason: string;
  readonly seconds: number;
  /** Resources by kind of change, such as `create`. */
  readonly operations: Readonly<Record<string, number>>;
  readonly tenants: Readonly<Record<string, TenantChange>>;
  /** What `pulumi` printed, relative to the project; `null` where it was not started. */
  readonly log: string | null;
  /** What was removed of its history after the update, where the environment says that something is. */
  readonly pruned?: PrunedStack;
}

/** Everything that a run over a fleet did. */
export interface FleetReport {
  readonly verb: string;
  readonly environment: string;
  readonly seconds: number;
  readonly stacks: readonly StackReport[];
  /** Ids of tenants by what happened to them, over all stacks. */
  readonly tenants: Readonly<Record<TenantChange, readonly string[]>>;
  /** The command that goes on from here; `null` where nothing is left. */
  readonly retry: string | null;
}

/** A report of a stack for which nothing was started. */
export function untouched(
  stack: string,
  status: "left" | "unchanged" | "failed",
  reason: string,
  tenants: readonly string[],
): StackReport {
  const same = status === "unchanged" ? tenants.map((id) => [id, "unchanged"] as const) : [];
  return { stack, status, reason, seconds: 0, operations: {}, tenants: Object.fromEntries(same), log: null };
}

/** Tenants of all stacks by what happened to them, in ascending order. */
export function tenantsByChange(stacks: readonly StackReport[]): FleetReport["tenants"] {
  const of = (wanted: TenantChange): readonly string[] =>
    stacks
      .flatMap(({ tenants }) => Object.entries(tenants).flatMap(([id, change]) => (change === wanted ? [id] : [])))
      .sort();
  return { created: of("created"), updated: of("updated"), deleted: of("deleted"), unchanged: of("unchanged") };
}

/** Sum of the operations of all stacks. */
export function totalOperations(stacks: readonly StackReport[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { operations } of stacks) {
    for (const [operation, count] of Object.entries(operations)) total[operation] = (total[operation] ?? 0) + count;
  }
  return total;
}

/** Whether the work is unfinished: something failed, was interrupted or was left. */
export function isUnfinished({ status }: StackReport): boolean {
  switch (status) {
    case "failed":
    case "interrupted":
    case "left":
      return true;
    case "done":
    case "unchanged":
      return false;
    default:
      return status satisfies never;
  }
}

/** How many of so many stacks have work, such as `1 of 1 stack has work`. */
export function haveWork(stacks: number, all: number): string {
  return `${stacks} of ${all} ${all === 1 ? "stack has" : "stacks have"} work`;
}
