/** The part of a plan that runs: containers, autoscalers, and the two workloads of a tenant. */
import type { ByteQuantity, CpuQuantity } from "../quantity.ts";

/** cpu, memory and ephemeral storage of one container: what is reserved and what is the ceiling. */
export interface ContainerResources {
  readonly requests: ResourceAmounts;
  readonly limits: ResourceAmounts;
}

/** One amount of each compute resource, in canonical Kubernetes form (`250m`, `512Mi`). */
export interface ResourceAmounts {
  readonly cpu: CpuQuantity;
  readonly memory: ByteQuantity;
  readonly ephemeralStorage: ByteQuantity;
}

/** Bounds of an autoscaler. 1 <= min <= max. */
export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

/** One direction of HorizontalPodAutoscaler behaviour: at most `percent` % or `pods` pods (the larger) per period. */
export interface ScalingRule {
  /** How long the recommendation is looked back on before acting, in seconds. 0 to 3600. */
  readonly stabilizationSeconds: number;
  /** Largest relative step in one period, in percent of the present replicas; at least 1. 100 doubles or removes all. */
  readonly percent: number;
  /** Largest absolute step in one period, in pods; `null` where only the percentage bounds the step. */
  readonly pods: number | null;
  /** Length of the period, in seconds. 1 to 1800. */
  readonly periodSeconds: number;
}

/** A HorizontalPodAutoscaler. Where one exists, its workload never carries `replicas`. */
export interface AutoscalerPlan {
  readonly replicas: ReplicaRange;
  /** Target mean cpu, in percent of the request. */
  readonly cpuPercent: number;
  /** Target mean memory, in percent of the request; `null` where memory does not scale this workload. */
  readonly memoryPercent: number | null;
  /** Requests per second and pod, from a pods metric of the environment; `null` where the environment has none. */
  readonly requestsPerSecond: { readonly metric: string; readonly averageValue: number } | null;
  readonly scaleUp: ScalingRule;
  readonly scaleDown: ScalingRule;
}

/** What both workloads of a tenant share. */
export interface WorkloadPlan {
  /** Image reference, with a digest wherever the environment demands one. */
  readonly image: string;
  readonly pullPolicy: "Always" | "IfNotPresent";
  /** Port the container listens on and the Service offers. */
  readonly port: number;
  /** HTTP path that answers 200 when the process is healthy. */
  readonly healthPath: string;
  readonly resources: ContainerResources;
  /** `null` when the tenant is suspended: the workload then has exactly zero replicas. */
  readonly autoscaler: AutoscalerPlan | null;
  /** PodDisruptionBudget maxUnavailable, at least 1 so that a drain can always finish; `null` when suspended. */
  readonly maxUnavailable: number | null;
  /** Seconds the preStop hook sleeps, so that endpoints are withdrawn before SIGTERM arrives. */
  readonly preStopSeconds: number;
  /** Seconds from the delete until SIGKILL, the preStop sleep included. */
  readonly terminationGraceSeconds: number;
}

/** The agent runtime: a StatefulSet with one volume per replica. */
export interface RuntimePlan extends WorkloadPlan {
  readonly initResources: ContainerResources;
  /**
   * The volume claim of each replica. Claims outlive a scale-down, so 2 -> 3 -> 2 keeps data. Class and size are read when the
   * runtime is first made, because Kubernetes lets no StatefulSet change its claim template.
   */
  readonly volume: { readonly storageClass: string; readonly size: ByteQuantity; readonly mountPath: string };
}

/** The dashboard: a stateless Deployment. */
export interface DashboardPlan extends WorkloadPlan {
  /** Pods above the desired number during a rolling update; maxUnavailable is always 0. */
  readonly maxSurge: number;
}
