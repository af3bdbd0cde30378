/** What a runtime and a dashboard have in common, complete: no optionals, every default applied. */
import type { AutoscalerPlan, ResourceAmounts } from "../../tenants/model.ts";
import type { BudgetManifest, Input, InputMap, Metadata, ServiceManifest } from "./kubernetes.ts";
import { objectMetadata, selectorLabels } from "./metadata.ts";

/** Resources of one container with leaves that may come from elsewhere. */
export interface Resources {
  readonly requests: { readonly [K in keyof ResourceAmounts]: Input<string> };
  readonly limits: { readonly [K in keyof ResourceAmounts]: Input<string> };
}

/** The ConfigMap that a workload reads as environment variables, and its fingerprint. */
export interface ConfigSource {
  readonly name: Input<string>;
  /** Changes when the content does, and so rolls the pods. */
  readonly checksum: Input<string>;
}

/** The Secret that a workload reads as files, and a fingerprint that gives nothing away. */
export interface SecretSource {
  readonly name: Input<string>;
  /** Changes when the content does. Never a plain hash of the values. */
  readonly version: Input<string>;
}

/** Everything a builder needs to know about a workload. */
export interface WorkloadSettings {
  /** Name of the Kubernetes objects, the container and the `app.kubernetes.io/name` label. */
  readonly objectName: string;
  /** Whose it is: the `app.kubernetes.io/instance` label. */
  readonly instance: string;
  readonly namespace: Input<string>;
  readonly labels: InputMap;
  readonly image: Input<string>;
  readonly pullPolicy: "Always" | "IfNotPresent";
  readonly port: number;
  readonly healthPath: string;
  readonly resources: Resources;
  readonly environment: InputMap;
  readonly config: ConfigSource | null;
  readonly secrets: SecretSource | null;
  readonly autoscaler: AutoscalerPlan | null;
  readonly maxUnavailable: number | null;
  readonly preStopSeconds: number;
  readonly terminationGraceSeconds: number;
  /** User, group and volume group that the containers run as. */
  readonly userId: number;
}

/** Labels that the workload's own selectors match. */
export function workloadSelector(settings: WorkloadSettings): { [key: string]: string } {
  return selectorLabels(settings.instance, settings.objectName);
}

/** Metadata of one of the workload's objects. */
export function workloadMetadata(settings: WorkloadSettings, name: string, annotations: InputMap = {}): Metadata {
  const labels = { ...settings.labels, ...workloadSelector(settings) };
  return objectMetadata(name, settings.namespace, labels, annotations);
}

/**
 * A Service on the workload's port. The engine does not wait for its endpoints: the workload's own wait covers readiness, and a
 * suspended tenant has no endpoints at all.
 */
export function buildService(settings: WorkloadSettings): ServiceManifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: workloadMetadata(settings, settings.objectName, { "pulumi.com/skipAwait": "true" }),
    spec: {
      type: "ClusterIP",
      selector: workloadSelector(settings),
      ports: [{ name: "http", port: settings.port, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
    },
  };
}

/**
 * How many pods a drain may take at once. A pod that is not ready may always be evicted: it serves nobody, and a crash-looping
 * tenant must not hold up the maintenance of a node that others share.
 */
export function buildBudget(settings: WorkloadSettings, maxUnavailable: number): BudgetManifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: workloadMetadata(settings, settings.objectName),
    spec: {
      maxUnavailable,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: workloadSelector(settings) },
    },
  };
}
