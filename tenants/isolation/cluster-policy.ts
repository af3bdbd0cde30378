import { metadataRanges } from "../cidr.ts";
import type { EnvironmentPlan, TenantPlan } from "../model.ts";
import { clusterPolicyName } from "../names.ts";
import { guardrailNames } from "./guardrails.ts";
import { type ProofStep, type Violation, violationsOf } from "./plane.ts";

/**
 * The second layer of the plane network: a ClusterNetworkPolicy per tenant in the Admin tier. It only ever denies, or hands a consented
 * opening on to NetworkPolicy; what it denies, no NetworkPolicy can open.
 * https://network-policy-api.sigs.k8s.io/
 */
const violation = violationsOf("network");

/** Where the environment has the second layer, every tenant has it, under a name and a priority that collide with nobody's. */
export function clusterPolicyViolations(tenant: TenantPlan, { platform }: EnvironmentPlan): readonly Violation[] {
  const { clusterPolicy } = tenant.network;
  const { clusterNetworkPolicies: layer } = platform;
  if (clusterPolicy === null) {
    return layer === null ? [] : [violation(tenant, "has no ClusterNetworkPolicy, though the cluster serves it")];
  }
  if (layer === null) return [violation(tenant, "has a ClusterNetworkPolicy, which the cluster does not serve")];
  const { name, priority } = clusterPolicy;
  return [
    ...(name === clusterPolicyName(tenant.namespace)
      ? []
      : [violation(tenant, `has the ClusterNetworkPolicy ${name}, which is not that of its namespace`)]),
    ...(priority === layer.priority
      ? []
      : [violation(tenant, `has a ClusterNetworkPolicy of priority ${priority}, not ${layer.priority} as all others`)]),
  ];
}

/** What the second layer adds to the argument; nothing where there is none. */
export function clusterPolicySteps({ platform, tenants }: EnvironmentPlan): readonly ProofStep[] {
  if (platform.clusterNetworkPolicies === null) return [];
  return [
    {
      plane: "network",
      claim: "A second layer, independent of NetworkPolicy, denies between tenants.",
      because: `Each of ${tenants.length} tenants has a ClusterNetworkPolicy in the Admin tier, priority ${platform.clusterNetworkPolicies.priority}, about all pods of its namespace. It denies both directions towards every namespace with a tenant's label but its own, and ${metadataRanges.join(" and ")}; it accepts nothing, and passes on to NetworkPolicy the consented openings between runtimes alone. A tenant whose policies were all gone would still be shut out by those of the others. They are read-only to owners (${guardrailNames.platformObjects}), who make no others (${guardrailNames.clusterPolicies}).`,
    },
  ];
}

/** What has to be taken on trust with the second layer, or rests on the first alone without it. */
export function clusterPolicyLimits({ platform }: EnvironmentPlan): readonly string[] {
  if (platform.clusterNetworkPolicies === null) {
    return [
      "Between tenants stands NetworkPolicy alone: the environment does not say that its cluster serves ClusterNetworkPolicy (cluster.clusterNetworkPolicies). A policy that is missing or wrong has nothing behind it but the other tenant's.",
    ];
  }
  return [
    `ClusterNetworkPolicies act only where the network plugin enforces policy.networking.k8s.io/v1alpha2, and policies of the cluster's own with a priority below ${platform.clusterNetworkPolicies.priority} are asked first; the plan sees neither.`,
    "ClusterNetworkPolicy stands between tenants and before metadata addresses. That nothing else is reached, such as nodes, the API server or undeclared addresses, rests on NetworkPolicy alone.",
  ];
}

/** The sentence that an answer about two tenants ends with, from the side of each. */
export function secondLayer(from: TenantPlan, to: TenantPlan, consented: boolean): string {
  const policies = [from, to].flatMap(({ network }) => network.clusterPolicy?.name ?? []);
  if (policies.length < 2) return " NetworkPolicy stands alone here: the environment has no ClusterNetworkPolicy.";
  const names = policies.join(" and ");
  return consented
    ? ` ClusterNetworkPolicy ${names} let these ports between the runtimes pass on to NetworkPolicy, and deny the rest.`
    : ` ClusterNetworkPolicy ${names} deny the same by themselves where the network plugin enforces the kind, whatever NetworkPolicies there are.`;
}
