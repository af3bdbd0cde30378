import type { types } from "@pulumi/kubernetes";

import type { AutoscalerPlan, ScalingRule } from "../../tenants/model.ts";
import type { AutoscalerManifest } from "./kubernetes.ts";
import { workloadMetadata, type WorkloadSettings } from "./workload.ts";

type Rules = types.input.autoscaling.v2.HPAScalingRules;
type Metric = types.input.autoscaling.v2.MetricSpec;

function scalingRules(rule: ScalingRule): Rules {
  const { percent, pods, periodSeconds, stabilizationSeconds } = rule;
  return {
    stabilizationWindowSeconds: stabilizationSeconds,
    selectPolicy: "Max",
    policies: [
      { type: "Percent", value: percent, periodSeconds },
      ...(pods === null ? [] : [{ type: "Pods", value: pods, periodSeconds }]),
    ],
  };
}

function utilization(resource: "cpu" | "memory", percent: number): Metric {
  return {
    type: "Resource",
    resource: { name: resource, target: { type: "Utilization", averageUtilization: percent } },
  };
}

function metrics(plan: AutoscalerPlan): Metric[] {
  const requests = plan.requestsPerSecond;
  return [
    utilization("cpu", plan.cpuPercent),
    ...(plan.memoryPercent === null ? [] : [utilization("memory", plan.memoryPercent)]),
    ...(requests === null
      ? []
      : [
          {
            type: "Pods",
            pods: {
              metric: { name: requests.metric },
              target: { type: "AverageValue", averageValue: String(requests.averageValue) },
            },
          },
        ]),
  ];
}

/** Scales the workload of the same name between the planned bounds. */
export function buildAutoscaler(
  settings: WorkloadSettings,
  kind: "StatefulSet" | "Deployment",
  plan: AutoscalerPlan,
): AutoscalerManifest {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: workloadMetadata(settings, settings.objectName),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind, name: settings.objectName },
      minReplicas: plan.replicas.min,
      maxReplicas: plan.replicas.max,
      metrics: metrics(plan),
      behavior: { scaleUp: scalingRules(plan.scaleUp), scaleDown: scalingRules(plan.scaleDown) },
    },
  };
}
