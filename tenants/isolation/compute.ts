import type { TenantPlan } from "../model.ts";
import { bytesPattern, cpuPattern } from "../quantity.ts";
import { guardrailNames } from "./guardrails.ts";
import { type Facts, type PlaneArgument, type Violation, violationsOf } from "./plane.ts";

const violation = violationsOf("compute");

/** What every quota bounds. Without one of these a tenant could take from others without end. */
export const boundedResources = [
  "requests.cpu",
  "limits.cpu",
  "requests.memory",
  "limits.memory",
  "requests.ephemeral-storage",
  "limits.ephemeral-storage",
  "requests.storage",
  "persistentvolumeclaims",
  "pods",
  "services",
  "secrets",
  "configmaps",
  "count/deployments.apps",
  "count/statefulsets.apps",
  "count/replicasets.apps",
  "count/controllerrevisions.apps",
  "count/jobs.batch",
  "count/cronjobs.batch",
  "count/networkpolicies.networking.k8s.io",
  "count/horizontalpodautoscalers.autoscaling",
  "count/poddisruptionbudgets.policy",
  "count/serviceaccounts",
  "count/roles.rbac.authorization.k8s.io",
  "count/rolebindings.rbac.authorization.k8s.io",
] as const;

/** What every quota keeps at nothing: ways past the edge, and kinds that the counts do not foresee. */
export const closedResources = [
  "services.nodeports",
  "services.loadbalancers",
  "replicationcontrollers",
  "count/daemonsets.apps",
  "count/ingresses.networking.k8s.io",
] as const;

/** Quotas of a namespace that are the platform's: the ceiling, and those that keep out system priorities and affinity to other namespaces. */
export const quotaObjects = "3";

function ofTenant(tenant: TenantPlan): readonly Violation[] {
  const { quota, guardrails } = tenant;
  const missing = boundedResources.filter((key) => !isAmount(quota[key]));
  const open = closedResources.filter((key) => quota[key] !== "0");
  const system = guardrails.priorityClasses.filter((name) => name.startsWith("system-"));
  const unreadable = [...guardrails.priorityClasses, ...guardrails.runtimeClasses].filter(
    (name) => !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name),
  );
  return [
    ...missing.map((key) => violation(tenant, `has no bound on ${key}`, { path: ["quota", key] })),
    ...open.map((key) => violation(tenant, `may have ${key}`, { path: ["quota", key] })),
    ...(quota["resourcequotas"] === quotaObjects ? [] : [violation(tenant, "may have quotas of its own")]),
    ...system.map((name) => violation(tenant, `may use priority ${name}, which pushes others off their nodes`)),
    ...unreadable.map((name) => violation(tenant, `may use ${JSON.stringify(name)}, which is no name of a class`)),
  ];
}

function isAmount(text: string | undefined): boolean {
  return text !== undefined && (cpuPattern.test(text) || bytesPattern.test(text));
}

/** A promise that cannot be kept is taken from somebody else. It is nobody's in particular, so the first tenant stands for all. */
function capacityViolations({ plan }: Facts): readonly Violation[] {
  const [first] = plan.tenants;
  return plan.capacity
    .filter(({ promised, capacity }) => !(promised <= capacity))
    .flatMap(({ resource }) =>
      first === undefined
        ? []
        : [violation(first, `is promised, with the others, more ${resource} than the environment has`)],
    );
}

/** Quota, priority and nodes. */
export const compute: PlaneArgument = {
  plane: "compute",
  asks: "cpu, memory, scratch disk, objects, priority and nodes",
  violations: (facts) => [...facts.plan.tenants.flatMap(ofTenant), ...capacityViolations(facts)],
  steps: ({ plan }) => [
    {
      plane: "compute",
      claim: "Nobody takes more than his quota.",
      because: `Each of ${plan.tenants.length} quotas bounds ${boundedResources.length} resources and closes ${closedResources.length}; the API server counts them atomically, every container states what it uses (${guardrailNames.resources}), and quotas are read-only to owners (${guardrailNames.platformObjects}).`,
    },
    {
      plane: "compute",
      claim: "What is promised exists.",
      because: `All quotas together stay within the ${plan.capacity.length} capacities that the environment states.`,
    },
    {
      plane: "compute",
      claim: "Nobody pushes others off their nodes, or chooses nodes.",
      because: `Priority and runtime classes come from the environment's lists (${guardrailNames.classes}) with no pod at system priority (ResourceQuota no-system-priority) nor drawn to or from pods of others (ResourceQuota no-foreign-affinity), nodes from the scheduler (${guardrailNames.placement}, ${guardrailNames.podAnnotations}), and nobody holds up maintenance (${guardrailNames.disruptionBudgets}, ${guardrailNames.termination}, ${guardrailNames.podDeletion}).`,
    },
  ],
  limits: () => [
    "Kernel and nodes are shared at level namespace: an escape from a container crosses tenants, and so does noise on disk and network.",
    "The capacity is what the environment states; the plan does not count nodes.",
  ],
  explain: (_facts, from, to) => [
    {
      plane: "compute",
      question: `${from.id} taking what ${to.id} is promised`,
      verdict: "denied",
      because: `The quota of ${from.namespace} ends at ${from.quota["limits.cpu"] ?? "?"} cpu, ${from.quota["limits.memory"] ?? "?"} memory and ${from.quota["pods"] ?? "?"} pods; that of ${to.namespace} is part of the same sum, which fits the environment.`,
    },
    {
      plane: "compute",
      question: `pods of ${from.id} beside pods of ${to.id}`,
      verdict: "limit",
      because: `Level ${from.isolation.runtime} shares kernel and nodes: an escape from a container, and noise on disk and network, cross.`,
    },
  ],
};
