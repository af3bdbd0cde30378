import type { Problem } from "../errors.ts";
import type { ReplicaRange } from "../model.ts";
import { amountOf } from "../plan/environment.ts";
import { formatAmount, maximumDemand, type Demand, type DemandPart } from "../plan/demand.ts";
import { firstWritten, tenantProblem, type Fleet, type FleetTenant } from "./fleet.ts";

type Workload = "runtime" | "dashboard";

/** Autoscaler bounds make sense, and everything at its maximum plus rolling surge fits the tenant's own quota. */
export function scalingProblems({ tenants }: Fleet): readonly Problem[] {
  return tenants.flatMap((tenant) => {
    const reversed = (["runtime", "dashboard"] as const).flatMap((workload) => rangeProblems(tenant, workload));
    return [...reversed, ...maximumDemand(tenant.resumed).flatMap((demand) => quotaProblems(tenant, demand))];
  });
}

function rangeProblems(tenant: FleetTenant, workload: Workload): readonly Problem[] {
  const range = replicasOf(tenant, workload);
  if (range === null || range.min <= range.max) return [];
  const written = tenant.spec[workload].replicas;
  const from = (bound: keyof ReplicaRange): string =>
    written?.[bound] === undefined ? ` (from tier ${tenant.spec.tier})` : "";
  const path = firstWritten(tenant, [
    [workload, "replicas", "min"],
    [workload, "replicas", "max"],
  ]);
  return [
    tenantProblem(tenant, path, {
      rule: "replicas-min-max",
      value: `min ${range.min}${from("min")} is above max ${range.max}${from("max")}`,
      bound: "min must be at most max",
      remedy: `Lower ${workload}.replicas.min to ${range.max}, or raise max to ${range.min}.`,
    }),
  ];
}

function quotaProblems(tenant: FleetTenant, demand: Demand): readonly Problem[] {
  const { resource, unit, total } = demand;
  const quota = amountOf(tenant.resumed.quota[resource] ?? "0", unit);
  if (total <= quota) return [];
  const parts = demand.parts.filter(({ count }) => count > 0);
  const path = firstWritten(tenant, [
    ["quota", resource],
    ...parts.flatMap(({ what }) => causes(resource, what)),
    ["tier"],
  ]);
  return [
    tenantProblem(tenant, path, {
      rule: "quota-fits-maximum",
      value: describeSum(parts, total, unit),
      bound: `the quota's ${resource} is ${formatAmount(quota, unit)}`,
      remedy: remedyFor(tenant, demand, quota, path[0] === "dashboard" ? "dashboard" : "runtime"),
    }),
  ];
}

/** What a person may have written that makes this part large, most likely cause first. */
function causes(resource: string, what: string): readonly (readonly string[])[] {
  if (resource === "secrets") return [["domains"]];
  const workload = what.startsWith("runtime") ? "runtime" : "dashboard";
  const [kind = ""] = resource.split(".");
  return [
    [workload, "replicas", "max"],
    ...(what === "runtime volumes" ? [["runtime", "storage"]] : [[workload, "resources", kind]]),
  ];
}

/** Lowering the maximum of the workload that was written about, as far as that alone helps; raising the quota always does. */
function remedyFor(tenant: FleetTenant, demand: Demand, quota: number, workload: Workload): string {
  const { resource, unit, parts, total } = demand;
  const raise = `raise quota ${resource} to ${formatAmount(total, unit)}`;
  const part = parts.find(({ what }) => what.startsWith(`${workload} `));
  const range = replicasOf(tenant, workload);
  if (part === undefined || range === null) return `${capital(raise)}.`;
  const surge = part.count - range.max;
  const left = quota - (total - part.count * part.each);
  const fitting = Math.floor(left / part.each) - surge;
  if (fitting >= Math.max(1, range.min)) return `Lower ${workload}.replicas.max to ${fitting}, or ${raise}.`;
  return `${capital(raise)}, or choose smaller pods, volumes or maxima.`;
}

function replicasOf(tenant: FleetTenant, workload: Workload): ReplicaRange | null {
  return tenant.resumed[workload].autoscaler?.replicas ?? null;
}

function describeSum(parts: readonly DemandPart[], total: number, unit: Demand["unit"]): string {
  const sum = parts.map((part) => describePart(part, unit)).join(" + ");
  return parts.length === 1 && unit === "count" ? sum : `${sum} = ${formatAmount(total, unit)}`;
}

function describePart({ count, what, each }: DemandPart, unit: Demand["unit"]): string {
  return unit === "count" ? `${count} ${what}` : `${count} ${what} x ${formatAmount(each, unit)}`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
