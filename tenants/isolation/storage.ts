import type { TenantPlan } from "../model.ts";
import { guardrailNames } from "./guardrails.ts";
import { type PlaneArgument, type Violation, violationsOf } from "./plane.ts";

const violation = violationsOf("storage");

function ofTenant(tenant: TenantPlan): readonly Violation[] {
  const { runtime, guardrails, quota } = tenant;
  const { storageClass } = runtime.volume;
  const unreadable = guardrails.storageClasses.filter((name) => !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name));
  const unbounded = [
    "requests.storage",
    "persistentvolumeclaims",
    ...guardrails.storageClasses.flatMap((name) => [
      `${name}.storageclass.storage.k8s.io/requests.storage`,
      `${name}.storageclass.storage.k8s.io/persistentvolumeclaims`,
    ]),
  ].filter((key) => quota[key] === undefined);
  const path = ["runtime", "storageClass"];
  return [
    ...(guardrails.storageClasses.includes(storageClass)
      ? []
      : [violation(tenant, `has volumes of class ${storageClass}, which its guardrails do not list`, { path })]),
    ...unreadable.map((name) => violation(tenant, `may use ${JSON.stringify(name)}, which is no name of a class`)),
    ...unbounded.map((key) => violation(tenant, `has no bound on ${key}`, { path: ["quota", key] })),
  ];
}

/** Volumes and the classes they come from. */
export const storage: PlaneArgument = {
  plane: "storage",
  asks: "volumes, claims and storage classes",
  violations: ({ plan }) => plan.tenants.flatMap(ofTenant),
  steps: ({ plan }) => [
    {
      plane: "storage",
      claim: "A tenant mounts volumes of its own only.",
      because: `A pod mounts claims of its own namespace (Kubernetes), a new claim names a listed class and no volume (${guardrailNames.claims}), a waiting one is bound by the cluster (${guardrailNames.claimBinding}), and pods have no volume of a node (${guardrailNames.volumes}, Pod Security).`,
    },
    {
      plane: "storage",
      claim: "Nobody fills the storage of others.",
      because: `Each of ${plan.tenants.length} quotas bounds claims and bytes, in total and for every class.`,
    },
  ],
  limits: () => [
    "Disks and their bandwidth are shared as the storage class has it; the plan does not see encryption or reclaim policy of a class.",
    "A volume of a class that retains outlives its claim; binding it again takes an administrator.",
  ],
  explain: (_facts, from, to) => [
    {
      plane: "storage",
      question: `${from.id} on volumes of ${to.id}`,
      verdict: "denied",
      because: `Claims of ${to.namespace} are mounted in ${to.namespace} only; a claim of ${from.namespace} may not name a volume (${guardrailNames.claims}, ${guardrailNames.claimBinding}).`,
    },
  ],
};
