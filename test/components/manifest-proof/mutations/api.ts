import { set, push, add, rbac, type Breaks } from "./change.ts";

const everyone = { apiGroup: rbac, kind: "Group", name: "system:authenticated" };

/** Plane api. */
export const api: Breaks = [
  { what: "wildcard verbs", reason: "gives the verb *", change: set("Role", "owner", ["rules", 0, "verbs"], ["*"]) },
  {
    what: "wildcard resources",
    reason: "gives resources *",
    change: set("Role", "owner", ["rules", 0, "resources"], ["*"]),
  },
  {
    what: "wildcard groups",
    reason: "gives every API group",
    change: set("Role", "owner", ["rules", 0, "apiGroups"], ["*"]),
  },
  {
    what: "escalate",
    reason: "gives the verb escalate",
    change: push("Role", "owner", ["rules", 13, "verbs"], "escalate"),
  },
  {
    what: "tokens",
    reason: "gives the resource serviceaccounts/token",
    change: push("Role", "owner", ["rules", 0, "resources"], "serviceaccounts/token"),
  },
  {
    what: "another verb on a kind that owners read",
    reason: "gives delete on resourcequotas, which owners do not have",
    change: push("Role", "owner", ["rules", 14, "verbs"], "delete"),
  },
  {
    what: "RoleBinding to system:authenticated",
    reason: "binds Group system:authenticated, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], everyone),
  },
  {
    what: "a foreign subject",
    reason: "binds User hank@globex.example, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], { apiGroup: rbac, kind: "User", name: "hank@globex.example" }),
  },
  {
    what: "a foreign service account",
    reason: "binds ServiceAccount runtime, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], {
      kind: "ServiceAccount",
      name: "runtime",
      namespace: "tenant-globex",
    }),
  },
  {
    what: "a ClusterRole bound",
    reason: "binds another role than that of the owners",
    change: set("RoleBinding", "owner", ["roleRef", "kind"], "ClusterRole"),
  },
  {
    what: "a ClusterRoleBinding",
    reason: "gives rights across the cluster",
    change: add({
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "owners" },
      subjects: [everyone],
    }),
  },
  {
    what: "a binding in a third namespace",
    reason: "lies in a namespace that is no tenant's",
    change: add({
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "owners", namespace: "kube-system" },
      subjects: [everyone],
    }),
  },
  {
    what: "a ClusterRole that aggregates",
    reason: "grows roles of others",
    change: set(
      "ClusterRole",
      "tenantry-guardrails-administrator",
      ["metadata", "labels", `${rbac}/aggregate-to-edit`],
      "true",
    ),
  },
];
