import type { AutoscalerPlan } from "../tenants/model.ts";
import type * as pulumi from "@pulumi/pulumi";
import type { Input, InputMap } from "./manifests/kubernetes.ts";
import type { ConfigSource, Resources, SecretSource, WorkloadSettings } from "./manifests/workload.ts";

/**
 * Arguments that `RuntimeStatefulSet` and `Dashboard` share. What decides which objects exist is plain; everything else may be
 * the output of another resource.
 */
export interface WorkloadArgs {
  /** Namespace to put every object in. Changing it replaces them all. */
  readonly namespace: Input<string>;
  /** Image of the container. Give it by digest where it matters that it never changes. */
  readonly image: Input<string>;
  /**
   * Name of the Kubernetes objects, a DNS label.
   * @default the component's logical name
   */
  readonly objectName?: string;
  /**
   * Value of the `app.kubernetes.io/instance` label that the selectors match. Changing it replaces the workload.
   * @default the component's logical name
   */
  readonly instance?: string;
  /**
   * Further labels of every object.
   * @default none
   */
  readonly labels?: InputMap;
  /** @default "IfNotPresent" */
  readonly pullPolicy?: "Always" | "IfNotPresent";
  /** TCP port that the container listens on (it also gets it as `PORT`) and the Service offers, 1 to 65535. */
  readonly port?: number;
  /**
   * HTTP path that answers 200 when the process is healthy.
   * @default "/health"
   */
  readonly healthPath?: string;
  /** Requests and limits of the container. @default 100m, 256Mi, 64Mi to 500m, 512Mi, 256Mi */
  readonly resources?: Resources;
  /**
   * Environment variables, no secrets. Changing one rolls the pods.
   * @default none
   */
  readonly environment?: InputMap;
  /**
   * ConfigMap of the namespace to read as environment variables.
   * @default none
   */
  readonly config?: ConfigSource | null;
  /**
   * Secret of the namespace to mount as read-only files under `SECRETS_DIRECTORY`.
   * @default none
   */
  readonly secrets?: SecretSource | null;
  /**
   * Bounds and behaviour of the HorizontalPodAutoscaler, which then owns the number of replicas. `null` means zero replicas: the
   * workload is suspended.
   * @default 2 to 10 replicas at 70 % cpu
   */
  readonly autoscaler?: AutoscalerPlan | null;
  /**
   * Pods that a node drain may take at once, at least 1; `null` for no disruption budget.
   * @default 1
   */
  readonly maxUnavailable?: number | null;
  /**
   * Seconds that a pod goes on serving after it was told to stop, until every proxy has noticed. 0 turns the hook off.
   * @default 5
   */
  readonly preStopSeconds?: number;
  /**
   * Seconds until a stopping pod is killed, `preStopSeconds` included.
   * @default 30
   */
  readonly terminationGraceSeconds?: number;
  /**
   * User, group and volume group of the containers; never 0, because Pod Security `restricted` refuses root.
   * @default 10001
   */
  readonly userId?: number;
  /**
   * What must exist before the first pod does, such as a quota and a default-deny policy. Only the workload waits for it; its
   * Service, account and autoscaler do not.
   * @default nothing
   */
  readonly guardrails?: readonly pulumi.Resource[];
}

/** Agentik OS's development resources: enough to start, and small where somebody forgot to think. */
export const defaultResources: Resources = {
  requests: { cpu: "100m", memory: "256Mi", ephemeralStorage: "64Mi" },
  limits: { cpu: "500m", memory: "512Mi", ephemeralStorage: "256Mi" },
};

/** Agentik OS's dashboard bounds with Agent Bruno's behaviour. */
const defaultAutoscaler = {
  replicas: { min: 2, max: 10 },
  cpuPercent: 70,
  memoryPercent: null,
  requestsPerSecond: null,
  scaleUp: { stabilizationSeconds: 60, percent: 100, pods: 2, periodSeconds: 30 },
  scaleDown: { stabilizationSeconds: 300, percent: 50, pods: null, periodSeconds: 60 },
} as const satisfies AutoscalerPlan;

/** Applies every default. `port` has none in common: each component gives its own. */
export function workloadSettings(name: string, args: WorkloadArgs, port: number): WorkloadSettings {
  return {
    objectName: args.objectName ?? name,
    instance: args.instance ?? name,
    namespace: args.namespace,
    labels: args.labels ?? {},
    image: args.image,
    pullPolicy: args.pullPolicy ?? "IfNotPresent",
    port: args.port ?? port,
    healthPath: args.healthPath ?? "/health",
    resources: args.resources ?? defaultResources,
    environment: args.environment ?? {},
    config: args.config ?? null,
    secrets: args.secrets ?? null,
    autoscaler: args.autoscaler === undefined ? defaultAutoscaler : args.autoscaler,
    maxUnavailable: args.maxUnavailable === undefined ? 1 : args.maxUnavailable,
    preStopSeconds: args.preStopSeconds ?? 5,
    terminationGraceSeconds: args.terminationGraceSeconds ?? 30,
    userId: args.userId ?? 10_001,
  };
}
