import type { OwnerPlan, TenantPlan } from "../model.ts";
import { everybodyRules, ownerRules, ruleFaults, type OwnerRule } from "../owner-access.ts";
import { ownerKey, sharedOwners } from "./facts.ts";
import { guardrailNames } from "./guardrails.ts";
import { type Answer, type Facts, type PlaneArgument, type Violation, violationsOf } from "./plane.ts";

/** A question to the API server: one verb on one kind, in one namespace or, with `null`, across the cluster. */
export interface ApiRequest {
  readonly verb: string;
  readonly group: string;
  /** Plural, with a subresource as in `pods/log`. */
  readonly resource: string;
  readonly namespace: string | null;
}

/** Whether something is allowed, and by or for lack of which rule. */
export interface ApiAnswer {
  readonly allowed: boolean;
  readonly because: string;
}

const violation = violationsOf("api");

function grants(rules: readonly OwnerRule[], { verb, group, resource }: ApiRequest): boolean {
  return rules.some((rule) => rule.group === group && rule.resources.includes(resource) && rule.verbs.includes(verb));
}

/**
 * What RBAC answers an owner: the Role of the owners in each namespace whose record lists this very user or group, and what
 * Kubernetes gives everybody. Roles that owners make for service accounts of their namespace give people nothing.
 */
export function ownerMay({ byOwner }: Facts, owner: OwnerPlan, request: ApiRequest): ApiAnswer {
  if (grants(everybodyRules, request)) {
    return { allowed: true, because: "Kubernetes lets everybody ask about his own rights (system:basic-user)." };
  }
  const { namespace } = request;
  const owned = byOwner.get(ownerKey(owner))?.tenants ?? [];
  if (namespace === null) {
    return {
      allowed: false,
      because: "No ClusterRoleBinding names an owner; the Role of the owners lies in a namespace.",
    };
  }
  if (!owned.some((tenant) => tenant.namespace === namespace)) {
    return { allowed: false, because: `No RoleBinding of ${namespace} names ${owner.name}.` };
  }
  return grants(ownerRules, request)
    ? { allowed: true, because: `Role owner of ${namespace} gives it.` }
    : { allowed: false, because: `Role owner of ${namespace} has no rule for it.` };
}

function ownerViolations(tenant: TenantPlan): readonly Violation[] {
  return tenant.owners.flatMap(({ kind, name }, index) => {
    const path = ["owners", index, kind === "Group" ? "group" : "user"];
    if (name === "") return [violation(tenant, "has an owner without a name", { path })];
    return name.startsWith("system:")
      ? [violation(tenant, `is owned by ${name}, which is part of Kubernetes and not one customer's`, { path })]
      : [];
  });
}

/** The Role is the same for every tenant, so a fault in it is everybody's; it is told once. */
function roleViolations({ plan }: Facts, rules: readonly OwnerRule[]): readonly Violation[] {
  const [first] = plan.tenants;
  const faults = rules.flatMap(ruleFaults);
  return first === undefined ? [] : faults.map((fault) => violation(first, `gives its owners ${fault}, as all do`));
}

/** The subjects that both records list. */
export function commonOwners(from: TenantPlan, to: TenantPlan): readonly OwnerPlan[] {
  const theirs = new Set(to.owners.map(ownerKey));
  return from.owners.filter((owner) => theirs.has(ownerKey(owner)));
}

/** Names of subjects, for sentences. */
export function subjects(owners: readonly OwnerPlan[]): string {
  return owners.map(({ kind, name }) => `${kind.toLowerCase()} ${name}`).join(", ");
}

function explain(from: TenantPlan, to: TenantPlan): readonly Answer[] {
  const common = commonOwners(from, to);
  const people: Pick<Answer, "verdict" | "because"> =
    common.length === 0
      ? {
          verdict: "denied",
          because: `RoleBinding owner of ${to.namespace} names ${to.owners.length === 0 ? "nobody" : subjects(to.owners)}; no owner of ${from.id} is among them, and none has a right across the cluster.`,
        }
      : { verdict: "consented", because: `Both records list ${subjects(common)} under owners.` };
  return [
    { plane: "api", question: `owners of ${from.id} on objects of ${to.id}`, ...people },
    {
      plane: "api",
      question: `service accounts of ${from.id} on objects of ${to.id}`,
      verdict: "denied",
      because: `The plan binds them to nothing, and what owners bind stays in ${from.namespace} (${guardrailNames.roleBindings}, ${guardrailNames.roles}).`,
    },
  ];
}

/** Every verb on every kind, across namespaces. */
export const api: PlaneArgument = {
  plane: "api",
  asks: "every verb on every kind, in the own namespace, in others and across the cluster",
  violations: (facts) => [...roleViolations(facts, ownerRules), ...facts.plan.tenants.flatMap(ownerViolations)],
  steps: (facts) => {
    const shared = sharedOwners(facts).length;
    const verbs = ownerRules.reduce((sum, { resources, verbs: held }) => sum + resources.length * held.length, 0);
    return [
      {
        plane: "api",
        claim: "An owner's rights end at the namespace.",
        because: `They come from one Role with ${verbs} pairs of a verb and a kind, all written out, none of them a wildcard or one that hands on rights; a Role reaches its own namespace only, and no ClusterRoleBinding names an owner.`,
      },
      {
        plane: "api",
        claim: "Nobody widens them.",
        because: `Roles and bindings of owners stay inside (${guardrailNames.roles}, ${guardrailNames.roleBindings}), nobody gives what he lacks (the API server's own check on escalation), and the platform's objects are read-only to owners (${guardrailNames.platformObjects}, ${guardrailNames.namespaces}).`,
      },
      {
        plane: "api",
        claim: `${shared} people or groups own several tenants.`,
        because: "Each of these records lists them; that is the consent. No other subject stands in two records.",
      },
    ];
  },
  limits: () => [
    "API server and its capacity are shared at level namespace: an owner who asks much slows others as far as priority and fairness let him.",
    "Who is in a group, and which other roles a cluster's administrator has given, the plan cannot see.",
    "Discovery tells everybody which kinds the cluster serves.",
  ],
  explain: (_facts, from, to) => explain(from, to),
};
