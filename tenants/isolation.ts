import { closedRanges } from "./cidr.ts";
import { InputError } from "./errors.ts";
import { egressCheck, type EgressCheck } from "./isolation/egress.ts";
import type { EnvironmentPlan, PodPeer, TenantId, TenantPlan } from "./model.ts";

/** A plane on which one tenant might reach another. */
export type Plane = "network" | "api" | "names" | "storage" | "secrets" | "compute" | "identity";

/** Planes that this proof speaks about; nothing is claimed about the others. */
export const coveredPlanes = ["network"] as const satisfies readonly Plane[];

/** An opening from one tenant's runtime to another's. */
export interface TenantEdge {
  readonly plane: "network";
  readonly from: TenantId;
  readonly to: TenantId;
  /** TCP ports that the sender's policy lets out and the receiver's policy lets in. */
  readonly ports: readonly number[];
}

/** Something in the plan that is not as the argument needs it. */
export interface Violation {
  readonly plane: "network";
  readonly tenant: TenantId;
  readonly reason: string;
}

/** One step of the argument: what was looked at, and why it follows. */
export interface ProofStep {
  readonly plane: Plane;
  readonly claim: string;
  readonly because: string;
}

/** Who can reach whom, as an argument over the plan; work grows with the number of tenants, not of pairs. */
export interface Proof {
  readonly holds: boolean;
  readonly covered: readonly Plane[];
  /** What the argument does not speak about, in words that may be printed beside the plan. */
  readonly notCovered: readonly string[];
  readonly tenants: number;
  /** Pairs of different tenants, both directions counted; all but `edges` are closed. */
  readonly pairs: number;
  readonly edges: readonly TenantEdge[];
  readonly steps: readonly ProofStep[];
  readonly violations: readonly Violation[];
}

const notCovered = [
  "The policies act only where the cluster's network plugin enforces NetworkPolicy; the plan cannot see that.",
  "Kernel, nodes, API server and DNS are shared at level namespace; names of other tenants are guessable through DNS.",
  "Owners may write network policies; that these stay inside their namespace rests on the guardrail tenantry-network-policies.",
  "Declared egress may reach a tenant's public hosts through the edge, as any client can.",
  "Planes not covered yet: api, names, storage, secrets, compute, identity; what guards them is in docs/isolation.md.",
] as const;

/** Proves who can reach whom from the plan's own lists. Every policy selects its peers by namespace name, never by label alone. */
export function proveIsolation(plan: EnvironmentPlan): Proof {
  const byNamespace = new Map(plan.tenants.map((tenant) => [tenant.namespace, tenant]));
  const check = egressCheck(plan.privateRanges);
  const violations = [
    ...namespaceViolations(plan.tenants),
    ...plan.tenants.flatMap((tenant) => [
      ...platformViolations(tenant, byNamespace),
      ...peerViolations(tenant, byNamespace),
      ...egressViolations(tenant, check),
    ]),
  ];
  const edges = plan.tenants.flatMap((tenant) => edgesFrom(tenant, byNamespace));
  const count = plan.tenants.length;
  return {
    holds: violations.length === 0,
    covered: coveredPlanes,
    notCovered,
    tenants: count,
    pairs: count * Math.max(0, count - 1),
    edges,
    steps: steps(plan, edges),
    violations,
  };
}

/** The plan, unless its isolation proof fails: then one `InputError` that lists why. */
export function assertIsolation(plan: EnvironmentPlan): EnvironmentPlan {
  const { violations } = proveIsolation(plan);
  if (violations.length === 0) return plan;
  throw new InputError(
    violations.map(({ tenant, plane, reason }) => ({
      source: { file: `Pulumi.${plan.environment}.yaml`, line: 0, column: 0 },
      tenant,
      path: "",
      rule: `isolation-${plane}`,
      value: reason,
      bound: "tenants reach each other only by consent of both",
      remedy: "Mend the record, or the code that made this plan.",
    })),
  );
}

/** Two tenants in one namespace would share every "same namespace" rule. */
function namespaceViolations(tenants: readonly TenantPlan[]): readonly Violation[] {
  const owners = new Map<string, TenantId>();
  return tenants.flatMap(({ id, namespace }) => {
    const owner = owners.get(namespace);
    owners.set(namespace, owner ?? id);
    return owner === undefined ? [] : [violation(id, `shares namespace ${namespace} with ${owner}`)];
  });
}

