/**
 * What the page's script reads: rows for every tenant and opening, never for pairs. Tenants are named by their position in `tenants`,
 * planes and resources by theirs. This file is types only, and knows no other: the script is checked against it as well.
 */
export interface PageData {
  readonly environment: string;
  readonly planes: readonly PagePlane[];
  readonly resources: readonly string[];
  /** Distinct lists of bars. Tenants of one tier mostly have the same. */
  readonly bars: readonly (readonly PageBar[])[];
  readonly tenants: readonly PageTenant[];
  /** From, to, ports. */
  readonly edges: readonly (readonly [from: number, to: number, ports: string])[];
  /** Owners of several tenants. */
  readonly sharedOwners: readonly (readonly [owner: string, tenants: readonly number[]])[];
  readonly violations: readonly PageViolation[];
  /** How many violations of a tenant on a plane stand in no row above: nothing is known to be closed there. */
  readonly cut: readonly (readonly [plane: number, tenant: number, count: number])[];
}

/** A plane, and what the proof says of all pairs on it. */
export interface PagePlane {
  readonly name: string;
  readonly claims: readonly string[];
  /** What the level does not give on it, to any pair. */
  readonly limits: readonly string[];
}

/** One resource of a quota: what the tenant takes at most, and what it may take. */
export type PageBar = readonly [resource: number, worstCase: string, quota: string, percent: number];

/** Plane, tenant, the other tenant or -1, what is wrong, and where it was written. */
export type PageViolation = readonly [plane: number, tenant: number, other: number, reason: string, place: string];

/** One tenant. */
export interface PageTenant {
  readonly id: string;
  readonly name: string;
  readonly tier: string;
  readonly status: string;
  readonly namespace: string;
  readonly runtime: string;
  readonly dashboard: string;
  readonly volume: string;
  readonly isProtected: boolean;
  readonly hosts: readonly string[];
  readonly owners: readonly string[];
  readonly egress: readonly string[];
  /** Names, never values. */
  readonly secrets: readonly string[];
  readonly labels: readonly string[];
  /** Position in `bars`. */
  readonly bars: number;
}
