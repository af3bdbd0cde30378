import type { Problem } from "../errors.ts";
import { amountOf, planCapacity } from "../plan/environment.ts";
import { formatAmount } from "../plan/demand.ts";
import type { CapacityPlan } from "../model.ts";
import { environmentProblem, type Fleet } from "./fleet.ts";

/** Keys of `capacity` by the quota resource they bound. */
const capacityKeys: Readonly<Record<string, string>> = {
  "requests.cpu": "cpu",
  "requests.memory": "memory",
  "requests.ephemeral-storage": "ephemeralStorage",
  "requests.storage": "storage",
  pods: "pods",
  persistentvolumeclaims: "volumes",
};

/** The quotas of all tenants, suspended ones included, fit what the environment states it has. */
export function capacityProblems(fleet: Fleet): readonly Problem[] {
  const plans = fleet.tenants.map(({ plan }) => plan);
  return planCapacity(fleet.environment, plans).flatMap((entry) => {
    const { resource, unit, promised, capacity } = entry;
    if (promised <= capacity) return [];
    const key = capacityKeys[resource] ?? resource;
    return [
      environmentProblem(fleet.settings, ["capacity", key], {
        rule: "capacity",
        value: `quotas of ${plans.length === 1 ? "1 tenant" : `${plans.length} tenants`} promise ${resource} ${formatAmount(promised, unit)}${largest(fleet, entry)}`,
        bound: `the environment has ${formatAmount(capacity, unit)}`,
        remedy: `Lower quotas by ${formatAmount(promised - capacity, unit)}, move tenants to another environment, or add nodes and raise capacity.${key}.`,
      }),
    ];
  });
}

function largest(fleet: Fleet, { resource, unit }: CapacityPlan): string {
  const sizes = fleet.tenants.map(({ plan }) => ({ id: plan.id, amount: amountOf(plan.quota[resource] ?? "0", unit) }));
  const top = sizes.sort((left, right) => right.amount - left.amount || (left.id < right.id ? -1 : 1)).slice(0, 3);
  return ` (largest: ${top.map(({ id, amount }) => `${id} ${formatAmount(amount, unit)}`).join(", ")})`;
}
