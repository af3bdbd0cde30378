import type { ResourceAmounts, TenantPlan } from "../model.ts";
import { bytes, formatBytes, formatCpu, millicores } from "../quantity.ts";

/** So many objects of one kind, each taking the same amount. */
export interface DemandPart {
  readonly count: number;
  /** For messages, such as `runtime pods` or `dashboard pods (10 + 1 while rolling)`. */
  readonly what: string;
  /** In the unit of the resource. */
  readonly each: number;
}

/** What a tenant takes of one quota resource when everything is at its maximum and an update is rolling. */
export interface Demand {
  readonly resource: string;
  readonly unit: "millicores" | "bytes" | "count";
  readonly parts: readonly DemandPart[];
  readonly total: number;
}

/**
 * The demand of a tenant at its maximum: autoscalers at their upper bound plus the dashboard's rolling surge. The runtime's
 * StatefulSet replaces pods in place and has no surge. Pods that are still terminating may hold quota for their grace
 * period; a rollout then waits for them and goes on by itself. Zero for a suspended tenant's pods.
 */
export function maximumDemand(plan: TenantPlan): readonly Demand[] {
  const runtime = plan.runtime.autoscaler?.replicas.max ?? 0;
  const dashboard = plan.dashboard.autoscaler?.replicas.max ?? 0;
  const surge = dashboard === 0 ? 0 : plan.dashboard.maxSurge;
  const pods = (of: (kind: "runtime" | "dashboard") => number): readonly DemandPart[] => [
    { count: runtime, what: "runtime pods", each: of("runtime") },
    {
      count: dashboard + surge,
      what: `dashboard pods (${dashboard} + ${surge} while rolling)`,
      each: of("dashboard"),
    },
  ];
  const compute = (kind: "requests" | "limits"): readonly Demand[] => [
    demand(
      `${kind}.cpu`,
      "millicores",
      pods((workload) => millicores(plan[workload].resources[kind].cpu)),
    ),
    demand(
      `${kind}.memory`,
      "bytes",
      pods((workload) => bytes(plan[workload].resources[kind].memory)),
    ),
    demand(
      `${kind}.ephemeral-storage`,
      "bytes",
      pods((workload) => bytes(plan[workload].resources[kind].ephemeralStorage)),
    ),
  ];
  const volumes = (each: number): readonly DemandPart[] => [{ count: runtime, what: "runtime volumes", each }];
  // One object holds all values of the tenant; each certificate comes in an object of its own, beside which cert-manager
  // keeps the next private key in a second one while it issues, and again at each renewal (`rotationPolicy: Always`).
  const valueSecrets = plan.secrets.generated.length + plan.secrets.provided.length === 0 ? 0 : 1;
  const tlsSecrets = new Set(plan.route?.hosts.flatMap(({ tlsSecret }) => tlsSecret ?? []));
  return [
    ...compute("requests"),
    ...compute("limits"),
    demand(
      "pods",
      "count",
      pods(() => 1),
    ),
    demand("persistentvolumeclaims", "count", volumes(1)),
    demand("requests.storage", "bytes", volumes(bytes(plan.runtime.volume.size))),
    demand("services", "count", [{ count: 3, what: "Services of runtime and dashboard", each: 1 }]),
    demand("configmaps", "count", [
      { count: 1, what: "ConfigMap of the tenant", each: 1 },
      { count: 1, what: "CA bundle of the cluster", each: 1 },
    ]),
    demand("secrets", "count", [
      { count: valueSecrets, what: "Secret of the tenant", each: 1 },
      { count: tlsSecrets.size, what: "certificates", each: 1 },
      { count: tlsSecrets.size, what: "temporary private keys while issuing", each: 1 },
    ]),
    demand("count/deployments.apps", "count", [{ count: 1, what: "Deployment of the dashboard", each: 1 }]),
    demand("count/statefulsets.apps", "count", [{ count: 1, what: "StatefulSet of the runtime", each: 1 }]),
  ];
}

/** An amount in a unit, as Kubernetes writes it. */
export function formatAmount(amount: number, unit: Demand["unit"]): string {
  switch (unit) {
    case "millicores":
      return formatCpu(amount);
    case "bytes":
      return formatBytes(amount);
    case "count":
      return String(amount);
    default:
      return unit satisfies never;
  }
}

/** The three amounts of a container by the names messages and records use, as numbers. */
export function amountNumbers(amounts: ResourceAmounts): readonly {
  readonly key: keyof ResourceAmounts;
  readonly unit: "millicores" | "bytes";
  readonly amount: number;
}[] {
  return [
    { key: "cpu", unit: "millicores", amount: millicores(amounts.cpu) },
    { key: "memory", unit: "bytes", amount: bytes(amounts.memory) },
    { key: "ephemeralStorage", unit: "bytes", amount: bytes(amounts.ephemeralStorage) },
  ];
}

function demand(resource: string, unit: Demand["unit"], parts: readonly DemandPart[]): Demand {
  const total = parts.reduce((sum, { count, each }) => sum + count * each, 0);
  return { resource, unit, parts, total };
}
