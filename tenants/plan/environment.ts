import { closedRangesWith, type ClosedRange } from "../cidr.ts";
import type { CapacityPlan, CellsPlan, HistoryPlan, PlatformPlan, TenantPlan } from "../model.ts";
import { bytes, millicores, type ByteQuantity, type CpuQuantity } from "../quantity.ts";
import type { EnvironmentSpec } from "../schema.ts";
import { sharedListenerName } from "./network.ts";

/** An environment, checked and named; what planning one tenant needs beside its record. */
export interface Environment {
  readonly name: string;
  readonly spec: EnvironmentSpec;
  readonly cells: CellsPlan;
  readonly history: HistoryPlan;
  /** Ranges that no egress reaches, parsed once for the whole fleet. */
  readonly closed: readonly ClosedRange[];
}

/** Names an environment's settings. */
export function describeEnvironment(
  name: string,
  spec: EnvironmentSpec,
  cells: CellsPlan = { count: 1, canaries: [] },
  history: HistoryPlan = { keep: null },
): Environment {
  return { name, spec, cells, history, closed: closedRangesWith(spec.cluster.privateRanges) };
}

/** What the environment needs once per cluster. */
export function planPlatform({ spec }: Environment): PlatformPlan {
  const { cluster, gateway } = spec;
  return {
    clusterIdentifier: cluster.identifier,
    kubeconfig: cluster.kubeconfig ?? null,
    context: cluster.context ?? null,
    client: { queriesPerSecond: cluster.queriesPerSecond, burst: cluster.burst },
    clusterNetworkPolicies: cluster.clusterNetworkPolicies ?? null,
    gateway:
      gateway === undefined
        ? null
        : {
            create: gateway.create,
            name: gateway.name,
            namespace: gateway.namespace,
            className: gateway.className,
            tlsSecret: gateway.tlsSecret ?? null,
            listener: sharedListenerName(gateway),
            listenerSets: gateway.listenerSets,
            domain: spec.domain,
          },
  };
}

/** A resource of which an environment states how much it has, and how to read it from a tenant's quota. */
interface Measured {
  readonly resource: string;
  readonly unit: CapacityPlan["unit"];
  readonly capacity: (spec: EnvironmentSpec) => number | null;
}

const measured: readonly Measured[] = [
  { resource: "requests.cpu", unit: "millicores", capacity: ({ capacity }) => millicores(capacity.cpu) },
  { resource: "requests.memory", unit: "bytes", capacity: ({ capacity }) => bytes(capacity.memory) },
  {
    resource: "requests.ephemeral-storage",
    unit: "bytes",
    capacity: ({ capacity }) => bytes(capacity.ephemeralStorage),
  },
  { resource: "requests.storage", unit: "bytes", capacity: ({ capacity }) => bytes(capacity.storage) },
  { resource: "pods", unit: "count", capacity: ({ capacity }) => capacity.pods },
  { resource: "persistentvolumeclaims", unit: "count", capacity: ({ capacity }) => capacity.volumes ?? null },
];

/** Sum of all tenants' quotas, suspended ones included (they may resume at any time), against what the environment has. */
export function planCapacity({ spec }: Environment, tenants: readonly TenantPlan[]): readonly CapacityPlan[] {
  return measured.flatMap(({ resource, unit, capacity }) => {
    const has = capacity(spec);
    if (has === null) return [];
    const promised = tenants.reduce((sum, { quota }) => sum + amountOf(quota[resource] ?? "0", unit), 0);
    return [{ resource, unit, promised, capacity: has }];
  });
}

/** A quota's amount as a number in the given unit. */
export function amountOf(quantity: string, unit: CapacityPlan["unit"]): number {
  switch (unit) {
    case "millicores":
      return millicores(quantity as CpuQuantity);
    case "bytes":
      return bytes(quantity as ByteQuantity);
    case "count":
      return Number(quantity);
    default:
      return unit satisfies never;
  }
}
