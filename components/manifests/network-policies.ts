import type { PodPeer, TenantPlan } from "../../tenants/model.ts";
import { objectNames, type Role } from "../../tenants/names.ts";
import type { Input, NetworkPolicyManifest } from "./kubernetes.ts";
import { objectMetadata, selectorLabels, tenantLabels } from "./metadata.ts";
import { type AddressPeer, egressRule, ingressRule, tcpPorts, type TrafficRule, trafficRule } from "./network-rule.ts";

/** One policy with its place among the frozen roles. */
export interface NamedPolicy {
  readonly role: Role;
  /** Which workload it is for, where a concern has a policy for each. */
  readonly detail: string | undefined;
  readonly manifest: NetworkPolicyManifest;
}

interface Opening {
  readonly role: Role;
  readonly detail?: string;
  /** Labels of the pods it is for; empty is every pod of the namespace. */
  readonly pods: Readonly<Record<string, string>>;
  readonly ingress: readonly (TrafficRule<PodPeer> | null)[];
  readonly egress: readonly (TrafficRule<PodPeer | AddressPeer> | null)[];
}

const dnsPorts = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
] as const;

function isRule<Peer>(rule: TrafficRule<Peer> | null): rule is TrafficRule<Peer> {
  return rule !== null;
}

/** Requests from the edge and scrapes each reach exactly the port that a workload offers. */
function workloadOpenings(plan: TenantPlan, role: Role, from: PodPeer | null): Opening[] {
  if (from === null) return [];
  const workloads = [
    { detail: objectNames.runtime, port: plan.runtime.port },
    { detail: objectNames.dashboard, port: plan.dashboard.port },
  ];
  return workloads.map(({ detail, port }) => ({
    role,
    detail,
    pods: selectorLabels(plan.id, detail),
    ingress: [trafficRule([from], tcpPorts([port]))],
    egress: [],
  }));
}

/** Consented openings are between the two runtimes and nothing else of the two tenants. */
function peerOpening(plan: TenantPlan): Opening {
  const runtimeOf = (peer: { tenant: string; namespace: string }): PodPeer => ({
    namespace: peer.namespace,
    podLabels: selectorLabels(peer.tenant, objectNames.runtime),
  });
  return {
    role: "allow-peers",
    pods: selectorLabels(plan.id, objectNames.runtime),
    ingress: plan.network.peers.map((peer) => trafficRule([runtimeOf(peer)], tcpPorts(peer.ingressPorts))),
    egress: plan.network.peers.map((peer) => trafficRule([runtimeOf(peer)], tcpPorts(peer.egressPorts))),
  };
}

function openings(plan: TenantPlan): Opening[] {
  const { network } = plan;
  const self: PodPeer = { namespace: plan.namespace, podLabels: {} };
  const withinNamespace = { peers: [self], ports: "all" } as const;
  return [
    { role: "allow-dns", pods: {}, ingress: [], egress: [trafficRule([network.dns], dnsPorts)] },
    { role: "allow-same-namespace", pods: {}, ingress: [withinNamespace], egress: [withinNamespace] },
    // A tenant without a route (suspended, or an environment without a gateway) has no reason to be reached from the edge.
    ...workloadOpenings(plan, "allow-edge", plan.route === null ? null : network.edge),
    ...workloadOpenings(plan, "allow-monitoring", network.monitoring),
    {
      role: "allow-shared-services",
      pods: {},
      ingress: [],
      egress: network.sharedServices.map((service) => trafficRule([service], service.ports)),
    },
    {
      role: "allow-egress",
      pods: {},
      ingress: [],
      egress: network.egress.map((range) => trafficRule([range], range.ports)),
    },
    peerOpening(plan),
  ];
}

function policy(
  plan: TenantPlan,
  namespace: Input<string>,
  name: string,
  spec: NetworkPolicyManifest["spec"],
): NetworkPolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: objectMetadata(name, namespace, tenantLabels(plan)),
    spec,
  };
}

/** Denies everything in both directions for every pod; all else is an opening in it. */
export function buildDefaultDeny(plan: TenantPlan, namespace: Input<string>): NetworkPolicyManifest {
  return policy(plan, namespace, "default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
}

/** The openings: one policy per concern, and none for a concern that opens nothing. */
export function buildOpenings(plan: TenantPlan, namespace: Input<string>): NamedPolicy[] {
  return openings(plan).flatMap((opening): NamedPolicy[] => {
    const ingress = opening.ingress.filter(isRule).map(ingressRule);
    const egress = opening.egress.filter(isRule).map(egressRule);
    // A direction without rules is left out of policyTypes: listed without rules it would deny, and hide what default-deny does.
    const policyTypes = [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])];
    if (policyTypes.length === 0) return [];
    const { role, detail, pods } = opening;
    const manifest = policy(plan, namespace, detail === undefined ? role : `${role}-${detail}`, {
      podSelector: Object.keys(pods).length === 0 ? {} : { matchLabels: { ...pods } },
      policyTypes,
      ...(ingress.length > 0 ? { ingress } : {}),
      ...(egress.length > 0 ? { egress } : {}),
    });
    return [{ role, detail, manifest }];
  });
}
