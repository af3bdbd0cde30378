import type { EnvironmentPlan, OwnerPlan, TenantId, TenantPlan } from "../model.ts";
import type { EgressCheck } from "./egress.ts";

/** The planes on which one tenant might reach another, in the order in which they are told. */
export const planes = ["network", "api", "names", "storage", "secrets", "compute", "identity"] as const;

/** A plane on which one tenant might reach another. */
export type Plane = (typeof planes)[number];

/** Something in the plan that is not as the argument needs it. */
export interface Violation {
  readonly plane: Plane;
  readonly tenant: TenantId;
  /** The tenant that is reached, where it is one in particular. */
  readonly other: TenantId | null;
  readonly reason: string;
  /** Where in the record of `tenant` the opening was written; empty for the whole record. */
  readonly path: readonly (string | number)[];
  /** The entry of the list at `path` that is meant, where its index is not known. */
  readonly item: string | null;
}

/** One step of the argument: what was looked at, and why it follows. */
export interface ProofStep {
  readonly plane: Plane;
  readonly claim: string;
  readonly because: string;
}

/** What a level of isolation does not give on a plane, in words that may be printed beside the plan. */
export interface Limit {
  readonly plane: Plane;
  readonly text: string;
}

/**
 * How a question about two tenants is answered. `denied`: a rule stands in between. `consented`: both records open it. `limit`:
 * the level does not promise it. `broken`: a violation, so nothing is promised.
 */
export type Verdict = "denied" | "consented" | "limit" | "broken";

/** An answer about what one tenant reaches of another, or of the world outside. */
export interface Answer {
  readonly plane: Plane;
  readonly question: string;
  readonly verdict: Verdict;
  /** The rule that denies, the consent that opens, or the limit, in one or two sentences. */
  readonly because: string;
}

/** What every plane reads; built once per proof, in time that grows with the number of tenants. */
export interface Facts {
  readonly plan: EnvironmentPlan;
  readonly byNamespace: ReadonlyMap<string, TenantPlan>;
  readonly byId: ReadonlyMap<string, TenantPlan>;
  /** Tenants by owner, in the order of the plan. */
  readonly byOwner: ReadonlyMap<string, OwnedTenants>;
  /** The tenant that has a host: the first in the order of the plan. */
  readonly byHost: ReadonlyMap<string, TenantPlan>;
  readonly egress: EgressCheck;
}

/** A person or group with the tenants that list them. */
export interface OwnedTenants {
  readonly owner: OwnerPlan;
  readonly tenants: readonly TenantPlan[];
}

/** The argument about one plane. Work of all but `explain` grows with the number of tenants, not of pairs. */
export interface PlaneArgument {
  readonly plane: Plane;
  /** What the plane is about, for people. */
  readonly asks: string;
  readonly violations: (facts: Facts) => readonly Violation[];
  readonly steps: (facts: Facts) => readonly ProofStep[];
  readonly limits: (facts: Facts) => readonly string[];
  /** What `from` reaches of `to`. */
  readonly explain: (facts: Facts, from: TenantPlan, to: TenantPlan) => readonly Answer[];
}

/** What may be said about a violation beside whose it is. */
export interface ViolationDetail {
  readonly other?: TenantId;
  readonly path?: readonly (string | number)[];
  readonly item?: string;
}

/** Makes violations of one plane. */
export function violationsOf(plane: Plane) {
  return (tenant: TenantPlan, reason: string, detail: ViolationDetail = {}): Violation => ({
    plane,
    tenant: tenant.id,
    other: detail.other ?? null,
    reason,
    path: detail.path ?? [],
    item: detail.item ?? null,
  });
}
