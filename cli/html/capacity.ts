import type { EnvironmentPlan } from "../../tenants/model.ts";
import { maximumDemand } from "../../tenants/plan/demand.ts";
import { percentOf, readableAmount } from "../amounts.ts";
import { bar } from "./bar.ts";
import { markup, type Markup } from "./markup.ts";
import { cappedTable } from "./problems.ts";

/** The environment's capacity against what quotas promise and what all tenants take at most. */
export function capacitySection({ capacity, tenants }: EnvironmentPlan): Markup {
  const worst = new Map<string, number>();
  for (const tenant of tenants) {
    for (const { resource, total } of maximumDemand(tenant)) worst.set(resource, (worst.get(resource) ?? 0) + total);
  }
  return markup`<section id="capacity" aria-labelledby="capacity-title">
    <h2 id="capacity-title">Capacity</h2>
    <p>
      The quotas of all tenants together, suspended ones included, may promise what the environment states that it has. The
      worst case is every autoscaler of every active tenant at its maximum while an update is rolling; what quotas leave beside
      it is for workloads of the owners. The plan does not count nodes.
    </p>
    <ul class="legend">
      <li><span class="swatch used" aria-hidden="true"></span> worst case</li>
      <li><span class="swatch promised" aria-hidden="true"></span> promised by quotas</li>
      <li><span class="swatch track" aria-hidden="true"></span> what the environment has</li>
    </ul>
    ${cappedTable(
      "Capacity of the environment",
      ["Resource", "Drawn", "Worst case", "Promised", "Has", "Promised of it"],
      capacity,
      ({ resource, unit, promised, capacity: has }) => {
        const most = worst.get(resource) ?? 0;
        const share = percentOf(promised, has);
        return [
          resource,
          bar(share, percentOf(most, has)),
          readableAmount(most, unit),
          readableAmount(promised, unit),
          readableAmount(has, unit),
          share > 100
            ? markup`<span class="badge broken">✕ ${share} %, too much</span>`
            : markup`<span class="number">${share} %</span>`,
        ];
      },
    )}
  </section>`;
}
