/**
 * Holds finished manifests to what the isolation proof claims of the plan. The proof reasons from the plan's lists and takes on trust
 * that the manifests say the same; this reads the manifests themselves, as JSON, whoever made them. A fault means that the proof
 * cannot be believed for this set of manifests.
 */
import { egressCheck } from "../tenants/isolation/egress.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { accessFaults, clusterAccessFaults } from "./manifest-proof/access.ts";
import { admissionFaults } from "./manifest-proof/admission.ts";
import { boundFaults } from "./manifest-proof/bounds.ts";
import { clusterPolicyFaults } from "./manifest-proof/cluster-policies.ts";
import { edgeFaults, gatewayFaults } from "./manifest-proof/edge.ts";
import { namespaceFaults } from "./manifest-proof/namespace.ts";
import { networkFaults } from "./manifest-proof/network.ts";
import { podFaults } from "./manifest-proof/pods.ts";
import { Faults, type Json, type ManifestFault, type TenantCheck, textAt } from "./manifest-proof/reader.ts";

export type { ManifestFault } from "./manifest-proof/reader.ts";

const tenantChecks: readonly TenantCheck[] = [
  namespaceFaults,
  networkFaults,
  accessFaults,
  edgeFaults,
  podFaults,
  boundFaults,
];

/**
 * Everything in the manifests of an environment that is not as its proof claims. Work grows with the number of manifests.
 *
 * @param manifests All objects of all tenants, those about them among the cluster's, the platform's guardrails and its Gateway where the plan makes one.
 */
export function manifestFaults(plan: EnvironmentPlan, manifests: readonly object[]): readonly ManifestFault[] {
  const objects = manifests as readonly Json[];
  const byNamespace = new Map<string, Json[]>();
  const cluster: Json[] = [];
  for (const object of objects) {
    const own = textAt(object, "kind") === "Namespace" ? "name" : "namespace";
    const namespace = textAt(object, "metadata", own);
    const list = namespace === "" ? cluster : (byNamespace.get(namespace) ?? []);
    list.push(object);
    if (namespace !== "") byNamespace.set(namespace, list);
  }
  const egress = egressCheck(plan.privateRanges);
  const edge = byNamespace.get(plan.platform.gateway?.namespace ?? "") ?? [];
  return [
    ...admissionFaults(cluster),
    ...clusterAccessFaults(cluster),
    ...clusterPolicyFaults(plan, cluster),
    ...gatewayFaults(plan, edge),
    ...strayFaults(plan, byNamespace),
    ...plan.tenants.flatMap((tenant) => {
      const claims = { plan, tenant, objects: byNamespace.get(tenant.namespace) ?? [], egress };
      return tenantChecks.flatMap((check) => check(claims));
    }),
  ];
}

/** Beside tenants' namespaces there is the edge and nothing else: a binding or a grant in a third place would be nobody's to see. */
function strayFaults(
  plan: EnvironmentPlan,
  byNamespace: ReadonlyMap<string, readonly Json[]>,
): readonly ManifestFault[] {
  const faults = new Faults("api");
  const tenants = new Set(plan.tenants.map(({ namespace }) => namespace));
  for (const [namespace, objects] of byNamespace) {
    if (tenants.has(namespace)) continue;
    for (const object of objects) {
      const known =
        ["Namespace", "Gateway"].includes(textAt(object, "kind")) && namespace === plan.platform.gateway?.namespace;
      faults.need(known, object, "lies in a namespace that is no tenant's");
    }
  }
  return faults.list;
}
