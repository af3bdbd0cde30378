import type {
  AutoscalerPlan,
  ContainerResources,
  DashboardPlan,
  ReplicaRange,
  ResourceAmounts,
  RuntimePlan,
  ScalingRule,
  WorkloadPlan,
} from "../model.ts";
import type { EnvironmentSpec, TenantSpec } from "../schema.ts";
import {
  autoscaling,
  containerBounds,
  dashboardMaxSurge,
  endpoints,
  sizeTable,
  tierTable,
  volumeMountPath,
} from "../tiers.ts";

type Overrides = TenantSpec["runtime"]["resources"];
type ScalingOverride = EnvironmentSpec["autoscaling"]["scaleUp"];

/** The agent runtime of a tenant. */
export function planRuntime(environment: EnvironmentSpec, spec: TenantSpec, storageClass: string): RuntimePlan {
  const tier = tierTable[spec.tier];
  const { runtime } = spec;
  const image = runtime.image ?? environment.images.runtime;
  const resources = withOverrides(sizeTable[environment.sizes].runtime, runtime.resources);
  const replicas = withBounds(tier.runtimeReplicas, runtime.replicas);
  const metric = environment.metrics?.requestsPerSecond;
  const autoscaler: AutoscalerPlan = {
    ...planAutoscaler(environment, replicas),
    memoryPercent: autoscaling.memoryPercent,
    requestsPerSecond: metric === undefined ? null : { metric, averageValue: autoscaling.requestsPerSecond },
  };
  return {
    ...planWorkload(environment, spec, image, endpoints.runtime, resources, autoscaler),
    // The least the limit range admits: it never decides the pod's size, which is the larger of init and main containers.
    initResources: { requests: containerBounds.min, limits: containerBounds.min },
    volume: {
      storageClass,
      size: runtime.storage ?? tier.storage[environment.sizes],
      mountPath: volumeMountPath,
    },
  };
}

/** The dashboard of a tenant. */
export function planDashboard(environment: EnvironmentSpec, spec: TenantSpec): DashboardPlan {
  const { dashboard } = spec;
  const image = dashboard.image ?? environment.images.dashboard;
  const resources = withOverrides(sizeTable[environment.sizes].dashboard, dashboard.resources);
  const replicas = withBounds(tierTable[spec.tier].dashboardReplicas, dashboard.replicas);
  const autoscaler = planAutoscaler(environment, replicas);
  return {
    ...planWorkload(environment, spec, image, endpoints.dashboard, resources, autoscaler),
    maxSurge: dashboardMaxSurge,
  };
}

function planWorkload(
  environment: EnvironmentSpec,
  spec: TenantSpec,
  image: string,
  endpoint: { readonly port: number; readonly healthPath: string },
  resources: ContainerResources,
  autoscaler: AutoscalerPlan,
): WorkloadPlan {
  const termination = environment.termination ?? sizeTable[environment.sizes].termination;
  const active = spec.status === "active";
  return {
    image,
    // A tag may move; without Always a node would keep what it pulled first, or serve another tenant's pull of it.
    pullPolicy: environment.images.pullPolicy ?? (image.includes("@") ? "IfNotPresent" : "Always"),
    ...endpoint,
    resources,
    autoscaler: active ? autoscaler : null,
    // One pod at a time and never none: a budget that allows no eviction would block every drain.
    maxUnavailable: active ? 1 : null,
    preStopSeconds: termination.preStopSeconds,
    terminationGraceSeconds: termination.graceSeconds,
  };
}

function planAutoscaler(environment: EnvironmentSpec, replicas: ReplicaRange): AutoscalerPlan {
  const { scaleUp, scaleDown } = environment.autoscaling;
  return {
    replicas,
    cpuPercent: autoscaling.cpuPercent,
    memoryPercent: null,
    requestsPerSecond: null,
    scaleUp: withPace(autoscaling.scaleUp, scaleUp),
    scaleDown: withPace(autoscaling.scaleDown, scaleDown),
  };
}

function withPace(rule: ScalingRule, override: ScalingOverride): ScalingRule {
  return {
    ...rule,
    stabilizationSeconds: override?.stabilizationSeconds ?? rule.stabilizationSeconds,
    periodSeconds: override?.periodSeconds ?? rule.periodSeconds,
  };
}

function withBounds(tier: ReplicaRange, override: TenantSpec["runtime"]["replicas"]): ReplicaRange {
  return { min: override?.min ?? tier.min, max: override?.max ?? tier.max };
}

function withOverrides(size: ContainerResources, overrides: Overrides): ContainerResources {
  return {
    requests: withAmounts(size.requests, overrides?.requests),
    limits: withAmounts(size.limits, overrides?.limits),
  };
}

function withAmounts(size: ResourceAmounts, override: NonNullable<Overrides>["requests"]): ResourceAmounts {
  return {
    cpu: override?.cpu ?? size.cpu,
    memory: override?.memory ?? size.memory,
    ephemeralStorage: override?.ephemeralStorage ?? size.ephemeralStorage,
  };
}
