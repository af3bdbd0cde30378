/**
 * The plan: everything that will exist for an environment and its tenants, as plain JSON.
 *
 * A plan has no optional fields, every default is applied and every name is decided; it never holds a secret, only the
 * names of secrets. `planTenant` makes it, people and tests read it, components loop over it.
 */
import type { NetworkPlan, RoutePlan } from "./model/network.ts";
import type { DashboardPlan, ResourceAmounts, RuntimePlan } from "./model/workloads.ts";
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

/** A subject that may work inside the tenant's namespace. */
export interface OwnerPlan {
  readonly kind: "User" | "Group";
  readonly name: string;
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

/** What is kept of what updates leave behind. */
export interface HistoryPlan {
  /** How many updates of each stack `fleet up` keeps; `null`: it removes nothing. */
  readonly keep: number | null;
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
  readonly history: HistoryPlan;
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
export type * from "./model/network.ts";
export type * from "./model/workloads.ts";
