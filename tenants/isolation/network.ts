import { closedRanges } from "../cidr.ts";
import type { PodPeer, TenantId, TenantPeerPlan, TenantPlan } from "../model.ts";
import { namespaceName } from "../names.ts";
import { clusterPolicyLimits, clusterPolicySteps, clusterPolicyViolations, secondLayer } from "./cluster-policy.ts";
import { guardrailNames } from "./guardrails.ts";
import { type Facts, type PlaneArgument, type ProofStep, type Violation, violationsOf } from "./plane.ts";
import { outsideAnswers } from "./outside.ts";

/** An opening from one tenant's runtime to another's. */
export interface TenantEdge {
  readonly plane: "network";
  readonly from: TenantId;
  readonly to: TenantId;
  /** TCP ports that the sender's policy lets out and the receiver's policy lets in. */
  readonly ports: readonly number[];
}

const violation = violationsOf("network");

/** Two tenants in one namespace would share every "same namespace" rule. */
function namespaceViolations({ plan, byNamespace }: Facts): readonly Violation[] {
  return plan.tenants.flatMap((tenant) => {
    const owner = byNamespace.get(tenant.namespace);
    return owner === undefined || owner === tenant
      ? []
      : [violation(tenant, `shares namespace ${tenant.namespace} with ${owner.id}`, { other: owner.id, path: ["id"] })];
  });
}

/** Rules towards the platform must not name a tenant's namespace, of today or tomorrow: they would open it to all who have the rule. */
function platformViolations(tenant: TenantPlan, { byNamespace }: Facts): readonly Violation[] {
  const { dns, edge, monitoring, sharedServices } = tenant.network;
  const peers: readonly (readonly [string, PodPeer | null])[] = [
    ["dns", dns],
    ["edge", edge],
    ["monitoring", monitoring],
    ...sharedServices.map((service) => [`shared service ${service.name}`, service] as const),
  ];
  return peers.flatMap(([rule, peer]) => {
    if (peer === null) return [];
    const owner = byNamespace.get(peer.namespace);
    const reason = `its ${rule} rule opens ${peer.namespace === "" ? "a namespace without a name" : peer.namespace}`;
    if (owner !== undefined) return [violation(tenant, reason, { other: owner.id })];
    return peer.namespace === "" || peer.namespace.startsWith(namespaceName("")) ? [violation(tenant, reason)] : [];
  });
}

/** What one record says about a namespace, all its entries together: policies add up, so entries do. */
interface Opening {
  readonly egress: Set<number>;
  readonly ingress: Set<number>;
}

/** Openings by namespace, made once per tenant: one that everybody peers with is asked about by everybody. */
const openingsOf = new WeakMap<TenantPlan, ReadonlyMap<string, Opening>>();

function openingTowards(tenant: TenantPlan, namespace: string): Opening | null {
  const known = openingsOf.get(tenant) ?? readOpenings(tenant);
  openingsOf.set(tenant, known);
  return known.get(namespace) ?? null;
}

function readOpenings(tenant: TenantPlan): ReadonlyMap<string, Opening> {
  const openings = new Map<string, Opening>();
  for (const { namespace, egressPorts, ingressPorts } of tenant.network.peers) {
    const opening = openings.get(namespace) ?? { egress: new Set(), ingress: new Set() };
    for (const port of egressPorts) opening.egress.add(port);
    for (const port of ingressPorts) opening.ingress.add(port);
    openings.set(namespace, opening);
  }
  return openings;
}

/** Each opening towards another tenant needs the same opening on the other side, port by port, in both directions. */
function peerViolations(tenant: TenantPlan, { byNamespace }: Facts): readonly Violation[] {
  return tenant.network.peers.flatMap((peer, index) => {
    const reason = peerFault(tenant, peer, byNamespace.get(peer.namespace));
    return reason === null ? [] : [violation(tenant, reason, { other: peer.tenant, path: ["peers", index] })];
  });
}