/** Rules towards the platform must not name a tenant's namespace: they would open it to everybody who has the rule. */
function platformViolations(tenant: TenantPlan, byNamespace: ReadonlyMap<string, TenantPlan>): readonly Violation[] {
  const { dns, edge, monitoring, sharedServices } = tenant.network;
  const peers: readonly (readonly [string, PodPeer | null])[] = [
    ["dns", dns],
    ["edge", edge],
    ["monitoring", monitoring],
    ...sharedServices.map((service) => [`shared service ${service.name}`, service] as const),
  ];
  return peers.flatMap(([rule, peer]) => {
    const owner = peer === null ? undefined : byNamespace.get(peer.namespace);
    return owner === undefined ? [] : [violation(tenant.id, `its ${rule} rule opens ${owner.namespace}`)];
  });
}

/** Each opening towards another tenant needs the same opening on the other side, port by port, in both directions. */
function peerViolations(tenant: TenantPlan, byNamespace: ReadonlyMap<string, TenantPlan>): readonly Violation[] {
  return tenant.network.peers.flatMap((peer) => {
    const other = byNamespace.get(peer.namespace);
    const back = other?.network.peers.find(({ namespace }) => namespace === tenant.namespace);
    if (other === undefined || other.id !== peer.tenant) {
      return [violation(tenant.id, `opens to ${peer.tenant}, which is no tenant of this environment`)];
    }
    if (other.id === tenant.id) return [violation(tenant.id, "opens to itself as if to another tenant")];
    if (back === undefined) return [violation(tenant.id, `opens to ${peer.tenant}, which does not consent`)];
    const agreed = samePorts(peer.egressPorts, back.ingressPorts) && samePorts(peer.ingressPorts, back.egressPorts);
    return agreed
      ? []
      : [violation(tenant.id, `opens to ${peer.tenant} on other ports than ${peer.tenant} consents to`)];
  });
}

/** Addresses are not identities: a range that reaches private addresses reaches pods, nodes and metadata, whoever has them today. */
function egressViolations(tenant: TenantPlan, check: EgressCheck): readonly Violation[] {
  return tenant.network.egress.flatMap((egress) => check(egress).map((reason) => violation(tenant.id, reason)));
}

/** Traffic passes only where the sender's egress and the receiver's ingress both admit it. */
function edgesFrom(tenant: TenantPlan, byNamespace: ReadonlyMap<string, TenantPlan>): readonly TenantEdge[] {
  return tenant.network.peers.flatMap((peer) => {
    const other = byNamespace.get(peer.namespace);
    const admitted = new Set(
      other?.network.peers.find(({ namespace }) => namespace === tenant.namespace)?.ingressPorts ?? [],
    );
    const ports = peer.egressPorts.filter((port) => admitted.has(port));
    return other === undefined || ports.length === 0
      ? []
      : [{ plane: "network" as const, from: tenant.id, to: other.id, ports }];
  });
}

function steps(plan: EnvironmentPlan, edges: readonly TenantEdge[]): readonly ProofStep[] {
  const declared = plan.tenants.reduce((sum, { network }) => sum + network.egress.length, 0);
  const step = (claim: string, because: string): ProofStep => ({ plane: "network", claim, because });
  return [
    step(
      "Nothing enters or leaves a tenant's namespace unless a rule says so.",
      "The plan lists openings only. What denies the rest is one policy in both directions that selects all pods; it is made for every tenant whatever its plan says, and the tests of the components hold them to it.",
    ),
    step(
      "No rule but peers names another tenant's namespace.",
      "DNS, edge, monitoring and shared services select one platform namespace each by kubernetes.io/metadata.name, and none of them is a tenant's; same-namespace rules select the tenant's own namespace by the same label, and no two tenants share one.",
    ),
    step(
      "Declared egress reaches no pod, node or metadata service.",
      `Each of the ${declared} declared ranges was held against ${closedRanges.length} private, link-local, multicast and metadata ranges and ${plan.privateRanges.length} of the environment's own: whichever of these overlaps it has to stand in its exceptions.`,
    ),
    step(
      `${edges.length} openings between tenants exist.`,
      `Each stands in both records with the same ports; the other pairs of ${plan.tenants.length} tenants have no rule on either side.`,
    ),
  ];
}

function violation(tenant: TenantId, reason: string): Violation {
  return { plane: "network", tenant, reason };
}

function samePorts(left: readonly number[], right: readonly number[]): boolean {
  const other = new Set(right);
  return left.length === right.length && left.every((port) => other.has(port));
}
