import type { TenantPlan } from "../tenants/model.ts";
import type { Identity } from "./client.ts";
import * as requests from "./requests.ts";

/** API version of Roles and their bindings. */
export const authorization = "rbac.authorization.k8s.io/v1";
/** Group of subjects and references in bindings. */
export const apiGroup = "rbac.authorization.k8s.io";

/** See `Pair.scratch`. */
export const scratchOf = (run: string): string => `${requests.runName(run)}-scratch`;
/** See `Pair.mirror`. */
export const mirrorOf = (run: string, tenant: TenantPlan): string => `${requests.runName(run)}-${tenant.id}`;

/** Who owns a tenant. One without owners gets one for the run: the Role is there all the same. */
export function ownerOf(run: string, tenant: TenantPlan): Identity & { readonly kind: "impersonated" } {
  const [owner] = tenant.owners;
  const everybody = "system:authenticated";
  const nobody = `${requests.runName(run)}-${tenant.id}`;
  if (owner === undefined) return { kind: "impersonated", user: `${nobody}-owner`, groups: [everybody] };
  return owner.kind === "User"
    ? { kind: "impersonated", user: owner.name, groups: [everybody] }
    : { kind: "impersonated", user: `${nobody}-member`, groups: [owner.name, everybody] };
}

/** Name of the helper of one tenant; nobody else has it. */
export const helperOf = (run: string, tenant: TenantPlan): string => `${requests.runName(run)}-${tenant.id}-helper`;

/** The account of a tenant's runtime, impersonated. */
export function runtimeOf({ namespace }: TenantPlan): Identity {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"];
  return { kind: "impersonated", user: `system:serviceaccount:${namespace}:runtime`, groups };
}
