/**
 * The tier table and the sizes of an environment: data, never an `if`. Sources: "Bruno" and "Agentik OS" are two of the systems
 * that Tenantry serves; "ours" marks a number that neither of them gives, with the reason.
 */
import type { ContainerResources, ReplicaRange, ResourceAmounts, ScalingRule, Tier } from "./model.ts";
import { byteQuantity, cpu, type ByteQuantity, type CpuQuantity } from "./quantity.ts";
import type { EnvironmentSpec } from "./schema.ts";

/** Column of the table: how big a tenant's pods are. */
export type Size = EnvironmentSpec["sizes"];

/** Ceilings of a tenant's namespace before overrides; the rest of the quota is the same for every tier (`plan/quota.ts`). */
export interface TierQuota {
  readonly "requests.cpu": CpuQuantity;
  readonly "requests.memory": ByteQuantity;
  readonly "requests.ephemeral-storage": ByteQuantity;
  readonly "limits.cpu": CpuQuantity;
  readonly "limits.memory": ByteQuantity;
  readonly "limits.ephemeral-storage": ByteQuantity;
  readonly "requests.storage": ByteQuantity;
  readonly persistentvolumeclaims: number;
  readonly pods: number;
  readonly services: number;
  readonly configmaps: number;
  readonly secrets: number;
  readonly "count/deployments.apps": number;
  readonly "count/statefulsets.apps": number;
  readonly "count/jobs.batch": number;
  readonly "count/cronjobs.batch": number;
}

/** One tier. */
export interface TierRow {
  readonly quota: TierQuota;
  /** Largest container, and largest pod. */
  readonly containerMax: ResourceAmounts;
  readonly runtimeReplicas: ReplicaRange;
  readonly dashboardReplicas: ReplicaRange;
  /** Size of each runtime replica's volume. */
  readonly storage: Readonly<Record<Size, ByteQuantity>>;
}

const amounts = (cores: string, memory: string, ephemeralStorage: string): ResourceAmounts => ({
  cpu: cpu(cores),
  memory: byteQuantity(memory),
  ephemeralStorage: byteQuantity(ephemeralStorage),
});

/** The tiers. Free and pro are ours: what their own pods need at the maximum in prod sizes, with room for a job or two. */
export const tierTable: Readonly<Record<Tier, TierRow>> = {
  enterprise: {
    quota: {
      // Bruno, ResourceQuota of a tenant: cpu 8 to 16, memory 16Gi to 32Gi, storage 100Gi in 5 claims, and the counts.
      "requests.cpu": cpu("8"),
      "requests.memory": byteQuantity("16Gi"),
      "limits.cpu": cpu("16"),
      "limits.memory": byteQuantity("32Gi"),
      "requests.storage": byteQuantity("100Gi"),
      persistentvolumeclaims: 5,
      pods: 50,
      services: 20,
      configmaps: 50,
      secrets: 50,
      // Ours: Bruno bounds no scratch disk; as much as memory keeps a node's disk from being the way out of the quota.
      "requests.ephemeral-storage": byteQuantity("16Gi"),
      "limits.ephemeral-storage": byteQuantity("32Gi"),
      // Ours: what an owner may create, well below the pods that could come of it.
      "count/deployments.apps": 10,
      "count/statefulsets.apps": 5,
      "count/jobs.batch": 50,
      "count/cronjobs.batch": 10,
    },
    // Bruno, LimitRange: max 4 / 8Gi. Scratch disk ours.
    containerMax: amounts("4", "8Gi", "8Gi"),
    // Bruno scales 2 to 10, yet its own quota has 5 claims and 16 cores: 5 runtimes of 2 cores and the dashboard fit.
    runtimeReplicas: { min: 2, max: 5 },
    // Agentik OS and Bruno: 2 to 10.
    dashboardReplicas: { min: 2, max: 10 },
    // 5 claims of 20Gi are Bruno's 100Gi. Dev ours: the embedded cluster keeps volumes on one disk.
    storage: { dev: byteQuantity("1Gi"), prod: byteQuantity("20Gi") },
  },
  pro: {
    quota: {
      // Half of Bruno's requests; limits hold 3 runtimes and 5 dashboards (8.5 cores, 14.5Gi) and one default job.
      "requests.cpu": cpu("4"),
      "requests.memory": byteQuantity("8Gi"),
      "limits.cpu": cpu("10"),
      "limits.memory": byteQuantity("20Gi"),
      "requests.storage": byteQuantity("50Gi"),
      persistentvolumeclaims: 4,
      pods: 25,
      services: 10,
      configmaps: 25,
      secrets: 25,
      "requests.ephemeral-storage": byteQuantity("8Gi"),
      "limits.ephemeral-storage": byteQuantity("16Gi"),
      "count/deployments.apps": 5,
      "count/statefulsets.apps": 3,
      "count/jobs.batch": 25,
      "count/cronjobs.batch": 5,
    },
    containerMax: amounts("4", "8Gi", "8Gi"),
    runtimeReplicas: { min: 1, max: 3 },
    dashboardReplicas: { min: 2, max: 4 },
    storage: { dev: byteQuantity("1Gi"), prod: byteQuantity("10Gi") },
  },
  free: {
    quota: {
      // One runtime and three dashboards in prod sizes: 0.8 to 3.5 cores, 1.4Gi to 5.5Gi.
      "requests.cpu": cpu("1"),
      "requests.memory": byteQuantity("2Gi"),
      "limits.cpu": cpu("4"),
      "limits.memory": byteQuantity("8Gi"),
      "requests.storage": byteQuantity("10Gi"),
      persistentvolumeclaims: 2,
      pods: 10,
      services: 5,
      configmaps: 10,
      secrets: 10,
      "requests.ephemeral-storage": byteQuantity("2Gi"),
      "limits.ephemeral-storage": byteQuantity("4Gi"),
      "count/deployments.apps": 2,
      "count/statefulsets.apps": 2,
      "count/jobs.batch": 5,
      "count/cronjobs.batch": 2,
    },
    // Agentik OS's largest runtime and no more.
    containerMax: amounts("2", "4Gi", "4Gi"),
    runtimeReplicas: { min: 1, max: 1 },
    dashboardReplicas: { min: 1, max: 2 },
    storage: { dev: byteQuantity("1Gi"), prod: byteQuantity("5Gi") },
  },
};

