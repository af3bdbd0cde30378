/**
 * Every Kubernetes object of a tenant as plain JSON, without the engine: for tests on a real API server, for benchmarks, and for
 * people who want to read what a plan becomes. A test holds this list equal to what `TenantStack` registers.
 */
import type { TenantPlan } from "../tenants/model.ts";
import { objectNames } from "../tenants/names.ts";
import { dashboardSettings } from "./dashboard-args.ts";
import { buildServiceAccount } from "./manifests/accounts.ts";
import { buildClusterPolicy, type ClusterNetworkPolicyManifest } from "./manifests/cluster-policy.ts";
import { buildCompanions } from "./manifests/companions.ts";
import { buildConfigMap, buildSecret, secretsChecksum } from "./manifests/config.ts";
import { buildDeployment } from "./manifests/dashboard.ts";
import { buildCertificates, buildListenerSet, buildRoute } from "./manifests/edge.ts";
import type { CertificateManifest, HttpRouteManifest, ListenerSetManifest } from "./manifests/gateway-api.ts";
import type * as kinds from "./manifests/kubernetes.ts";
import { tenantLabels } from "./manifests/metadata.ts";
import { buildNamespace } from "./manifests/namespace.ts";
import { buildDefaultDeny, buildOpenings } from "./manifests/network-policies.ts";
import { buildOwnerBinding, buildOwnerRole } from "./manifests/owner-role.ts";
import { buildAffinityQuota, buildLimitRange, buildPriorityQuota, buildQuota } from "./manifests/quota.ts";
import { buildHeadlessService, buildStatefulSet } from "./manifests/runtime.ts";
import type { WorkloadSettings } from "./manifests/workload.ts";
import { runtimeSettings } from "./runtime-args.ts";
import { tenantDashboardArgs, tenantRuntimeArgs } from "./tenant-workloads.ts";

/** Any object of a tenant, complete with `apiVersion` and `kind`. */
export type TenantManifest =
  | kinds.NamespaceManifest
  | kinds.ResourceQuotaManifest
  | kinds.LimitRangeManifest
  | kinds.NetworkPolicyManifest
  | ClusterNetworkPolicyManifest
  | kinds.RoleManifest
  | kinds.RoleBindingManifest
  | kinds.ServiceAccountManifest
  | kinds.ConfigMapManifest
  | kinds.SecretManifest
  | kinds.ServiceManifest
  | kinds.StatefulSetManifest
  | kinds.DeploymentManifest
  | kinds.AutoscalerManifest
  | kinds.BudgetManifest
  | ListenerSetManifest
  | CertificateManifest
  | HttpRouteManifest;

/** Secret values and the key of their fingerprint. Test values only: here they are in the clear. */
export interface ManifestSecrets {
  readonly values: Readonly<Record<string, string>>;
  readonly rolloutKey: string;
}

function companions(settings: WorkloadSettings, kind: "StatefulSet" | "Deployment"): TenantManifest[] {
  const { account, service, autoscaler, budget } = buildCompanions(settings, kind);
  return [account, service, autoscaler, budget].filter((manifest) => manifest !== null);
}

function workloads(plan: TenantPlan, secrets: ManifestSecrets): TenantManifest[] {
  const { namespace } = plan;
  const hasSecrets = Object.keys(secrets.values).length > 0;
  const version = hasSecrets ? secretsChecksum(secrets.values, secrets.rolloutKey) : null;
  const source = version === null ? null : { name: objectNames.secrets, version };
  const runtime = runtimeSettings(objectNames.runtime, tenantRuntimeArgs(plan, namespace, source));
  const runtimeUrl = `http://${objectNames.runtime}.${namespace}.svc:${plan.runtime.port}`;
  const dashboard = dashboardSettings(objectNames.dashboard, tenantDashboardArgs(plan, namespace, runtimeUrl));
  return [
    ...companions(runtime, "StatefulSet"),
    buildHeadlessService(runtime),
    buildStatefulSet(runtime),
    ...companions(dashboard, "Deployment"),
    buildDeployment(dashboard),
  ];
}

function edge(plan: TenantPlan): TenantManifest[] {
  const { route, namespace } = plan;
  if (route === null) return [];
  const manifests = [
    buildListenerSet(plan, route, namespace),
    ...buildCertificates(plan, route, namespace).map(({ manifest }) => manifest),
    buildRoute(plan, route, namespace),
  ];
  return manifests.filter((manifest) => manifest !== null);
}

/**
 * All objects in an order in which they can be created one after the other: the cluster's policy about the namespace, where there is
 * one, the namespace, bounds, settings, workloads, edge. Delete them in the opposite order. Wait for the quota's `status.used` before creating what it counts.
 *
 * @param guarded Whether the cluster has the guardrails; owners only look where it has not.
 */
export function tenantManifests(
  plan: TenantPlan,
  secrets: ManifestSecrets = { values: {}, rolloutKey: "" },
  guarded = false,
): TenantManifest[] {
  const { namespace } = plan;
  const encoded: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(secrets.values).map(([name, value]) => [name, Buffer.from(value).toString("base64")]),
  );
  const binding = buildOwnerBinding(plan, namespace, guarded);
  const clusterPolicy = buildClusterPolicy(plan);
  return [
    ...(clusterPolicy === null ? [] : [clusterPolicy]),
    buildNamespace(plan),
    buildQuota(plan, namespace),
    buildPriorityQuota(plan, namespace),
    buildAffinityQuota(plan, namespace),
    buildLimitRange(plan, namespace),
    buildDefaultDeny(plan, namespace),
    ...buildOpenings(plan, namespace).map(({ manifest }) => manifest),
    buildOwnerRole(plan, namespace, guarded),
    ...(guarded ? [buildServiceAccount(objectNames.owner, namespace, tenantLabels(plan))] : []),
    ...(binding === null ? [] : [binding]),
    buildConfigMap(plan, namespace),
    ...(Object.keys(encoded).length === 0 ? [] : [buildSecret(plan, namespace, encoded)]),
    ...workloads(plan, secrets),
    ...edge(plan),
  ];
}
