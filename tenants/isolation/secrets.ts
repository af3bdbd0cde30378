import type { TenantPlan } from "../model.ts";
import { ownerRules } from "../owner-access.ts";
import { commonOwners, subjects } from "./api.ts";
import { guardrailNames } from "./guardrails.ts";
import { type PlaneArgument, type Violation, violationsOf } from "./plane.ts";

const violation = violationsOf("secrets");

/** Settings are in the clear in a ConfigMap: no secret of the same name may stand there. */
function ofTenant(tenant: TenantPlan): readonly Violation[] {
  const { secrets, config } = tenant;
  const all = [...secrets.generated.map(({ name }) => name), ...secrets.provided];
  return all
    .filter((name) => Object.hasOwn(config, name))
    .map((name) => violation(tenant, `has the secret ${name} among its settings, which are in the clear`));
}

/** Who reads which Secret. */
export const secrets: PlaneArgument = {
  plane: "secrets",
  asks: "who can read which Secret",
  violations: ({ plan }) => plan.tenants.flatMap(ofTenant),
  steps: ({ plan }) => [
    {
      plane: "secrets",
      claim: "A tenant's Secrets are read by its owners and its runtime's pods.",
      because: `A pod mounts Secrets of its own namespace only (Kubernetes); owners ${ownerRules.some(({ resources }) => resources.includes("secrets")) ? "read them by their Role, in their namespace" : "have no right on them"}; service accounts of the plan have no rights.`,
    },
    {
      plane: "secrets",
      claim: "The plan holds no value of a secret.",
      because: `It names ${plan.tenants.reduce((sum, { secrets: all }) => sum + all.generated.length + all.provided.length, 0)} of them; values travel beside it, and none of these names is a setting.`,
    },
  ],
  limits: () => [
    "Whoever administers the cluster, its nodes or its etcd reads every Secret; whether etcd is encrypted the plan cannot see.",
    "A cluster-wide issuer of certificates signs what the platform asks; owners have no right on certificates.",
  ],
  explain: (_facts, from, to) => {
    const common = commonOwners(from, to);
    return [
      {
        plane: "secrets",
        question: `owners of ${from.id} on Secrets of ${to.id}`,
        ...(common.length === 0
          ? {
              verdict: "denied" as const,
              because: `Secrets of ${to.namespace} are read by Role owner of ${to.namespace}, which is bound to no owner of ${from.id}.`,
            }
          : { verdict: "consented" as const, because: `Both records list ${subjects(common)} under owners.` }),
      },
      {
        plane: "secrets",
        question: `pods of ${from.id} on Secrets of ${to.id}`,
        verdict: "denied",
        because: `A pod mounts Secrets of its own namespace only, and its account has no right on others' (${guardrailNames.podIdentity}, ${guardrailNames.roleBindings}).`,
      },
    ];
  },
};
