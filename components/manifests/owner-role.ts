import type { TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import { ownerRules, unguardedOwnerRules } from "../../tenants/owner-access.ts";
import type { Input, RoleBindingManifest, RoleManifest } from "./kubernetes.ts";
import { nonEmpty } from "./kubernetes.ts";
import { objectMetadata, tenantLabels } from "./metadata.ts";

/**
 * The Role of the people who own the tenant.
 *
 * @param guarded Whether the cluster has the guardrails of this package; owners only look where it has not.
 */
export function buildOwnerRole(plan: TenantPlan, namespace: Input<string>, guarded: boolean): RoleManifest {
  const granted = guarded ? ownerRules : unguardedOwnerRules;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    rules: granted.map(({ group, resources, verbs }) => ({
      apiGroups: [group],
      resources: [...resources],
      verbs: [...verbs],
    })),
  };
}

/**
 * Binds the owners to their Role, and the account of the same name that the platform issues short tokens for where the cluster is
 * guarded: admission then keeps it out of pods. `null` when there is nobody to bind.
 */
export function buildOwnerBinding(
  plan: TenantPlan,
  namespace: Input<string>,
  guarded: boolean,
): RoleBindingManifest | null {
  const people = plan.owners.map(({ kind, name }) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name }));
  const account = { kind: "ServiceAccount", name: objectNames.owner, namespace };
  const subjects = nonEmpty(guarded ? [...people, account] : people);
  if (subjects === null) return null;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: objectNames.owner },
    subjects: [...subjects],
  };
}
