import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { inspectEnvironment, planTenant } from "../../../tenants/plan.ts";
import { amountNumbers, maximumDemand } from "../../../tenants/plan/demand.ts";
import { amountOf } from "../../../tenants/plan/environment.ts";
import { bytes } from "../../../tenants/quantity.ts";
import { acceptedId, environment, specOf } from "../support/arbitrary.ts";
import { loadedOf, sourceOf } from "../support/fleet.ts";

describe("every plan", () => {
  const fleet = fc
    .uniqueArray(acceptedId, { minLength: 2, maxLength: 6, selector: (id) => id.replaceAll("-", "") })
    .chain((ids) => fc.tuple(...ids.map(specOf)));

  it("every plan is total: plain JSON without anything left out", () => {
    fc.assert(
      fc.property(environment, acceptedId.chain(specOf), (where, spec) => {
        const plan = planTenant(where, spec);
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
      }),
    );
  });

  it("adding, changing or removing a tenant leaves every other plan as it was", () => {
    fc.assert(
      fc.property(fleet, fleet, (before, replacements) => {
        const plansOf = (specs: readonly unknown[]) => {
          const { plan } = inspectEnvironment(loadedOf(specs));
          return new Map(plan?.tenants.map((tenant) => [tenant.id, JSON.stringify(tenant)]));
        };
        const [subject, ...others] = before;
        const [replacement] = replacements;
        const alone = plansOf(others);
        expect(alone.size).toBe(others.length);
        const beside = [subject, { ...replacement, id: subject?.id }];
        for (const changed of beside) {
          const plans = plansOf([changed, ...others]);
          for (const { id } of others) expect(plans.get(id)).toBe(alone.get(id));
        }
      }),
    );
  });

  it("the order of the list does not matter", () => {
    fc.assert(
      fc.property(fleet, (specs) => {
        const forwards = inspectEnvironment(loadedOf(specs)).plan;
        const backwards = inspectEnvironment(loadedOf([...specs].reverse())).plan;
        expect(JSON.stringify(backwards)).toBe(JSON.stringify(forwards));
      }),
    );
  });

  /** What the API server would say: the tenant at its maximum, against its own quota and limit range. */
  function fits(plan: ReturnType<typeof planTenant>): boolean {
    const quotaFits = maximumDemand(plan).every(
      ({ resource, unit, total }) => total <= amountOf(plan.quota[resource] ?? "0", unit),
    );
    const { min, max } = plan.limitRange.container;
    const containers = [plan.runtime.resources, plan.dashboard.resources, plan.runtime.initResources];
    const within = containers.every(({ requests, limits }) =>
      [requests, limits].every((amounts) =>
        amountNumbers(amounts).every(
          ({ amount }, index) =>
            amount >= (amountNumbers(min)[index]?.amount ?? 0) && amount <= (amountNumbers(max)[index]?.amount ?? 0),
        ),
      ),
    );
    const initFits = amountNumbers(plan.runtime.initResources.limits).every(
      ({ amount }, index) => amount <= (amountNumbers(plan.runtime.resources.limits)[index]?.amount ?? 0),
    );
    const volumeFits =
      bytes(plan.runtime.volume.size) >= bytes(plan.limitRange.volume.min) &&
      bytes(plan.runtime.volume.size) <= bytes(plan.limitRange.volume.max);
    const budgets = [plan.runtime, plan.dashboard].every(({ maxUnavailable }) => (maxUnavailable ?? 1) >= 1);
    const ranges = [plan.runtime, plan.dashboard].every(
      ({ autoscaler }) => autoscaler === null || autoscaler.replicas.min <= autoscaler.replicas.max,
    );
    return quotaFits && within && initFits && volumeFits && budgets && ranges;
  }

  it("an accepted tenant at its maximum fits its own quota and limit range, also after it resumes", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(environment, acceptedId.chain(specOf), (where, spec) => {
        const loaded = { ...loadedOf([spec]), settings: sourceOf(where.spec) };
        const accepted = inspectEnvironment(loaded).problems.length === 0;
        seen[accepted ? "accepted" : "refused"] += 1;
        if (!accepted) return;
        expect(fits(planTenant(where, spec))).toBe(true);
        expect(fits(planTenant(where, { ...spec, status: "active" }))).toBe(true);
      }),
      { numRuns: 1000 },
    );
    // Both must have been tried, or the property says nothing.
    expect(seen.accepted).toBeGreaterThan(50);
    expect(seen.refused).toBeGreaterThan(50);
  });

  it("ten thousand tenants are planned without a problem", () => {
    const tenants = Array.from({ length: 10_000 }, (_, index) => {
      const partner = index % 2 === 0 ? index + 1 : index - 1;
      return {
        id: `t${index}x`,
        name: `Tenant ${index}`,
        tier: "free",
        peers: [{ tenant: `t${partner}x`, ports: [3000] }],
      };
    });
    const { plan, problems } = inspectEnvironment(loadedOf(tenants));
    expect(problems).toEqual([]);
    expect(plan?.tenants).toHaveLength(10_000);
  });
});
