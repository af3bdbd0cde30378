import type { TenantPlan } from "../tenants/model.ts";
import { objectNames } from "../tenants/names.ts";
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

/** One of a tenant's owners. */
export interface Owner {
  /** Kind and name of the subject that its binding names. */
  readonly subject: string;
  readonly identity: Identity & { readonly kind: "impersonated" };
}

const everybody = "system:authenticated";

/**
 * Who owns a tenant: the first user and the first group of its record, in the record's order, and its account `owner`, which always is
 * one. One of a kind stands for all of it: to authorizer and admission two users differ in nothing but the name.
 */
export function ownersOf(run: string, tenant: TenantPlan): readonly [Owner, ...Owner[]] {
  const { owners, namespace } = tenant;
  const [first, ...others] = owners
    .filter(({ kind }, index) => owners.findIndex((owner) => owner.kind === kind) === index)
    .map(({ kind, name }): Owner => ({
      subject: `${kind} ${name}`,
      identity:
        kind === "User"
          ? { kind: "impersonated", user: name, groups: [everybody] }
          : { kind: "impersonated", user: `${requests.runName(run)}-${tenant.id}-member`, groups: [name, everybody] },
    }));
  const account = { subject: `ServiceAccount ${objectNames.owner}`, identity: accountOf(namespace, objectNames.owner) };
  return first === undefined ? [account] : [first, ...others, account];
}

/** Name of the helper of one tenant; nobody else has it. */
export const helperOf = (run: string, tenant: TenantPlan): string => `${requests.runName(run)}-${tenant.id}-helper`;

/** The account of a tenant's runtime, impersonated. */
export const runtimeOf = ({ namespace }: TenantPlan): Identity => accountOf(namespace, objectNames.runtime);

function accountOf(namespace: string, name: string): Owner["identity"] {
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, everybody];
  return { kind: "impersonated", user: `system:serviceaccount:${namespace}:${name}`, groups };
}
