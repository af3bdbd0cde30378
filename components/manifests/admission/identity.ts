import { onlyPlainAnnotations } from "./annotations.ts";
import type { Guardrail } from "./policy.ts";

const write = ["CREATE", "UPDATE"] as const;

/** Tokens come from the kubelet, or from the platform. */
export const tokens: Guardrail = {
  name: "tokens",
  stops: "Minting a token that outlives the access of who minted it.",
  rules: [{ groups: [""], resources: ["serviceaccounts/token"], operations: ["CREATE"] }],
  audience: "tenants",
  validations: [
    { expression: "false", message: "tokens are not issued to tenants; ask the platform for a kubeconfig" },
  ],
};

/** The old way to a token that never expires: a Secret that a controller fills. */
export const tokenSecrets: Guardrail = {
  name: "token-secrets",
  stops:
    "Minting a token without end by a Secret of type service-account-token, or joining a node by a bootstrap token.",
  rules: [{ groups: [""], resources: ["secrets"], operations: write }],
  audience: "tenants",
  validations: [
    {
      expression:
        "!has(object.type) || !(object.type in ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])",
      message: "type: secrets that mint tokens are not offered",
    },
  ],
};

/** Accounts that a tenant makes mount no token by default. */
export const serviceAccounts: Guardrail = {
  name: "service-accounts",
  stops: "Mounting tokens into pods that do not need them.",
  rules: [{ groups: [""], resources: ["serviceaccounts"], operations: write }],
  audience: "tenants",
  validations: [
    {
      expression: "has(object.automountServiceAccountToken) && object.automountServiceAccountToken == false",
      message: "automountServiceAccountToken: must be false; a pod that needs the token asks for it itself",
    },
    {
      expression: onlyPlainAnnotations,
      message: "annotations with a prefix, such as a cloud role, are not taken from tenants",
    },
  ],
};

/** Roles inside the namespace, without the verbs that lead out of it. The API server's own check on escalation stands before this. */
export const roles: Guardrail = {
  name: "roles",
  stops: "Escalating by RBAC: wildcards that grow with every new kind, and the verbs that hand on rights (k/k#83465).",
  rules: [{ groups: ["rbac.authorization.k8s.io"], resources: ["roles"], operations: write }],
  audience: "tenants",
  validations: [
    {
      expression:
        "!has(object.rules) || object.rules.all(rule, !('*' in rule.verbs) && (!has(rule.resources) || rule.resources.all(name, !name.contains('*'))) && (!has(rule.apiGroups) || !('*' in rule.apiGroups)))",
      message: "no wildcards: they grow with every kind that the cluster learns",
    },
    {
      expression:
        "!has(object.rules) || object.rules.all(rule, !rule.verbs.exists(verb, verb in ['escalate', 'bind', 'impersonate', 'approve', 'sign', 'attest', 'administer']) && (!has(rule.resources) || !rule.resources.exists(name, name in ['serviceaccounts/token', 'pods/ephemeralcontainers', 'nodes/proxy', 'services/proxy', 'pods/proxy'])))",
      message: "verbs and resources that hand on or escape rights are not offered",
    },
  ],
};

/** Rights inside the namespace go to service accounts of the namespace; people are listed in the record, where everybody sees them. */
export const roleBindings: Guardrail = {
  name: "role-bindings",
  stops: "Handing the namespace to strangers or to everybody, and reaching for ClusterRoles that later grow.",
  rules: [{ groups: ["rbac.authorization.k8s.io"], resources: ["rolebindings"], operations: write }],
  audience: "tenants",
  validations: [
    {
      expression: "object.roleRef.kind == 'Role'",
      message: "roleRef: only Roles of the namespace",
    },
    {
      expression:
        "!has(object.subjects) || object.subjects.all(subject, subject.kind == 'ServiceAccount' && has(subject.namespace) && subject.namespace == request.namespace)",
      message:
        "subjects: only service accounts of the same namespace; people are listed under `owners` in the tenant's record",
    },
  ],
};
