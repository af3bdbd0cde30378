/**
 * Cells: which Pulumi stack makes which tenant. The rule is jump consistent hashing (Lamping and Veach, 2014) over the tenant's id
 * alone. It needs no table, is even, and when the number of cells grows from n to m it moves only the tenants that the new cells
 * need, (m - n) / m of them, and none between two old cells. It knows no other order of cells than 0, 1, 2, which is what cells have.
 */
import { createHash } from "node:crypto";

import type { CellsPlan, EnvironmentPlan, TenantPlan } from "./model.ts";

/** Most cells that an environment may have. */
export const mostCells = 10_000;

/** A stack, read from its name. */
export interface StackName {
  readonly environment: string;
  /** `null` for the stack of the environment itself. */
  readonly cell: number | null;
}

const cellPattern = /^(.+)-c([0-9]{3}|[1-9][0-9]{3,})$/;

/** What a stack's name says. No environment may have a name that reads as a cell's, so there is one reading. */
export function readStackName(stack: string): StackName {
  const [, environment, cell] = cellPattern.exec(stack) ?? [];
  return environment === undefined ? { environment: stack, cell: null } : { environment, cell: Number(cell) };
}

/** Name of a cell's stack: `prod-c007`. */
export function cellStackName(environment: string, cell: number): string {
  return `${environment}-c${String(cell).padStart(3, "0")}`;
}

/** The stack that makes a tenant: its cell's, or the environment's where that is one stack. */
export function stackOfTenant(environment: string, cells: CellsPlan, { cell }: Pick<TenantPlan, "cell">): string {
  return cells.count === 1 ? environment : cellStackName(environment, cell);
}

/** The cell of an id among `count` cells, from 0. */
export function cellOf(id: string, count: number): number {
  if (count === 1) return 0;
  let key = createHash("sha256").update(id).digest().readBigUInt64BE();
  let cell = 0;
  for (let next = 0; next < count;) {
    cell = next;
    key = BigInt.asUintN(64, key * 2862933555777941757n + 1n);
    next = Math.floor((cell + 1) * (2 ** 31 / (Number(key >> 33n) + 1)));
  }
  return cell;
}

/** What one stack of an environment makes. */
export interface StackSlice {
  /** Whether it makes the platform: only the environment's own stack does. */
  readonly platform: boolean;
  readonly tenants: readonly TenantPlan[];
}

/** The part of an environment that a stack makes: with one cell everything, otherwise the platform or one cell's tenants. */
export function sliceOf(plan: EnvironmentPlan, cell: number | null): StackSlice {
  return slicesOf(plan)(cell);
}

/** The same for all stacks: the tenants are gone through once, not once for each cell. */
export function slicesOf(plan: EnvironmentPlan): (cell: number | null) => StackSlice {
  const byCell = tenantsByCell(plan);
  return (cell) => {
    if (cell === null) return { platform: true, tenants: plan.cells.count === 1 ? plan.tenants : [] };
    return { platform: false, tenants: byCell[cell] ?? [] };
  };
}

/** Tenants by cell, for every cell, in order; an empty list where the environment is one stack. */
export function tenantsByCell({ cells, tenants }: EnvironmentPlan): readonly (readonly TenantPlan[])[] {
  if (cells.count === 1) return [];
  const byCell = Array.from({ length: cells.count }, (): TenantPlan[] => []);
  for (const tenant of tenants) byCell[tenant.cell]?.push(tenant);
  return byCell;
}
