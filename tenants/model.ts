/**
 * The plan: everything that will exist for an environment and its tenants, as plain JSON.
 *
 * A plan has no optional fields, every default is applied and every name is decided; it never holds a secret, only the
 * names of secrets. `planTenant` makes it, people and tests read it, components loop over it.
 */
import type { PreflightPlan } from "./preflight.ts";
import type { Bytes, ByteQuantity, CpuQuantity } from "./quantity.ts";

/** Immutable identity of a tenant: `[a-z][a-z0-9-]{1,29}`, never ending in `-`, never used twice, not even after erasure. */
export type TenantId = string & { readonly __brand: "TenantId" };

/** Commercial tier: a row of the table in `tiers.ts`. */
export type Tier = "free" | "pro" | "enterprise";

/** How far a part of a tenant is from its neighbours. Only the levels in `isolationLevels` (schema.ts) exist so far. */
export type IsolationLevel = "namespace";

/** The parts of a tenant that may each have a level of their own. */
export type TenantPart = "runtime" | "dashboard" | "data";

/** `active` runs; `suspended` is scaled to zero with its data kept and its routes withdrawn. */
export type TenantStatus = "active" | "suspended";

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

/** ResourceQuota `spec.hard`, by Kubernetes resource name, canonical quantities; the atomic ceiling of the namespace. */
export type QuotaPlan = Readonly<Record<string, string>>;

/** LimitRange of the namespace. */
export interface LimitRangePlan {
  readonly container: {
    readonly default: ResourceAmounts;
    readonly defaultRequest: ResourceAmounts;
    readonly min: ResourceAmounts;
    readonly max: ResourceAmounts;
  };
  readonly pod: { readonly max: ResourceAmounts };
  readonly volume: { readonly min: ByteQuantity; readonly max: ByteQuantity };
}

/**
 * Pods in another namespace, always selected by namespace name *and* pod labels in one entry: as two entries of a NetworkPolicy's
 * list they would mean "either", and labels alone are anybody's to set.
 */
