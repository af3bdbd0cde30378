import { objectNames } from "../../tenants/names.ts";
import { ownerRules, ruleFaults } from "../../tenants/owner-access.ts";
import { at, Faults, hasAt, type Json, listAt, ofKind, same, textAt, type TenantCheck } from "./reader.ts";

/** Roles give what the plan's owners have and no more, and bindings give it to them and to nobody else. */
export const accessFaults: TenantCheck = ({ tenant, objects }) => {
  const faults = new Faults("api");
  for (const role of ofKind(objects, "Role")) {
    faults.need(!hasAt(role, "aggregationRule"), role, "grows with other roles");
    for (const rule of listAt(role, "rules"))
      roleRuleFaults(rule).forEach((reason) => faults.need(false, role, reason));
  }
  const subject = (kind: string, name: string): string => `${kind} ${name}`;
  // The account that the platform issues owners' tokens for; admission keeps it out of pods.
  const account = { kind: "ServiceAccount", name: objectNames.owner, namespace: tenant.namespace };
  const owners = new Set(tenant.owners.map(({ kind, name }) => subject(kind, name)));
  for (const binding of ofKind(objects, "RoleBinding")) {
    faults.need(
      same(at(binding, "roleRef"), { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: objectNames.owner }),
      binding,
      "binds another role than that of the owners",
    );
    for (const entry of listAt(binding, "subjects")) {
      const name = subject(textAt(entry, "kind"), textAt(entry, "name"));
      const person = owners.has(name) && !hasAt(entry, "namespace");
      faults.need(person || same(entry, account), binding, `binds ${name}, who is no owner`);
    }
  }
  return faults.list;
};

function roleRuleFaults(rule: unknown): readonly string[] {
  const [groups, resources, verbs] = ["apiGroups", "resources", "verbs"].map((key) => listAt(rule, key).map(String));
  if (groups === undefined || resources === undefined || verbs === undefined) return [];
  const written = groups.flatMap((group) => ruleFaults({ group, resources, verbs }).map((fault) => `gives ${fault}`));
  const more = groups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs
        .filter((verb) => !isOwners(group, resource, verb))
        .map((verb) => `gives ${verb} on ${resource}, which owners do not have`),
    ),
  );
  return [...written, ...more, ...(hasAt(rule, "nonResourceURLs") ? ["gives paths of the API server"] : [])];
}

function isOwners(group: string, resource: string, verb: string): boolean {
  return ownerRules.some(
    (rule) => rule.group === group && rule.resources.includes(resource) && rule.verbs.includes(verb),
  );
}

/** Rights across the cluster: the plan gives none. The one ClusterRole of the platform is bound to nobody. */
export function clusterAccessFaults(objects: readonly Json[]): readonly ReturnType<typeof accessFaults>[number][] {
  const faults = new Faults("api");
  for (const binding of ofKind(objects, "ClusterRoleBinding"))
    faults.need(false, binding, "gives rights across the cluster");
  for (const role of ofKind(objects, "ClusterRole")) {
    const labels = Object.keys(at(role, "metadata", "labels") ?? {});
    faults.need(
      !labels.some((key) => key.startsWith("rbac.authorization.k8s.io/aggregate-to-")),
      role,
      "grows roles of others",
    );
  }
  return faults.list;
}