/** What an environment's size decides for every tier. */
export interface SizeRow {
  readonly runtime: ContainerResources;
  readonly dashboard: ContainerResources;
  readonly termination: { readonly preStopSeconds: number; readonly graceSeconds: number };
}

/** Sizes of pods. Runtime: Agentik OS. Dashboard and scratch disk: ours, so that 10 and one more fit beside 5 runtimes. */
export const sizeTable: Readonly<Record<Size, SizeRow>> = {
  dev: {
    runtime: { requests: amounts("100m", "256Mi", "256Mi"), limits: amounts("500m", "512Mi", "1Gi") },
    dashboard: { requests: amounts("100m", "128Mi", "64Mi"), limits: amounts("250m", "256Mi", "256Mi") },
    termination: { preStopSeconds: 2, graceSeconds: 8 },
  },
  prod: {
    runtime: { requests: amounts("500m", "1Gi", "512Mi"), limits: amounts("2", "4Gi", "2Gi") },
    dashboard: { requests: amounts("100m", "128Mi", "128Mi"), limits: amounts("500m", "512Mi", "512Mi") },
    // Endpoints are withdrawn everywhere within some seconds; agents then have half a minute to finish a turn.
    termination: { preStopSeconds: 10, graceSeconds: 45 },
  },
};

/** Bounds of every container in a tenant's namespace (Bruno, LimitRange); scratch disk ours. */
export const containerBounds = {
  min: amounts("100m", "128Mi", "64Mi"),
  defaultRequest: amounts("250m", "512Mi", "256Mi"),
  default: amounts("500m", "1Gi", "1Gi"),
} as const;

/** Smallest volume a claim may ask for (ours): below it most cloud disks round up anyway. */
export const volumeMin = byteQuantity("1Gi");

/** Where the runtime's volume is mounted. */
export const volumeMountPath = "/data";

/** Ports and health paths (Agentik OS). */
export const endpoints = {
  runtime: { port: 3000, healthPath: "/health" },
  dashboard: { port: 3001, healthPath: "/health" },
} as const;

/** Autoscaling targets and pace (Bruno); the dashboard's 70 % is Agentik OS's as well. */
export const autoscaling: {
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly requestsPerSecond: number;
  readonly scaleUp: ScalingRule;
  readonly scaleDown: ScalingRule;
} = {
  cpuPercent: 70,
  memoryPercent: 80,
  requestsPerSecond: 100,
  scaleUp: { stabilizationSeconds: 60, percent: 100, pods: 2, periodSeconds: 30 },
  scaleDown: { stabilizationSeconds: 300, percent: 50, pods: null, periodSeconds: 60 },
};

/** Dashboards above the wanted number during a rolling update (ours): with maxUnavailable 0 the least that makes progress. */
export const dashboardMaxSurge = 1;

/**
 * Secrets that every tenant gets (ours), with their length in characters. They are files in the runtime's pods and nowhere else:
 * the dashboard serves browsers, so it holds nothing to lose, and forwards what its user brought.
 */
export const generatedSecrets: readonly {
  readonly name: string;
  readonly length: number;
  /** One clause for the reference. */
  readonly purpose: string;
}[] = [
  {
    name: "RUNTIME_API_TOKEN",
    length: 48,
    purpose: "what the runtime can ask of the tenant's own jobs, which may mount the same Secret",
  },
  { name: "SESSION_KEY", length: 64, purpose: "the key with which the runtime signs sessions" },
];
