import {
  attempt,
  guardrail,
  type Attempt,
  type Draft,
  type Json,
  type JsonObject,
  type Pair,
  type Reason,
} from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const authorization = "rbac.authorization.k8s.io/v1";
const rbac: Reason = { kind: "rbac" };

/** Becoming somebody else, or more than one is. */
export function identityAttempts(pair: Pair): readonly Attempt[] {
  return [...roles(pair), ...bindings(pair), ...tokens(pair), ...impersonations(pair)].map((draft) =>
    attempt("identity", draft),
  );
}

function roles(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  const path = requests.pathOf(authorization, attacker.namespace, "roles");
  const rows: readonly (readonly [string, string, string, Json])[] = [
    ["wildcard-verb", "every verb", "rules.0.verbs.0", "*"],
    ["wildcard-resource", "every kind", "rules.0.resources.0", "*"],
    ["wildcard-group", "every group", "rules.0.apiGroups.0", "*"],
    [
      "escalate",
      "the verb escalate",
      "rules.0",
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["escalate"] },
    ],
    [
      "bind",
      "the verb bind",
      "rules.0",
      { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["bind"] },
    ],
    [
      "impersonate",
      "the verb impersonate",
      "rules.0",
      { apiGroups: [""], resources: ["serviceaccounts"], verbs: ["impersonate"] },
    ],
    ["token", "tokens", "rules.0", { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] }],
    [
      "ephemeral",
      "ephemeral containers",
      "rules.0",
      { apiGroups: [""], resources: ["pods/ephemeralcontainers"], verbs: ["patch"] },
    ],
  ];
  return [
    ...(["owner", "helper"] as const).flatMap((actor) =>
      rows.map(([id, what, at, value]): Draft => ({
        id: `role-${id}-${actor}`,
        title: `a Role that gives ${what}`,
        source: "k/k#83465",
        twin: requests.post(actor, path, objects.fresh(objects.role(pair))),
        change: { field: "body", at, value },
        // The API server refuses to owners what they lack before a guardrail is asked; a helper lacks nothing.
        expected: actor === "owner" ? { kind: "escalation" } : guardrail("roles"),
      })),
    ),
    {
      id: "owner-role-patch",
      title: "add a rule to the owners' Role",
      source: "CVE-2025-55205",
      twin: requests.jsonPatch("owner", `${path}/${requests.runName(pair.run)}`, [{ op: "remove", path: "/rules/0" }]),
      change: { field: "path", value: `${path}/owner` },
      expected: guardrail("platform-objects"),
    },
    {
      id: "role-in-neighbour",
      title: "a Role in the neighbour's namespace",
      source: "k/k#83465",
      twin: requests.post("owner", path, objects.fresh(objects.role(pair))),
      change: { field: "path", value: requests.inNamespace(path, target.namespace) },
      expected: rbac,
    },
  ];
}

