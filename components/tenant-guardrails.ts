import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName } from "../tenants/names.ts";
import type { Input } from "./manifests/kubernetes.ts";
import { buildDefaultDeny, buildOpenings } from "./manifests/network-policies.ts";
import { buildOwnerBinding, buildOwnerRole } from "./manifests/owner-role.ts";
import { buildLimitRange, buildQuota } from "./manifests/quota.ts";

/**
 * Makes the bounds of a tenant. Returns those that must exist before the first pod does: quota, limit range and default-deny.
 * The openings may come later, they only ever allow more.
 */
export function createGuardrails(
  plan: TenantPlan,
  namespace: Input<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { core, networking } = kubernetes;
  const quota = new core.v1.ResourceQuota(logicalName(plan.id, "quota"), buildQuota(plan, namespace), opts);
  const limits = new core.v1.LimitRange(logicalName(plan.id, "limits"), buildLimitRange(plan, namespace), opts);
  const { NetworkPolicy } = networking.v1;
  const deny = new NetworkPolicy(logicalName(plan.id, "default-deny"), buildDefaultDeny(plan, namespace), opts);
  for (const { role, detail, manifest } of buildOpenings(plan, namespace)) {
    new NetworkPolicy(logicalName(plan.id, role, detail), manifest, opts);
  }
  return [quota, limits, deny];
}

/** Makes the Role of the owners and, where there are owners, its binding. */
export function createOwnerAccess(
  plan: TenantPlan,
  namespace: Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  const { rbac } = kubernetes;
  new rbac.v1.Role(logicalName(plan.id, "owner"), buildOwnerRole(plan, namespace), opts);
  const binding = buildOwnerBinding(plan, namespace);
  if (binding !== null) new rbac.v1.RoleBinding(logicalName(plan.id, "owner-binding"), binding, opts);
}
