import type { TenantPlan } from "../model.ts";
import { idPattern, labelKeys, namespaceName, namespaceNameLabel } from "../names.ts";
import { guardrailNames } from "./guardrails.ts";
import { type Facts, type PlaneArgument, type Violation, violationsOf } from "./plane.ts";

const violation = violationsOf("identity");

/** Labels that selectors, Pod Security and guardrails read. A record's own labels must never be one of them. */
function isPlatformLabel(key: string): boolean {
  const ours: readonly string[] = Object.values(labelKeys);
  return ours.includes(key) || key === namespaceNameLabel || key.startsWith("pod-security.kubernetes.io/");
}

function ofTenant(tenant: TenantPlan, { byId }: Facts): readonly Violation[] {
  const { id, namespace, podSecurityVersion, labels } = tenant;
  const namesake = byId.get(id);
  return [
    ...(idPattern.test(id) ? [] : [violation(tenant, "has an id of the wrong form", { path: ["id"] })]),
    ...(namesake === tenant || namesake === undefined
      ? []
      : [violation(tenant, "has the id of another tenant", { other: namesake.id, path: ["id"] })]),
    ...(namespace === namespaceName(id)
      ? []
      : [violation(tenant, `lives in ${namespace}, where guardrails do not know its service accounts`)]),
    ...(/^v1\.[0-9]+$/.test(podSecurityVersion)
      ? []
      : [violation(tenant, `has Pod Security of version ${podSecurityVersion}, which an upgrade changes`)]),
    ...Object.keys(labels)
      .filter(isPlatformLabel)
      .map((key) => violation(tenant, `sets the label ${key}, by which it is told apart`, { path: ["labels", key] })),
  ];
}

/** Tokens, service accounts, and what tells one tenant from another. */
export const identity: PlaneArgument = {
  plane: "identity",
  asks: "tokens, service accounts, and the labels and names that tell tenants apart",
  violations: (facts) => facts.plan.tenants.flatMap((tenant) => ofTenant(tenant, facts)),
  steps: ({ plan }) => [
    {
      plane: "identity",
      claim: "Every tenant is told apart by what no tenant can change.",
      because: `${plan.tenants.length} ids and namespaces are different; labels and annotations of namespaces are frozen (${guardrailNames.namespaces}), and the API server itself owns ${namespaceNameLabel}.`,
    },
    {
      plane: "identity",
      claim: "No tenant gets an identity of another.",
      because: `Accounts and pods of the plan mount no token; owners mint none (${guardrailNames.tokens}, ${guardrailNames.tokenSecrets}), accounts of theirs mount none by themselves (${guardrailNames.serviceAccounts}, ${guardrailNames.podIdentity}), and containers join no running pod (${guardrailNames.ephemeralContainers}).`,
    },
  ],
  limits: () => ["Users and groups are as the cluster's authentication says; the plan sees their names only."],
  explain: (_facts, from, to) => [
    {
      plane: "identity",
      question: `${from.id} acting as ${to.id}`,
      verdict: "denied",
      because: `Service accounts of ${to.namespace} have no mounted token, tokens are minted by nobody in ${from.namespace} (${guardrailNames.tokens}, ${guardrailNames.tokenSecrets}), a pod runs as an account of its own namespace (Kubernetes), and no owner may impersonate.`,
    },
  ],
};
