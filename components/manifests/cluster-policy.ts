/**
 * ClusterNetworkPolicy, typed by hand from the standard channel of network-policy-api v0.2.0 (`config/crd/standard`). Only what we
 * write: `Accept`, which overrules every NetworkPolicy, cannot be written at all, and `Pass` only for named pods and ports.
 */
import { metadataRanges } from "../../tenants/cidr.ts";
import type { TenantPlan } from "../../tenants/model.ts";
import { labelKeys, namespaceNameLabel, objectNames } from "../../tenants/names.ts";
import { nonEmpty, type Metadata, type NonEmpty } from "./kubernetes.ts";
import { clusterObjectMetadata, selectorLabels, tenantLabels } from "./metadata.ts";

/** API version of ClusterNetworkPolicy. */
export const clusterPolicyApiVersion = "policy.networking.k8s.io/v1alpha2";

interface ByLabels {
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** Every namespace of a tenant but one. */
interface OtherTenants {
  readonly namespaces: {
    readonly matchExpressions: readonly [
      { readonly key: typeof labelKeys.tenant; readonly operator: "Exists" },
      { readonly key: typeof namespaceNameLabel; readonly operator: "NotIn"; readonly values: readonly [string] },
    ];
  };
}

interface Addresses {
  readonly networks: readonly string[];
}

interface PodsOfTenant {
  readonly pods: { readonly namespaceSelector: ByLabels; readonly podSelector: ByLabels };
}

/** Stops here, whatever NetworkPolicies say. */
interface Deny {
  readonly name: string;
  readonly action: "Deny";
}

/** Leaves the rest of the tier out, and lets NetworkPolicy decide. */
interface Pass {
  readonly name: string;
  readonly action: "Pass";
  /** Never empty: a rule without protocols is about all of them. */
  readonly protocols: NonEmpty<{ readonly tcp: { readonly destinationPort: { readonly number: number } } }>;
}

type From<Peer> = { readonly from: readonly [Peer] };
type To<Peer> = { readonly to: readonly [Peer] };

/** The second layer around one tenant. */
export interface ClusterNetworkPolicyManifest {
  readonly apiVersion: typeof clusterPolicyApiVersion;
  readonly kind: "ClusterNetworkPolicy";
  readonly metadata: Metadata;
  readonly spec: {
    readonly tier: "Admin";
    readonly priority: number;
    readonly subject: { readonly namespaces: ByLabels };
    readonly ingress: readonly ((Pass & From<PodsOfTenant>) | (Deny & From<OtherTenants>))[];
    readonly egress: readonly ((Pass & To<PodsOfTenant>) | (Deny & To<OtherTenants | Addresses>))[];
  };
}

function named(namespace: string): ByLabels {
  return { matchLabels: { [namespaceNameLabel]: namespace } };
}

/**
 * Consented openings, runtime to runtime: a rule for each peer, which the 25 rules of a direction have room for. Only they are passed
 * on, because `Pass` also skips what the cluster's own policies of lower precedence would say.
 */
function consented(
  plan: TenantPlan,
  direction: "ingressPorts" | "egressPorts",
): readonly { readonly rule: Pass; readonly peer: PodsOfTenant }[] {
  return plan.network.peers.flatMap((peer) => {
    const protocols = nonEmpty(peer[direction].map((number) => ({ tcp: { destinationPort: { number } } })));
    if (protocols === null) return [];
    const podSelector = { matchLabels: selectorLabels(peer.tenant, objectNames.runtime) };
    return [
      {
        rule: { name: `consented-${peer.tenant}`, action: "Pass", protocols } as const,
        peer: { pods: { namespaceSelector: named(peer.namespace), podSelector } },
      },
    ];
  });
}

/**
 * Denies traffic with all other tenants in the Admin tier, which is asked before every NetworkPolicy; `null` where the cluster does not
 * serve it. The tenant's own namespace is left out of the deny instead of being passed: traffic inside it, with the platform and with
 * the edge stays with NetworkPolicy and with the cluster's own policies.
 */
export function buildClusterPolicy(plan: TenantPlan): ClusterNetworkPolicyManifest | null {
  const { clusterPolicy } = plan.network;
  if (clusterPolicy === null) return null;
  const others: OtherTenants = {
    namespaces: {
      matchExpressions: [
        { key: labelKeys.tenant, operator: "Exists" },
        { key: namespaceNameLabel, operator: "NotIn", values: [plan.namespace] },
      ],
    },
  };
  const denied = { name: "other-tenants", action: "Deny" } as const;
  return {
    apiVersion: clusterPolicyApiVersion,
    kind: "ClusterNetworkPolicy",
    metadata: clusterObjectMetadata(clusterPolicy.name, tenantLabels(plan)),
    spec: {
      tier: "Admin",
      priority: clusterPolicy.priority,
      subject: { namespaces: named(plan.namespace) },
      // The first rule that matches decides, so what is consented comes before what is denied.
      ingress: [
        ...consented(plan, "ingressPorts").map(({ rule, peer }) => ({ ...rule, from: [peer] as const })),
        { ...denied, from: [others] },
      ],
      egress: [
        { name: "metadata-addresses", action: "Deny", to: [{ networks: [...metadataRanges] }] },
        ...consented(plan, "egressPorts").map(({ rule, peer }) => ({ ...rule, to: [peer] as const })),
        { ...denied, to: [others] },
      ],
    },
  };
}
