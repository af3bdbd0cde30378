/**
 * What ClusterNetworkPolicy means in the Admin tier, rule by rule, written apart from the proof and from the builder:
 * https://network-policy-api.sigs.k8s.io/reference/spec/
 */
import { buildClusterPolicy } from "../../../components/manifests/cluster-policy.ts";
import type { EnvironmentPlan } from "../../../tenants/model.ts";
import type { Pod } from "./reach.ts";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

interface Peer {
  readonly namespaces?: Selector;
  readonly pods?: { readonly namespaceSelector: Selector; readonly podSelector: Selector };
}

interface Rule {
  readonly action: "Accept" | "Deny" | "Pass";
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly protocols?: readonly { readonly tcp?: { readonly destinationPort?: { readonly number?: number } } }[];
}

/** A policy as the API server stores it. */
export interface AdminPolicy {
  readonly spec: {
    readonly tier: string;
    readonly priority: number;
    readonly subject: Peer;
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

/** The policies of a whole environment, as JSON. */
export function adminPoliciesOf({ tenants }: EnvironmentPlan): readonly AdminPolicy[] {
  const policies = tenants.flatMap((tenant) => buildClusterPolicy(tenant) ?? []);
  return JSON.parse(JSON.stringify(policies)) as readonly AdminPolicy[];
}

/** Whether the Admin tier alone, in a cluster without any NetworkPolicy, lets a TCP connection through. */
export function connectsByAdminTier(policies: readonly AdminPolicy[], from: Pod, to: Pod, port: number): boolean {
  return (
    decision(policies, "egress", from, to, port) !== "Deny" && decision(policies, "ingress", to, from, port) !== "Deny"
  );
}

/** The first rule that matches decides, policies in the order of their priority; `null` where none does. */
function decision(
  policies: readonly AdminPolicy[],
  direction: "ingress" | "egress",
  pod: Pod,
  peer: Pod,
  port: number,
): Rule["action"] | null {
  const rules = policies
    .filter(({ spec }) => spec.tier === "Admin" && isPeer(spec.subject, pod))
    .sort((left, right) => left.spec.priority - right.spec.priority)
    .flatMap(({ spec }) => spec[direction] ?? []);
  const first = rules.find(({ from, to, protocols }) => {
    const peers = (direction === "ingress" ? from : to) ?? [];
    const numbers = protocols?.map(({ tcp }) => tcp?.destinationPort?.number);
    return peers.some((one) => isPeer(one, peer)) && (numbers === undefined || numbers.includes(port));
  });
  return first?.action ?? null;
}

function isPeer({ namespaces, pods }: Peer, { tenant, labels }: Pod): boolean {
  const ofNamespace = { "kubernetes.io/metadata.name": tenant.namespace, "tenantry.dev/tenant": tenant.id };
  if (namespaces !== undefined) return matches(namespaces, ofNamespace);
  return pods !== undefined && matches(pods.namespaceSelector, ofNamespace) && matches(pods.podSelector, labels);
}

function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return operator satisfies never;
      }
    })
  );
}
