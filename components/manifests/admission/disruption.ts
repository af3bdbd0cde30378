import { labelKeys, objectNames } from "../../../tenants/names.ts";
import type { Guardrail } from "./policy.ts";

const write = ["CREATE", "UPDATE"] as const;
const platformWorkloads = `['${objectNames.runtime}', '${objectNames.dashboard}']`;

/**
 * Nodes are shared, so no tenant may stand in the way of emptying one. Owners are given no budgets at all: over pods that no controller
 * with a scale stands for, bare ones and those of Jobs, any budget allows no disruption (k8s.io/docs: "Arbitrary workloads"), and
 * admission does not see which pods there are. This holds whom a platform gives them to all the same.
 */
export const disruptionBudgets: Guardrail = {
  name: "disruption-budgets",
  stops:
    "Blocking the maintenance of shared nodes: by a budget of nothing, or by a second budget on a pod, which no eviction survives.",
  rules: [{ groups: ["policy"], resources: ["poddisruptionbudgets"], operations: write }],
  audience: "tenants",
  validations: [
    {
      // "00%" is nothing too, and the API server takes it.
      expression: "has(object.spec.maxUnavailable) && !string(object.spec.maxUnavailable).matches('^0+%?$')",
      message: "maxUnavailable: at least 1, so that a node can be emptied; minAvailable is not offered",
    },
    {
      expression: `has(object.spec.selector) && has(object.spec.selector.matchLabels) && '${labelKeys.name}' in object.spec.selector.matchLabels && !(object.spec.selector.matchLabels['${labelKeys.name}'] in ${platformWorkloads})`,
      message: `selector: matchLabels needs ${labelKeys.name}, and not that of the runtime or the dashboard, which have budgets already`,
    },
    {
      // Budgets of different names then select different pods, whatever else they say.
      expression: `has(object.spec.selector) && has(object.spec.selector.matchLabels) && '${labelKeys.name}' in object.spec.selector.matchLabels && object.spec.selector.matchLabels['${labelKeys.name}'] == object.metadata.name`,
      message: `name: must be the value of ${labelKeys.name} in the selector, so that no pod has two budgets, which no eviction survives`,
    },
    {
      expression:
        "has(object.spec.unhealthyPodEvictionPolicy) && object.spec.unhealthyPodEvictionPolicy == 'AlwaysAllow'",
      message: "unhealthyPodEvictionPolicy: must be AlwaysAllow, so that a pod that never gets ready holds up no node",
    },
  ],
};

/** The platform's workloads have autoscalers; a second one would fight with them. */
export const autoscalers: Guardrail = {
  name: "autoscalers",
  stops: "Taking the platform's workloads away from their own autoscaler.",
  rules: [{ groups: ["autoscaling"], resources: ["horizontalpodautoscalers"], operations: write }],
  audience: "tenants",
  validations: [
    {
      expression: `!(object.spec.scaleTargetRef.name in ${platformWorkloads})`,
      message:
        "scaleTargetRef: the runtime and the dashboard are scaled by the platform; change replicas in the tenant's record",
    },
    {
      // The ReplicaSet of the dashboard has a name that nobody knows beforehand, and a scale of its own.
      expression: "object.spec.scaleTargetRef.kind in ['Deployment', 'StatefulSet']",
      message: "scaleTargetRef: only a Deployment or a StatefulSet; what stands below one is scaled by it",
    },
  ],
};
