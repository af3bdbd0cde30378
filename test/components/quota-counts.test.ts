import * as fc from "fast-check";
import { expect, it } from "vitest";

import { tenantManifests, type TenantManifest } from "../../components/tenant-manifests.ts";
import { maximumDemand } from "../../tenants/plan/demand.ts";
import { planTenant } from "../../tenants/plan.ts";
import { acceptedId, environment, specOf } from "../tenants/support/arbitrary.ts";

/** Kinds by the name under which ResourceQuota counts them, and what others make of them in the namespace. */
const counted: Readonly<Record<string, { readonly kind: TenantManifest["kind"]; readonly byOthers: number }>> = {
  services: { kind: "Service", byOthers: 0 },
  // kube-root-ca.crt, from the controller manager.
  configmaps: { kind: "ConfigMap", byOthers: 1 },
  secrets: { kind: "Secret", byOthers: 0 },
  resourcequotas: { kind: "ResourceQuota", byOthers: 0 },
  "count/deployments.apps": { kind: "Deployment", byOthers: 0 },
  "count/statefulsets.apps": { kind: "StatefulSet", byOthers: 0 },
  "count/networkpolicies.networking.k8s.io": { kind: "NetworkPolicy", byOthers: 0 },
  "count/horizontalpodautoscalers.autoscaling": { kind: "HorizontalPodAutoscaler", byOthers: 0 },
  "count/poddisruptionbudgets.policy": { kind: "PodDisruptionBudget", byOthers: 0 },
  "count/roles.rbac.authorization.k8s.io": { kind: "Role", byOthers: 0 },
  "count/rolebindings.rbac.authorization.k8s.io": { kind: "RoleBinding", byOthers: 0 },
  // `default`, from the controller manager.
  "count/serviceaccounts": { kind: "ServiceAccount", byOthers: 1 },
};

const providedSecrets = fc.uniqueArray(fc.constantFrom("MODEL_TOKEN", "MCP_TOKEN", "TRACE_TOKEN"));

it("what a plan asks of its quota is what its objects are, kind by kind", () => {
  const seen = { certificates: 0, provided: 0 };
  fc.assert(
    fc.property(environment, acceptedId.chain(specOf), providedSecrets, (where, spec, provided) => {
      const plan = planTenant(where, spec, provided);
      const names = [...plan.secrets.generated.map(({ name }) => name), ...plan.secrets.provided];
      const values = Object.fromEntries(names.map((name) => [name, "value"]));
      const manifests = tenantManifests(plan, { values, rolloutKey: "key" });
      // cert-manager makes two Secrets for each Certificate: the certificate, and the next private key while it issues.
      const certificates = manifests.filter(({ kind }) => kind === "Certificate").length;
      seen.certificates += certificates;
      seen.provided += provided.length;
      const demands = new Map(maximumDemand(plan).map(({ resource, total }) => [resource, total]));
      for (const [resource, { kind, byOthers }] of Object.entries(counted)) {
        const made = manifests.filter((manifest) => manifest.kind === kind).length + byOthers;
        const objects = resource === "secrets" ? made + 2 * certificates : made;
        const demand = demands.get(resource);
        if (demand !== undefined) expect([resource, demand]).toEqual([resource, objects]);
        // Counts that no record can change have to hold for every tenant there can be.
        else expect([resource, objects <= Number(plan.quota[resource])]).toEqual([resource, true]);
      }
      const countedDemands = [...demands.keys()].filter((resource) => resource in counted);
      expect(countedDemands).toHaveLength(5);
    }),
    { numRuns: 300 },
  );
  expect(seen.certificates).toBeGreaterThan(0);
  expect(seen.provided).toBeGreaterThan(0);
});
