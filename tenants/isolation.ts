/**
 * Who can reach whom, as an argument over the plan: structural, exact, and linear in tenants. Each plane has a file of its own in
 * `isolation/`. What the argument takes from the manifests it reads from data that they are made of (`owner-access.ts`), or
 * `components/manifest-proof.ts` holds them to it.
 */
import { InputError, type Problem, type SourcePosition } from "./errors.ts";
import { api } from "./isolation/api.ts";
import { compute } from "./isolation/compute.ts";
import { factsOf, sharedOwners } from "./isolation/facts.ts";
import { identity } from "./isolation/identity.ts";
import { names } from "./isolation/names.ts";
import { network, networkEdges, type TenantEdge } from "./isolation/network.ts";
import {
  planes,
  type Facts,
  type Limit,
  type Plane,
  type PlaneArgument,
  type ProofStep,
  type Violation,
} from "./isolation/plane.ts";
import { secrets } from "./isolation/secrets.ts";
import { storage } from "./isolation/storage.ts";
import type { EnvironmentPlan, OwnerPlan, TenantId } from "./model.ts";
import { formatPath } from "./schema/problems.ts";
import type { Sources } from "./sources.ts";

export { planes, type Answer, type Limit, type Plane, type ProofStep, type Violation } from "./isolation/plane.ts";
export type { TenantEdge } from "./isolation/network.ts";

/** The argument of each plane, in the order of `planes`. */
export const planeArguments: Readonly<Record<Plane, PlaneArgument>> = {
  network,
  api,
  names,
  storage,
  secrets,
  compute,
  identity,
};

/** Planes that this proof speaks about. */
export const coveredPlanes: readonly Plane[] = planes;

/** People or a group that several records list as owners: an opening on the planes api and secrets between all of these tenants. */
export interface SharedOwner {
  readonly plane: "api";
  readonly owner: OwnerPlan;
  readonly tenants: readonly TenantId[];
}

/** Who can reach whom, as an argument over the plan; work grows with the number of tenants, not of pairs. */
export interface Proof {
  readonly holds: boolean;
  readonly covered: readonly Plane[];
  /** What the argument takes on trust or does not speak about, in words that may be printed beside the plan. */
  readonly notCovered: readonly string[];
  readonly tenants: number;
  /** Pairs of different tenants, both directions counted; on the plane network all but `edges` are closed. */
  readonly pairs: number;
  readonly edges: readonly TenantEdge[];
  readonly sharedOwners: readonly SharedOwner[];
  readonly steps: readonly ProofStep[];
  readonly violations: readonly Violation[];
  /** What the level does not give, plane by plane. */
  readonly limits: readonly Limit[];
}

const onTrust = [
  "The cluster serves what the plan relies on: ValidatingAdmissionPolicy, Pod Security, and a network plugin that enforces NetworkPolicy.",
  "Other software of the cluster, and who administers it, are outside the plan.",
] as const;

/** Proves who can reach whom from the plan's own lists. */
export function proveIsolation(plan: EnvironmentPlan): Proof {
  return proofOf(factsOf(plan));
}

/** The proof over facts that somebody needs for more than it. */
export function proofOf(facts: Facts): Proof {
  const arguments_ = planes.map((plane) => planeArguments[plane]);
  const violations = arguments_.flatMap((argument) => argument.violations(facts));
  const limits = arguments_.flatMap((argument) =>
    argument.limits(facts).map((text): Limit => ({ plane: argument.plane, text })),
  );
  const count = facts.plan.tenants.length;
  return {
    holds: violations.length === 0,
    covered: coveredPlanes,
    notCovered: [...onTrust, ...limits.map(({ text }) => text)],
    tenants: count,
    pairs: count * Math.max(0, count - 1),
    edges: networkEdges(facts),
    sharedOwners: sharedOwners(facts).map(({ owner, tenants }) => ({
      plane: "api",
      owner,
      tenants: tenants.map(({ id }) => id),
    })),
    steps: arguments_.flatMap((argument) => argument.steps(facts)),
    violations,
    limits,
  };
}

/** The plan, unless its isolation proof fails: then one `InputError` that lists why, at the lines that opened what is open. */
export function assertIsolation(plan: EnvironmentPlan, sources?: Sources): EnvironmentPlan {
  const { violations } = proveIsolation(plan);
  if (violations.length === 0) return plan;
  throw new InputError(violations.map((violation) => violationProblem(plan.environment, violation, sources)));
}

/** A violation as a problem of the record that opened it. Without sources the place is the environment's file. */
export function violationProblem(environment: string, violation: Violation, sources?: Sources): Problem {
  const { plane, tenant, other, path, reason } = violation;
  return {
    source: placeOfViolation(environment, violation, sources),
    tenant,
    path: formatPath(path),
    rule: `isolation-${plane}`,
    value: reason,
    bound: `on the plane ${plane} ${other === null ? "tenants" : `${tenant} and ${other}`} reach each other only by consent of both`,
    remedy: "Mend the record, or the code that made this plan.",
  };
}

/** Where the opening of a violation was written. */
export function placeOfViolation(environment: string, violation: Violation, sources?: Sources): SourcePosition {
  const unknown = { file: `Pulumi.${environment}.yaml`, line: 0, column: 0 };
  return sources?.place(violation.tenant, violation.path, violation.item) ?? unknown;
}
