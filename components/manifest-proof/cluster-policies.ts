import { metadataRanges } from "../../tenants/cidr.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import { clusterPolicyName, labelKeys, namespaceNameLabel, objectNames } from "../../tenants/names.ts";
import { clusterPolicyApiVersion } from "../manifests/cluster-policy.ts";
import { selectorLabels } from "../manifests/metadata.ts";
import { at, Faults, hasAt, listAt, same, textAt, type Json, type ManifestFault } from "./reader.ts";

const group = "policy.networking.k8s.io";
const directions = [
  { direction: "ingress", peers: "from", ports: "ingressPorts" },
  { direction: "egress", peers: "to", ports: "egressPorts" },
] as const;

/**
 * Every tenant has its deny in the Admin tier where the environment says so, none of these opens anything, and no other policy of the
 * cluster stands beside them: one `Accept` in it would overrule every NetworkPolicy.
 */
export function clusterPolicyFaults(plan: EnvironmentPlan, objects: readonly Json[]): readonly ManifestFault[] {
  const faults = new Faults("network");
  const layer = plan.platform.clusterNetworkPolicies;
  const tenants = layer === null ? [] : plan.tenants;
  const byName = new Map(tenants.map((tenant) => [clusterPolicyName(tenant.namespace), tenant]));
  const found = new Set<string>();
  for (const object of objects) {
    if (!textAt(object, "apiVersion").startsWith(`${group}/`)) continue;
    const name = textAt(object, "metadata", "name");
    const known = object["apiVersion"] === clusterPolicyApiVersion && object["kind"] === "ClusterNetworkPolicy";
    const tenant = known ? byName.get(name) : undefined;
    faults.need(tenant !== undefined, object, "rules over all tenants and is not in the plan");
    faults.need(!found.has(name), object, "is there twice");
    if (tenant === undefined) continue;
    found.add(name);
    policyFaults(faults, tenant, layer?.priority, object);
  }
  for (const name of byName.keys()) {
    faults.need(found.has(name), `ClusterNetworkPolicy ${name}`, "is missing, so NetworkPolicy stands alone");
  }
  return faults.list;
}

function policyFaults(faults: Faults, tenant: TenantPlan, priority: number | undefined, policy: Json): void {
  const { spec } = policy;
  faults.need(textAt(spec, "tier") === "Admin", policy, "is asked after NetworkPolicy, which has then decided");
  faults.need(at(spec, "priority") === priority, policy, "has another priority than the plan's");
  const own = { namespaces: { matchLabels: { [namespaceNameLabel]: tenant.namespace } } };
  faults.need(same(at(spec, "subject"), own), policy, `is not about all pods of ${tenant.namespace} and no others`);
  const others = {
    namespaces: {
      matchExpressions: [
        { key: labelKeys.tenant, operator: "Exists" },
        { key: namespaceNameLabel, operator: "NotIn", values: [tenant.namespace] },
      ],
    },
  };
  for (const { direction, peers, ports } of directions) {
    const rules = listAt(spec, direction);
    const denies = (peer: unknown): boolean =>
      rules.some(
        (rule) =>
          textAt(rule, "action") === "Deny" &&
          !hasAt(rule, "protocols") &&
          listAt(rule, peers).some((one) => same(one, peer)),
      );
    faults.need(denies(others), policy, `does not deny all ${direction} of other tenants`);
    if (direction === "egress") {
      faults.need(denies({ networks: [...metadataRanges] }), policy, "does not deny metadata addresses");
    }
    for (const rule of rules) {
      const action = textAt(rule, "action");
      if (action === "Deny") continue;
      faults.need(action === "Pass", policy, `a rule of ${direction} overrules NetworkPolicy`);
      const passed = listAt(rule, peers);
      const consented = passed.length > 0 && passed.every((peer) => isConsented(tenant, ports, peer, rule));
      faults.need(consented, policy, `a rule of ${direction} passes what the plan has no consent for`);
    }
  }
}

/** Whether a peer is the runtime of a tenant that consents, on no ports but those of the plan. */
function isConsented(
  tenant: TenantPlan,
  direction: (typeof directions)[number]["ports"],
  peer: unknown,
  rule: unknown,
): boolean {
  const protocols = listAt(rule, "protocols");
  return tenant.network.peers.some((consented) => {
    const runtime = {
      pods: {
        namespaceSelector: { matchLabels: { [namespaceNameLabel]: consented.namespace } },
        podSelector: { matchLabels: selectorLabels(consented.tenant, objectNames.runtime) },
      },
    };
    const allowed = consented[direction].map((number) => ({ tcp: { destinationPort: { number } } }));
    return (
      same(peer, runtime) &&
      protocols.length > 0 &&
      protocols.every((protocol) => allowed.some((one) => same(one, protocol)))
    );
  });
}
