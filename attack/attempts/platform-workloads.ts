import { type Draft, guardrail, type Json, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

/** The platform's own workloads and what keeps them in bounds. */
export function platformWorkloadDrafts(pair: Pair): readonly Draft[] {
  const { attacker, target, run } = pair;
  const stateful = requests.pathOf("apps/v1", attacker.namespace, "statefulsets");
  const mine = `${stateful}/${requests.runName(run)}`;
  const to = (path: string) => ({ field: "path", value: path }) as const;
  const budgets = requests.pathOf("policy/v1", attacker.namespace, "poddisruptionbudgets");
  const budget = objects.object(pair, "policy/v1", "PodDisruptionBudget", {
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: { "app.kubernetes.io/name": requests.runName(run) } },
    },
  });
  const scaler = objects.object(pair, "autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "StatefulSet", name: requests.runName(run) },
      maxReplicas: 2,
    },
  });
  const scalers = requests.pathOf("autoscaling/v2", attacker.namespace, "horizontalpodautoscalers");
  const bodyRow = (
    id: string,
    title: string,
    source: string,
    twin: Draft["twin"],
    at: string,
    value: Json,
    name: string,
  ): Draft => ({
    id,
    title,
    source,
    twin,
    change: { field: "body", at, value },
    expected: guardrail(name),
  });
  // Owners may not make any; admission must hold all the same, should a platform give them.
  const newBudget = requests.post("helper", budgets, budget);
  return [
    {
      id: "scale-runtime",
      title: "scale the runtime past its autoscaler",
      source: "SREGym#547",
      twin: requests.patch("owner", `${mine}/scale`, { spec: { replicas: 0 } }),
      change: to(`${stateful}/runtime/scale`),
      expected: guardrail("platform-scale"),
    },
    {
      id: "change-runtime",
      title: "change the runtime's template",
      source: "capsule#649",
      twin: requests.patch("owner", mine, { spec: { template: { metadata: { annotations: { changed: "attack" } } } } }),
      change: to(`${stateful}/runtime`),
      expected: guardrail("platform-objects"),
    },
    {
      id: "delete-runtime",
      title: "delete the runtime",
      source: "capsule#649",
      twin: requests.remove("owner", mine),
      change: to(`${stateful}/runtime`),
      expected: guardrail("platform-objects"),
    },
    {
      id: "neighbour-scale",
      title: "scale the neighbour's workload to nothing",
      source: "k/k#83465",
      twin: requests.patch("owner", `${mine}/scale`, { spec: { replicas: 0 } }),
      change: to(requests.inNamespace(`${mine}/scale`, target.namespace)),
      expected: { kind: "rbac" },
    },
    bodyRow(
      "scaler-on-runtime",
      "an autoscaler of its own on the runtime",
      "SREGym#547",
      requests.post("owner", scalers, scaler),
      "spec.scaleTargetRef.name",
      "runtime",
      "autoscalers",
    ),
    bodyRow(
      "scaler-on-replica-set",
      "an autoscaler of its own on a ReplicaSet, such as the dashboard's",
      "SREGym#547",
      requests.post("owner", scalers, scaler),
      "spec.scaleTargetRef.kind",
      "ReplicaSet",
      "autoscalers",
    ),
    {
      id: "budget-owner",
      title: "a budget by an owner",
      source: "budgets over bare pods allow no disruption",
      twin: newBudget,
      change: { field: "actor", value: "owner" },
      expected: { kind: "rbac" },
    },
    bodyRow(
      "budget-of-nothing",
      "a budget that lets no percentage of pods go",
      "blocked drains",
      newBudget,
      "spec.maxUnavailable",
      "00%",
      "disruption-budgets",
    ),
    bodyRow(
      "budget-of-none",
      "a budget that lets no pod go",
      "blocked drains",
      newBudget,
      "spec.maxUnavailable",
      0,
      "disruption-budgets",
    ),
    bodyRow(
      "budget-on-runtime",
      "a second budget on the runtime",
      "blocked drains",
      newBudget,
      "spec.selector.matchLabels",
      { "app.kubernetes.io/name": "runtime" },
      "disruption-budgets",
    ),
    bodyRow(
      "budget-on-all",
      "a budget on every pod",
      "blocked drains",
      newBudget,
      "spec.selector",
      {},
      "disruption-budgets",
    ),
    bodyRow(
      "budget-second",
      "a second budget on the same pods",
      "blocked drains",
      newBudget,
      "metadata.name",
      "attack-second",
      "disruption-budgets",
    ),
    bodyRow(
      "budget-unhealthy",
      "a budget that keeps pods that never get ready",
      "blocked drains",
      newBudget,
      "spec.unhealthyPodEvictionPolicy",
      "IfHealthyBudget",
      "disruption-budgets",
    ),
  ];
}
