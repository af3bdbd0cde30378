import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
} from "../../components/manifests/admission/index.ts";
import { buildEdgeNamespace, buildGateway } from "../../components/manifests/gateway.ts";
import { tenantManifests } from "../../components/tenant-manifests.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";

/** A finished manifest, free to be broken. */
export type Rendered = Record<string, unknown>;

/** Every object of an environment, as JSON that no builder holds on to. Secrets have values for tests. */
export function rendered(plan: EnvironmentPlan): Rendered[] {
  const { gateway, clusterIdentifier } = plan.platform;
  const objects = [
    buildGuardrailsAdministrator(clusterIdentifier),
    ...admissionPolicies.flatMap((policy) => [buildAdmissionPolicy(policy), buildAdmissionBinding(policy)]),
    ...(gateway?.create === true ? [buildEdgeNamespace(gateway), buildGateway(gateway, gateway.namespace)] : []),
    ...plan.tenants.flatMap((tenant) => {
      const names = [...tenant.secrets.generated.map(({ name }) => name), ...tenant.secrets.provided];
      const values = Object.fromEntries(names.map((name) => [name, "a value for tests"]));
      return tenantManifests(tenant, { values, rolloutKey: "a key for tests" }, true);
    }),
  ];
  return JSON.parse(JSON.stringify(objects)) as Rendered[];
}