export interface PodPeer {
  /** Value of `kubernetes.io/metadata.name`, the one namespace label that the API server itself owns. */
  readonly namespace: string;
  /** Empty selects every pod of that one namespace. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** A transport port. */
export interface PortPlan {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** Declared traffic to addresses outside the cluster. */
export interface EgressPlan {
  readonly cidr: string;
  /** Ranges inside `cidr` that stay closed: metadata and private addresses. */
  readonly except: readonly string[];
  readonly ports: readonly PortPlan[];
}

/** A platform service that every tenant may call, such as the model server. */
export interface SharedServicePlan extends PodPeer {
  readonly name: string;
  readonly ports: readonly PortPlan[];
}

/**
 * What one record says about another tenant's runtime. Opens only when the other record says the same: each side's policies come from
 * its own record alone, and the rules of the fleet refuse an entry that the other side does not answer.
 */
export interface TenantPeerPlan {
  readonly tenant: TenantId;
  readonly namespace: string;
  /** Ports of the other tenant's runtime that this one may call. */
  readonly egressPorts: readonly number[];
  /** Ports of this tenant's runtime that the other one may call. */
  readonly ingressPorts: readonly number[];
}

/**
 * The ClusterNetworkPolicy of a tenant: in the Admin tier, before any NetworkPolicy, it denies what no consented opening of `peers`
 * lets through between this tenant and every other.
 */
export interface ClusterPolicyPlan {
  /** Made of the namespace's name alone, because the object has no namespace. */
  readonly name: string;
  /** 0 to 1000, the lowest first. Policies of tenants share it: no two of them are about the same pods. */
  readonly priority: number;
}

/** Everything that may cross the namespace's border; all else is denied in both directions. */
export interface NetworkPlan {
  readonly dns: PodPeer;
  /** Where requests from outside arrive from (the Gateway's data plane); `null` where the environment has no gateway. */
  readonly edge: PodPeer | null;
  /** Where metrics are scraped from; `null` where the environment has no monitoring. */
  readonly monitoring: PodPeer | null;
  readonly sharedServices: readonly SharedServicePlan[];
  readonly egress: readonly EgressPlan[];
  readonly peers: readonly TenantPeerPlan[];
  /** A second deny between tenants, independent of NetworkPolicy; `null` where the cluster does not serve it. */
  readonly clusterPolicy: ClusterPolicyPlan | null;
}

/** A subject that may work inside the tenant's namespace. */
export interface OwnerPlan {
  readonly kind: "User" | "Group";
  readonly name: string;
}

/** How requests for one host reach the tenant. */
export interface HostPlan {
  /** Exact host name, lower case, never a wildcard. */
  readonly host: string;
  /** Name of the TLS Secret in the tenant's namespace; `null` where the shared listener ends TLS, or nobody does. */
  readonly tlsSecret: string | null;
  /** Where people find the host, without a final slash: https where its own listener or the shared one ends TLS, http elsewhere. */
  readonly url: string;
}

/** Edge of a tenant: `/` goes to the dashboard, `/api` to the runtime, for these hosts only. */
export interface RoutePlan {
  readonly gateway: { readonly name: string; readonly namespace: string; readonly listener: string };
  /** A ListenerSet of the tenant's own carries the listeners; otherwise the Gateway's shared listener does. */
  readonly listenerSet: boolean;
  /** cert-manager issuer that signs the tenant's certificates; `null` where the environment has no cert-manager. */
  readonly issuer: { readonly kind: "ClusterIssuer" | "Issuer"; readonly name: string } | null;
  readonly hosts: readonly HostPlan[];
}

/** What admission compares a tenant's own objects with. Lists are ascending and without repetition. */
export interface GuardrailsPlan {
  /** Hosts that the tenant's routes, listeners and ingresses may name: exactly these, whether or not the tenant is suspended. */
  readonly hosts: readonly string[];
  /** Beginnings of image references, cut at a boundary of the path; `any` where the environment names no registries. */
  readonly registries: readonly string[] | "any";
  /** Whether images need a digest. */
  readonly digests: "required" | "any";
  /** Which images are asked of their registry at every start, so that a node's cache gives nobody what he could not pull. */
  readonly pulls: "always" | "always-for-tags" | "any";
  readonly storageClasses: readonly string[];
  readonly priorityClasses: readonly string[];
  readonly runtimeClasses: readonly string[];
}

/** Names and shapes of secrets; the values travel beside the plan. */
export interface SecretsPlan {
  /** Made once per tenant and kept until the rotation number changes. */
  readonly generated: readonly { readonly name: string; readonly length: number }[];
  /** Set by a person under `tenantry:tenantSecrets.<id>.<NAME>`. */
  readonly provided: readonly string[];
  /** Raising it makes every generated secret anew. Starts at 1. */
  readonly rotation: number;
}

/** One tenant, completely decided. */
export interface TenantPlan {
  readonly environment: string;
  readonly id: TenantId;
  /** Cell whose stack makes the tenant, from 0; 0 where the environment is one stack. */
  readonly cell: number;
  readonly name: string;
  readonly tier: Tier;
  readonly isolation: Readonly<Record<TenantPart, IsolationLevel>>;
  readonly status: TenantStatus;
  /** `tenant-<id>`, never derived from anything else. */
  readonly namespace: string;
  /** Labels a person gave, on every object beside ours. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * The namespace, and with it all volumes, and the StatefulSet that owns their claims refuse deletion until this is false. The
   * claims themselves come from the StatefulSet, which keeps them when it scales down or goes; only the namespace takes them.
   */
  readonly protect: boolean;
  readonly podSecurityVersion: string;
  readonly owners: readonly OwnerPlan[];
  readonly quota: QuotaPlan;
  readonly limitRange: LimitRangePlan;
  readonly guardrails: GuardrailsPlan;
  readonly network: NetworkPlan;
  readonly runtime: RuntimePlan;
  readonly dashboard: DashboardPlan;
  /** `null` when suspended or when the environment has no gateway. */
  readonly route: RoutePlan | null;
  /** Non-secret settings handed to both workloads as a ConfigMap. */
  readonly config: Readonly<Record<string, string>>;
  readonly secrets: SecretsPlan;
}

/** What an environment needs once per cluster, as far as Tenantry makes it. */
export interface PlatformPlan {
  /** Value for the provider's `clusterIdentifier`: names the cluster, so that a renamed kubeconfig replaces nothing. */
  readonly clusterIdentifier: string;
  /** Path of a kubeconfig, or `null` for the ambient one (`KUBECONFIG`). */
  readonly kubeconfig: string | null;
  /** Context inside the kubeconfig, or `null` for its current one. */
  readonly context: string | null;
  /** Client-side request rate to the API server. */
  readonly client: { readonly queriesPerSecond: number; readonly burst: number };
  /** The cluster serves and enforces ClusterNetworkPolicy, and tenants' have this priority; `null` where it does not. */
  readonly clusterNetworkPolicies: { readonly priority: number } | null;
  /** The shared Gateway; `create` is false where another team owns it. `null` where there is no edge. */
  readonly gateway: {
    readonly create: boolean;
    readonly name: string;
    readonly namespace: string;
    readonly className: string;
    /** Wildcard certificate Secret for `*.<domain>` in the gateway's namespace; `null` for plain HTTP. */
    readonly tlsSecret: string | null;
    /** Name of the shared listener. */
    readonly listener: string;
    readonly listenerSets: boolean;
    readonly domain: string;
  } | null;
}

/** How an environment is spread over stacks. */
export interface CellsPlan {
  /** 1: everything is in the environment's own stack. More: that stack has the platform, and each cell a stack of its own. */
  readonly count: number;
  /** Cells that are updated before all others, in ascending order. */
  readonly canaries: readonly number[];
}

/** Sum of quotas against what the environment states it has. */
export interface CapacityPlan {
  readonly resource: string;
  readonly unit: "millicores" | "bytes" | "count";
  readonly promised: number;
  readonly capacity: number;
}

/** A whole environment, completely decided. */
export interface EnvironmentPlan {
  readonly environment: string;
  readonly cells: CellsPlan;
  readonly platform: PlatformPlan;
  readonly tenants: readonly TenantPlan[];
  readonly capacity: readonly CapacityPlan[];
  /** Ranges of the environment's own that no declared egress may reach, beside the private and metadata ranges of everybody. */
  readonly privateRanges: readonly string[];
  /** What the cluster has to enforce before anything is created. */
  readonly preflight: PreflightPlan;
}

/** Re-exported so that readers of a plan need one import. */
export type { Bytes, ByteQuantity, CpuQuantity };
