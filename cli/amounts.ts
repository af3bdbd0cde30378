import type { CapacityPlan, DashboardPlan, RuntimePlan } from "../tenants/model.ts";
import { formatAmount } from "../tenants/plan/demand.ts";

/** Whole gibibytes and cores: exact sums of many quotas are hard to read. */
export function readableAmount(amount: number, unit: CapacityPlan["unit"]): string {
  switch (unit) {
    case "millicores":
      return `${Math.round(amount / 100) / 10} cores`;
    case "bytes":
      return `${Math.round(amount / 1024 ** 3)}Gi`;
    case "count":
      return formatAmount(amount, unit);
    default:
      return unit satisfies never;
  }
}

/** How much of a bound is used, in whole percent; of no bound at all, none or more than there is. */
export function percentOf(used: number, bound: number): number {
  if (bound === 0) return used === 0 ? 0 : 999;
  return Math.round((used / bound) * 100);
}

/** How many pods a workload may have. */
export function replicaText(workload: RuntimePlan | DashboardPlan): string {
  const range = workload.autoscaler?.replicas;
  if (range === undefined) return "0";
  return range.min === range.max ? String(range.min) : `${range.min} to ${range.max}`;
}
