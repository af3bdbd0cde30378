/** Types that every builder shares. `import type` only: a manifest must be buildable without the Pulumi engine. */
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A leaf that may come from another resource. Whatever decides *which* resources exist is a plain value instead. */
export type Input<T> = pulumi.Input<T>;

/** Labels, annotations or environment variables: keys plain, values leaves. */
export type InputMap = Readonly<Record<string, Input<string>>>;

/** A list that cannot be empty: in a NetworkPolicy an empty list means "everything". */
export type NonEmpty<T> = readonly [T, ...T[]];

/** The list when it has members, `null` when it has none. */
export function nonEmpty<T>(list: readonly T[]): NonEmpty<T> | null {
  const [first, ...rest] = list;
  return first === undefined ? null : [first, ...rest];
}

/** Object metadata. The name is always explicit and plain: other objects, and other tenants' policies, select on it. */
export interface Metadata {
  name: string;
  namespace?: Input<string>;
  labels: Record<string, Input<string>>;
  annotations?: Record<string, Input<string>>;
}

/** A complete object: what Pulumi takes as arguments and the API server takes as a request body. */
type Manifest<Version extends string, Kind extends string, Body> = Omit<
  Body,
  "apiVersion" | "kind" | "metadata" | "status"
> & { apiVersion: Version; kind: Kind; metadata: Metadata };

/** The namespace of a tenant or of the edge. */
export type NamespaceManifest = Manifest<"v1", "Namespace", types.input.core.v1.Namespace>;
/** The atomic ceiling of a namespace. */
export type ResourceQuotaManifest = Manifest<"v1", "ResourceQuota", types.input.core.v1.ResourceQuota>;
/** Bounds and defaults of each container, pod and claim. */
export type LimitRangeManifest = Manifest<"v1", "LimitRange", types.input.core.v1.LimitRange>;
/** The identity of a workload. */
export type ServiceAccountManifest = Manifest<"v1", "ServiceAccount", types.input.core.v1.ServiceAccount>;
/** Settings that are no secrets. */
export type ConfigMapManifest = Manifest<"v1", "ConfigMap", types.input.core.v1.ConfigMap>;
/** Settings that are. */
export type SecretManifest = Manifest<"v1", "Secret", types.input.core.v1.Secret>;
/** A stable address of pods. */
export type ServiceManifest = Manifest<"v1", "Service", types.input.core.v1.Service>;
/** Pods with a volume each. */
export type StatefulSetManifest = Manifest<"apps/v1", "StatefulSet", types.input.apps.v1.StatefulSet>;
/** Pods that are all alike. */
export type DeploymentManifest = Manifest<"apps/v1", "Deployment", types.input.apps.v1.Deployment>;
/** The owner of a workload's `replicas`. */
export type AutoscalerManifest = Manifest<
  "autoscaling/v2",
  "HorizontalPodAutoscaler",
  types.input.autoscaling.v2.HorizontalPodAutoscaler
>;
/** How many pods a drain may take at once. */
export type BudgetManifest = Manifest<"policy/v1", "PodDisruptionBudget", types.input.policy.v1.PodDisruptionBudget>;
/** Traffic that may cross a pod's border. */
export type NetworkPolicyManifest = Manifest<
  "networking.k8s.io/v1",
  "NetworkPolicy",
  types.input.networking.v1.NetworkPolicy
>;
/** What may be done inside a namespace. */
export type RoleManifest = Manifest<"rbac.authorization.k8s.io/v1", "Role", types.input.rbac.v1.Role>;
/** Who may do it. */
export type RoleBindingManifest = Manifest<
  "rbac.authorization.k8s.io/v1",
  "RoleBinding",
  types.input.rbac.v1.RoleBinding
>;