function bindings(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  const path = requests.pathOf(authorization, attacker.namespace, "rolebindings");
  const binding = objects.fresh(objects.roleBinding(pair));
  const apiGroup = "rbac.authorization.k8s.io";
  const subjects: readonly (readonly [string, string, JsonObject])[] = [
    ["stranger", "a stranger", { apiGroup, kind: "User", name: "attack@attack.invalid" }],
    ["everybody", "everybody", { apiGroup, kind: "Group", name: "system:authenticated" }],
    ["anonymous", "nobody in particular", { apiGroup, kind: "User", name: "system:anonymous" }],
    ["neighbour", "the neighbour's runtime", { kind: "ServiceAccount", name: "runtime", namespace: target.namespace }],
  ];
  const twin = requests.post("owner", path, binding);
  const reference = (kind: string, name: string): JsonObject => ({ apiGroup, kind, name });
  return [
    ...subjects.map(([id, what, subject]): Draft => ({
      id: `bind-${id}`,
      title: `hand rights in its namespace to ${what}`,
      source: "k/k#83465",
      twin,
      change: { field: "body", at: "subjects.0", value: subject },
      expected: guardrail("role-bindings"),
    })),
    {
      id: "bind-cluster-role-helper",
      title: "bind a ClusterRole that grows with every kind",
      source: "aggregated ClusterRoles",
      twin: { ...twin, actor: "helper" },
      change: { field: "body", at: "roleRef", value: reference("ClusterRole", "view") },
      expected: guardrail("role-bindings"),
    },
    {
      id: "bind-cluster-admin",
      title: "bind cluster-admin in its namespace",
      source: "k/k#83465",
      twin,
      change: { field: "body", at: "roleRef", value: reference("ClusterRole", "cluster-admin") },
      expected: { kind: "escalation" },
    },
    {
      id: "owner-binding-patch",
      title: "add itself to the owners",
      source: "CVE-2025-55205",
      twin: requests.post("owner", path, binding),
      change: { field: "body", at: "metadata.labels.app~kubernetes~io/managed-by", value: "tenantry" },
      expected: guardrail("platform-objects"),
    },
    {
      id: "bind-in-neighbour",
      title: "bind itself in the neighbour's namespace",
      source: "k/k#83465",
      twin,
      change: { field: "path", value: requests.inNamespace(path, target.namespace) },
      expected: rbac,
    },
    ...(["runtime", "runtime-token"] as const).map((actor): Draft => ({
      id: `bind-${actor}`,
      title: "bind a Role to itself",
      source: "a prompt-injected agent",
      twin,
      change: { field: "actor", value: actor },
      expected: rbac,
    })),
    ...(["runtime", "runtime-token"] as const).map((actor): Draft => ({
      id: `pod-${actor}`,
      title: "run a pod",
      source: "a prompt-injected agent",
      twin: requests.post("owner", requests.pathOf("v1", attacker.namespace, "pods"), objects.pod(pair)),
      change: { field: "actor", value: actor },
      expected: rbac,
    })),
  ];
}

function tokens(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  const accounts = requests.pathOf("v1", attacker.namespace, "serviceaccounts");
  const ask = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 600 } };
  const own = `${accounts}/runtime/token`;
  const account = objects.fresh(objects.object(pair, "v1", "ServiceAccount", { automountServiceAccountToken: false }));
  const cloud = { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/attack" };
  const asked = (
    id: string,
    title: string,
    path: string,
    actor: "owner" | "helper" | "runtime-token",
    expected: Reason,
  ): Draft => ({
    id: `token-${id}`,
    title,
    source: "k/k#83465",
    twin: requests.post("administrator", path, ask),
    change: { field: "actor", value: actor },
    expected,
  });
  const created = requests.post("owner", accounts, account);
  return [
    asked("own-owner", "mint a token of the runtime", own, "owner", rbac),
    asked("own-helper", "mint a token of the runtime", own, "helper", guardrail("tokens")),
    asked("own-runtime", "mint itself another token", own, "runtime-token", rbac),
    asked(
      "neighbour",
      "mint a token of the neighbour's runtime",
      requests.inNamespace(own, target.namespace),
      "owner",
      rbac,
    ),
    asked(
      "controller",
      "mint a token of a controller",
      requests.pathOf("v1", "kube-system", "serviceaccounts", "namespace-controller", "token"),
      "owner",
      rbac,
    ),
    {
      id: "account-automount",
      title: "an account that mounts its token everywhere",
      source: "tokens mounted by default",
      twin: created,
      change: { field: "body", at: "automountServiceAccountToken", value: true },
      expected: guardrail("service-accounts"),
    },
    {
      id: "account-cloud-role",
      title: "an account with a role in the cloud",
      source: "aws/containers-roadmap#1109",
      twin: created,
      change: { field: "body", at: "metadata.annotations", value: cloud },
      expected: guardrail("service-accounts"),
    },
  ];
}

/** Headers that only an administrator may send. They need a real token: an impersonated user cannot impersonate any further. */
function impersonations({ target }: Pair): readonly Draft[] {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const path = requests.pathOf("authentication.k8s.io/v1", null, "selfsubjectreviews");
  const twin = requests.post("runtime-token", path, review);
  const headers: readonly (readonly [string, string, string, string])[] = [
    ["user", "the administrator", "impersonate-user", "kubernetes-admin"],
    ["account", "the neighbour's runtime", "impersonate-user", `system:serviceaccount:${target.namespace}:runtime`],
    ["controller", "a controller", "impersonate-user", "system:kube-controller-manager"],
  ];
  return headers.map(([id, who, name, value]) => ({
    id: `impersonate-${id}`,
    title: `say that it is ${who}`,
    source: "k/k#83465",
    twin,
    change: { field: "headers", name, value },
    expected: rbac,
  }));
}
