import type { Problem } from "../errors.ts";
import type { ResourceAmounts } from "../model.ts";
import { amountNumbers, formatAmount } from "../plan/demand.ts";
import { bytes } from "../quantity.ts";
import { firstWritten, tenantProblem, type Fleet, type FleetTenant } from "./fleet.ts";

type Workload = "runtime" | "dashboard";

/** Requests are at most limits, both lie in the namespace's limit range, and so do the volumes. */
export function limitProblems({ tenants }: Fleet): readonly Problem[] {
  return tenants.flatMap((tenant) => [
    ...(["runtime", "dashboard"] as const).flatMap((workload) => containerProblems(tenant, workload)),
    ...volumeProblems(tenant),
  ]);
}

function containerProblems(tenant: FleetTenant, workload: Workload): readonly Problem[] {
  const { requests, limits } = tenant.plan[workload].resources;
  const ceilings = new Map(amountNumbers(limits).map(({ key, amount }) => [key, amount]));
  const above = amountNumbers(requests).flatMap(({ key, unit, amount }) => {
    const ceiling = ceilings.get(key) ?? amount;
    if (amount <= ceiling) return [];
    const path = writtenAmount(tenant, workload, key, ["requests", "limits"]);
    return [
      tenantProblem(tenant, path, {
        rule: "requests-within-limits",
        value: `${workload} requests ${formatAmount(amount, unit)} ${key}`,
        bound: `its limit is ${formatAmount(ceiling, unit)}`,
        remedy: `Raise ${workload}.resources.limits.${key}, or lower the request.`,
      }),
    ];
  });
  return [
    ...above,
    ...rangeProblems(tenant, workload, "requests", requests),
    ...rangeProblems(tenant, workload, "limits", limits),
  ];
}

/** One problem per amount that the LimitRange would refuse. */
function rangeProblems(
  tenant: FleetTenant,
  workload: Workload,
  kind: "requests" | "limits",
  amounts: ResourceAmounts,
): readonly Problem[] {
  const { min, max } = tenant.plan.limitRange.container;
  const least = new Map(amountNumbers(min).map(({ key, amount }) => [key, amount]));
  const most = new Map(amountNumbers(max).map(({ key, amount }) => [key, amount]));
  return amountNumbers(amounts).flatMap(({ key, unit, amount }) => {
    const floor = least.get(key) ?? amount;
    const ceiling = most.get(key) ?? amount;
    if (amount >= floor && amount <= ceiling) return [];
    const remedy =
      amount < floor
        ? `Raise it to at least ${formatAmount(floor, unit)}.`
        : `Lower it to at most ${formatAmount(ceiling, unit)}, or choose a larger tier.`;
    return [
      tenantProblem(tenant, writtenAmount(tenant, workload, key, [kind]), {
        rule: "limit-range",
        value: `${workload} ${kind} ${key} ${formatAmount(amount, unit)}`,
        bound: `the limit range of tier ${tenant.spec.tier} is ${formatAmount(floor, unit)} to ${formatAmount(ceiling, unit)}`,
        remedy,
      }),
    ];
  });
}

function volumeProblems(tenant: FleetTenant): readonly Problem[] {
  const { size } = tenant.plan.runtime.volume;
  const { min } = tenant.plan.limitRange.volume;
  if (bytes(size) >= bytes(min)) return [];
  return [
    tenantProblem(tenant, ["runtime", "storage"], {
      rule: "limit-range",
      value: `a volume of ${size}`,
      bound: `the smallest volume is ${min}`,
      remedy: `Raise runtime.storage to at least ${min}.`,
    }),
  ];
}

function writtenAmount(
  tenant: FleetTenant,
  workload: Workload,
  key: keyof ResourceAmounts,
  kinds: readonly ("requests" | "limits")[],
): readonly (string | number)[] {
  return firstWritten(tenant, [...kinds.map((kind) => [workload, "resources", kind, key]), ["tier"]]);
}