function peerFault(tenant: TenantPlan, peer: TenantPeerPlan, other: TenantPlan | undefined): string | null {
  if (other === undefined || other.id !== peer.tenant) {
    return `opens to ${peer.tenant}, which is no tenant of this environment`;
  }
  if (other.namespace === tenant.namespace) return "opens to itself as if to another tenant";
  const here = openingTowards(tenant, other.namespace);
  const back = openingTowards(other, tenant.namespace);
  if (here === null || back === null) return `opens to ${peer.tenant}, which does not consent`;
  return samePorts(here.egress, back.ingress) && samePorts(here.ingress, back.egress)
    ? null
    : `opens to ${peer.tenant} on other ports than ${peer.tenant} consents to`;
}

/** Addresses are not identities: a range that reaches private addresses reaches pods, nodes and metadata, whoever has them today. */
function egressViolations(tenant: TenantPlan, { egress: check }: Facts): readonly Violation[] {
  return tenant.network.egress.flatMap((egress, index) =>
    check(egress).map((reason) => violation(tenant, reason, { path: ["egress", index, "cidr"] })),
  );
}

/** Traffic passes only where the sender's egress and the receiver's ingress both admit it. */
export function networkEdges({ plan, byNamespace }: Facts): readonly TenantEdge[] {
  return plan.tenants.flatMap((tenant) =>
    [...new Set(tenant.network.peers.map(({ namespace }) => namespace))].flatMap((namespace) => {
      const other = byNamespace.get(namespace);
      const ports = other === undefined || other === tenant ? [] : openPorts(tenant, other);
      return other === undefined || ports.length === 0
        ? []
        : [{ plane: "network" as const, from: tenant.id, to: other.id, ports }];
    }),
  );
}

function openPorts(from: TenantPlan, to: TenantPlan): readonly number[] {
  const out = openingTowards(from, to.namespace);
  const into = openingTowards(to, from.namespace);
  return [...(out?.egress ?? [])].filter((port) => into?.ingress.has(port) === true).sort((a, b) => a - b);
}

function steps({ plan }: Facts, edges: number): readonly ProofStep[] {
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
      "No owner can open more.",
      `Policies that owners write may only speak of pods of their own namespace (${guardrailNames.networkPolicies}), and those of the plan are read-only to them (${guardrailNames.platformObjects}).`,
    ),
    step(
      `${edges} openings between tenants exist.`,
      `Each stands in both records with the same ports; the other pairs of ${plan.tenants.length} tenants have no rule on either side.`,
    ),
    ...clusterPolicySteps(plan),
  ];
}

function samePorts(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  return left.size === right.size && [...left].every((port) => right.has(port));
}

/** Pods to pods of other tenants, to the cluster's own addresses and to the internet. */
export const network: PlaneArgument = {
  plane: "network",
  asks: "pods of one tenant to pods of another, to the API server, nodes, metadata addresses and the internet",
  violations: (facts) => [
    ...namespaceViolations(facts),
    ...facts.plan.tenants.flatMap((tenant) => [
      ...platformViolations(tenant, facts),
      ...peerViolations(tenant, facts),
      ...egressViolations(tenant, facts),
      ...clusterPolicyViolations(tenant, facts.plan),
    ]),
  ],
  steps: (facts) => steps(facts, networkEdges(facts).length),
  limits: ({ plan }) => [
    "The policies act only where the cluster's network plugin enforces NetworkPolicy; the plan cannot see that.",
    "Declared egress may reach a tenant's public hosts through the edge, as any client can, and an API server with a public address in the range; there it is a stranger.",
    "Traffic between a node and the pods on it is outside NetworkPolicy in most network plugins.",
    ...clusterPolicyLimits(plan),
  ],
  explain: (_facts, from, to) => {
    const ports = openPorts(from, to);
    const pods = {
      plane: "network" as const,
      question: `pods of ${from.id} to pods of ${to.id}`,
      ...(ports.length > 0
        ? {
            verdict: "consented" as const,
            because: `Runtime to runtime on TCP ${ports.join(", ")}: both records list the other with these ports under peers. All other pods and ports stay closed.${secondLayer(from, to, true)}`,
          }
        : {
            verdict: "denied" as const,
            because: `NetworkPolicy default-deny of ${to.namespace} admits nothing, and no opening of its names ${from.namespace}; that of ${from.namespace} lets nothing out towards ${to.namespace} either.${secondLayer(from, to, false)}`,
          }),
    };
    return [pods, ...outsideAnswers(from)];
  },
};
