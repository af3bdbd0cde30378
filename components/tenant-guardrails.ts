import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName, objectNames } from "../tenants/names.ts";
import { buildServiceAccount } from "./manifests/accounts.ts";
import { buildClusterPolicy } from "./manifests/cluster-policy.ts";
import type { Input } from "./manifests/kubernetes.ts";
import { tenantLabels } from "./manifests/metadata.ts";
import { buildDefaultDeny, buildOpenings } from "./manifests/network-policies.ts";
import { buildOwnerBinding, buildOwnerRole } from "./manifests/owner-role.ts";
import { buildAffinityQuota, buildLimitRange, buildPriorityQuota, buildQuota } from "./manifests/quota.ts";

/** The bounds of a tenant, as those who come after them need to know them. */
export interface Guardrails {
  /** The namespace's name for everything that the quota counts: known once the quota has counted for the first time. */
  readonly counted: pulumi.Output<string>;
  /** What must exist before the first pod does. The openings may come later, they only ever allow more. */
  readonly beforePods: readonly pulumi.Resource[];
}

/** Makes the policy that denies between this tenant and all others; nothing where the cluster does not serve its kind. */
export function createClusterPolicy(plan: TenantPlan, opts: pulumi.CustomResourceOptions): pulumi.Resource | undefined {
  const manifest = buildClusterPolicy(plan);
  if (manifest === null) return undefined;
  return new kubernetes.apiextensions.CustomResource(logicalName(plan.id, "default-deny-tenants"), manifest, opts);
}

/** Makes quotas, limit range and network policies. */
export function createGuardrails(
  plan: TenantPlan,
  namespace: Input<string>,
  opts: pulumi.CustomResourceOptions,
): Guardrails {
  const { core, networking } = kubernetes;
  const quota = new core.v1.ResourceQuota(logicalName(plan.id, "quota"), buildQuota(plan, namespace), opts);
  const counted = quota.metadata.namespace;
  const priority = new core.v1.ResourceQuota(
    logicalName(plan.id, "priority-quota"),
    buildPriorityQuota(plan, counted),
    opts,
  );
  const affinity = new core.v1.ResourceQuota(
    logicalName(plan.id, "affinity-quota"),
    buildAffinityQuota(plan, counted),
    opts,
  );
  const limits = new core.v1.LimitRange(logicalName(plan.id, "limits"), buildLimitRange(plan, namespace), opts);
  const { NetworkPolicy } = networking.v1;
  const deny = new NetworkPolicy(logicalName(plan.id, "default-deny"), buildDefaultDeny(plan, counted), opts);
  for (const { role, detail, manifest } of buildOpenings(plan, counted)) {
    new NetworkPolicy(logicalName(plan.id, role, detail), manifest, opts);
  }
  return { counted, beforePods: [quota, priority, affinity, limits, deny] };
}

/**
 * Makes the Role of the owners, their account and its binding.
 *
 * @param policies The guardrails of the cluster, which have to stand first; `undefined` where there are none.
 */
export function createOwnerAccess(
  plan: TenantPlan,
  namespace: Input<string>,
  policies: readonly pulumi.Resource[] | undefined,
  options: pulumi.CustomResourceOptions,
): void {
  const opts = policies === undefined ? options : { ...options, dependsOn: [...policies] };
  const { core, rbac } = kubernetes;
  const guarded = policies !== undefined;
  new rbac.v1.Role(logicalName(plan.id, "owner"), buildOwnerRole(plan, namespace, guarded), opts);
  if (guarded) {
    const account = buildServiceAccount(objectNames.owner, namespace, tenantLabels(plan));
    new core.v1.ServiceAccount(logicalName(plan.id, "owner-account"), account, opts);
  }
  const binding = buildOwnerBinding(plan, namespace, guarded);
  if (binding !== null) new rbac.v1.RoleBinding(logicalName(plan.id, "owner-binding"), binding, opts);
}
