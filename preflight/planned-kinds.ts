import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
} from "../components/manifests/admission/index.ts";
import { buildEdgeNamespace, buildGateway } from "../components/manifests/gateway.ts";
import { tenantManifests } from "../components/tenant-manifests.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";

/** A kind with its version. */
export interface PlannedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Every kind that the environment's manifests have, ascending. Read from the manifests themselves, so that none can be forgotten. */
export function plannedKinds(plan: EnvironmentPlan): readonly PlannedKind[] {
  const { gateway, clusterIdentifier } = plan.platform;
  const manifests: PlannedKind[] = [
    buildGuardrailsAdministrator(clusterIdentifier),
    ...admissionPolicies.slice(0, 1).flatMap((policy) => [buildAdmissionPolicy(policy), buildAdmissionBinding(policy)]),
    ...(gateway?.create === true ? [buildEdgeNamespace(gateway), buildGateway(gateway, gateway.namespace)] : []),
    ...oneOfEachShape(plan.tenants).flatMap(manifestsOf),
  ];
  const byKey = new Map(manifests.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]));
  return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, kind]) => kind);
}

function manifestsOf(tenant: TenantPlan): readonly PlannedKind[] {
  const names = [...tenant.secrets.generated.map(({ name }) => name), ...tenant.secrets.provided];
  const values = Object.fromEntries(names.map((name) => [name, ""]));
  return tenantManifests(tenant, { values, rolloutKey: "" }, true);
}

/** Building thousands of tenants only to see the same kinds would cost a second; those that differ in what exists are few. */
function oneOfEachShape(tenants: readonly TenantPlan[]): readonly TenantPlan[] {
  const shapes = new Map<string, TenantPlan>();
  for (const tenant of tenants) {
    const { status, route, owners, secrets, runtime, dashboard } = tenant;
    const shape = [
      status,
      route?.listenerSet ?? null,
      route?.issuer?.kind ?? null,
      owners.length > 0,
      secrets.generated.length + secrets.provided.length > 0,
      ...[runtime, dashboard].flatMap(({ autoscaler, maxUnavailable }) => [
        autoscaler !== null,
        maxUnavailable !== null,
      ]),
    ];
    const key = JSON.stringify(shape);
    if (!shapes.has(key)) shapes.set(key, tenant);
  }
  return [...shapes.values()];
}
