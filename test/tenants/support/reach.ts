/**
 * Kubernetes' own meaning of NetworkPolicy, pod by pod: slow, plain, and written apart from the proof, so that the two can be held
 * against each other. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
import { buildDefaultDeny, buildOpenings } from "../../../components/manifests/network-policies.ts";
import { selectorLabels } from "../../../components/manifests/metadata.ts";
import type { EnvironmentPlan, TenantPlan } from "../../../tenants/model.ts";

/** A selector of pods or namespaces, as far as ours use it. */
export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

/** Who a rule is about. */
export interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** A rule of a NetworkPolicy, of either direction. */
export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
}

interface Policy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** A pod that might talk. */
export interface Pod {
  readonly tenant: TenantPlan;
  readonly workload: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The policies of a whole environment, as JSON. */
export function policiesOf({ tenants }: EnvironmentPlan): readonly Policy[] {
  const policies = tenants.flatMap((tenant) => [
    buildDefaultDeny(tenant, tenant.namespace),
    ...buildOpenings(tenant, tenant.namespace).map(({ manifest }) => manifest),
  ]);
  return JSON.parse(JSON.stringify(policies)) as readonly Policy[];
}

/** Both workloads of every tenant, and a pod of the tenant's own. */
export function podsOf({ tenants }: EnvironmentPlan): readonly Pod[] {
  return tenants.flatMap((tenant) => [
    ...["runtime", "dashboard"].map((workload) => ({ tenant, workload, labels: selectorLabels(tenant.id, workload) })),
    { tenant, workload: "own", labels: { app: "own" } },
  ]);
}

/** Whether a connection passes: the sender's policies let it out and the receiver's let it in. */
export function connects(policies: readonly Policy[], from: Pod, to: Pod, port: number): boolean {
  return admits(policies, "egress", from, to, port) && admits(policies, "ingress", to, from, port);
}

/** Ranges that a pod of a tenant may send to, with what is excepted. */
export function rangesFrom(policies: readonly Policy[], namespace: string): readonly Required<Peer>["ipBlock"][] {
  return policies
    .filter((policy) => policy.metadata.namespace === namespace)
    .flatMap(({ spec }) => (spec.egress ?? []).flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? [])));
}

function admits(
  policies: readonly Policy[],
  direction: "ingress" | "egress",
  pod: Pod,
  peer: Pod,
  port: number,
): boolean {
  const type = direction === "ingress" ? "Ingress" : "Egress";
  const selecting = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.tenant.namespace &&
      spec.policyTypes.includes(type) &&
      matches(spec.podSelector, pod.labels),
  );
  if (selecting.length === 0) return true;
  return selecting.some(({ spec }) =>
    (spec[direction] ?? []).some((rule) => {
      const peers = direction === "ingress" ? rule.from : rule.to;
      const open = rule.ports === undefined || rule.ports.some((one) => one.protocol === "TCP" && one.port === port);
      return open && (peers === undefined || peers.length === 0 || peers.some((one) => isPeer(one, pod, peer)));
    }),
  );
}

function isPeer({ namespaceSelector, podSelector, ipBlock }: Peer, pod: Pod, peer: Pod): boolean {
  if (ipBlock !== undefined) return false;
  const { namespace } = peer.tenant;
  const inNamespace =
    namespaceSelector === undefined
      ? namespace === pod.tenant.namespace
      : matches(namespaceSelector, { "kubernetes.io/metadata.name": namespace });
  return inNamespace && (podSelector === undefined || matches(podSelector, peer.labels));
}

function matches({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
