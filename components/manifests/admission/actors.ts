import type { NamedExpression } from "./policy.ts";

/**
 * Whose requests a guardrail judges.
 *
 * - `tenants`: people, and whatever runs in a tenant's namespace. Not the cluster's own controllers and nodes, nor service
 *   accounts of other namespaces, such as a gateway's controller that writes a route's status.
 * - `everyone`: these controllers too, because they make pods and claims out of templates that tenants write.
 *
 * Neither judges who administers guardrails.
 */
export type Audience = "tenants" | "everyone";

/**
 * The permission that lifts the guardrails: verb `administer` on `guardrails.tenantry.dev`. No such resource exists; it is asked of
 * the authorizer alone, so that a Role can grant it and cluster-admin has it by its wildcards.
 */
export const administerGuardrails = { apiGroups: ["tenantry.dev"], resources: ["guardrails"], verbs: ["administer"] };

/** True for everybody but who administers guardrails. It asks the authorizer, which is dear. */
export const notAdministrator: NamedExpression = {
  name: "notAdministrator",
  expression: "!authorizer.group('tenantry.dev').resource('guardrails').check('administer').allowed()",
};

/**
 * True for people and for service accounts of tenants' namespaces. The prefix of those is ours alone: the plan puts no platform
 * service there, and a namespace that somebody else calls so is judged too, which is the safe mistake.
 */
const notController: NamedExpression = {
  name: "notController",
  expression: [
    "!(request.userInfo.username in ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler'])",
    "!('system:nodes' in request.userInfo.groups)",
    "(!request.userInfo.username.startsWith('system:serviceaccount:') || request.userInfo.username.startsWith('system:serviceaccount:tenant-'))",
  ].join(" && "),
};

/** What each audience leaves out, beside administrators. */
export const exemptions: Readonly<Record<Audience, readonly NamedExpression[]>> = {
  tenants: [notController],
  everyone: [],
};
