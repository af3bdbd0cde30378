import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cellOf, cellStackName, readStackName, sliceOf, stackOfTenant, tenantsByCell } from "../../tenants/cells.ts";
import { inspectEnvironment, planEnvironment } from "../../tenants/plan.ts";
import { loadedOf } from "./support/fleet.ts";
import { stackText, withProject } from "./support/project.ts";
import { loadEnvironment } from "../../tenants/load.ts";

const ids = Array.from({ length: 10_000 }, (_, index) => `tenant${index}`);
const counts = fc.integer({ min: 1, max: 10_000 });

describe("cellOf", () => {
  it("is a cell that exists", () => {
    fc.assert(
      fc.property(fc.string(), counts, (id, count) => {
        const cell = cellOf(id, count);
        expect(Number.isInteger(cell) && cell >= 0 && cell < count).toBe(true);
      }),
    );
  });

  it("never changes: a tenant that moved would be deleted in one stack and made in another", () => {
    const pinned = ["acme", "globex", "initech", "umbrella", "a1"].map((id) =>
      [1, 2, 8, 32, 1000].map((count) => cellOf(id, count)),
    );
    expect(pinned).toEqual([
      [0, 1, 1, 10, 126],
      [0, 0, 6, 6, 779],
      [0, 0, 7, 7, 321],
      [0, 0, 0, 9, 633],
      [0, 1, 7, 31, 272],
    ]);
  });

  it("moves tenants only to the new cells when the number grows", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ids), counts, counts, (id, one, other) => {
        const [few, many] = [Math.min(one, other), Math.max(one, other)];
        const [before, after] = [cellOf(id, few), cellOf(id, many)];
        expect(after === before || after >= few).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("moves no more tenants than the new cells need", () => {
    const moved = ids.filter((id) => cellOf(id, 32) !== cellOf(id, 40)).length;
    // 8 of 40 cells are new, so a fifth: 2000, and five standard deviations of a binomial beside it.
    expect(Math.abs(moved - 2000)).toBeLessThan(5 * 40);
  });

  it("fills cells evenly", () => {
    const sizes = Array.from({ length: 100 }, () => 0);
    for (const id of ids) sizes[cellOf(id, 100)] = (sizes[cellOf(id, 100)] ?? 0) + 1;
    // Poisson with mean 100: ten standard deviations of one cell are the most that 100 cells ever show.
    expect(Math.min(...sizes)).toBeGreaterThan(50);
    expect(Math.max(...sizes)).toBeLessThan(150);
  });
});

describe("names of stacks", () => {
  it("give back what they were made of", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("dev", "prod", "prod-eu", "c-c", "x-c1"),
        fc.integer({ min: 0, max: 9999 }),
        (environment, cell) => {
          expect(readStackName(cellStackName(environment, cell))).toEqual({ environment, cell });
          expect(readStackName(environment)).toEqual({ environment, cell: null });
        },
      ),
    );
  });

  it("have one spelling", () => {
    expect(cellStackName("prod", 7)).toBe("prod-c007");
    expect(cellStackName("prod", 1234)).toBe("prod-c1234");
    for (const name of ["prod-c7", "prod-c0007", "prod-c", "-c007", "prod-C007"]) {
      expect(readStackName(name)).toEqual({ environment: name, cell: null });
    }
  });

  it("are no names of environments", () => {
    const messages = withProject({ "Pulumi.prod-c007.yaml": stackText({}) }, (directory) =>
      inspectEnvironment(loadEnvironment({ directory, environment: "prod-c007" })).problems.map(({ rule }) => rule),
    );
    expect(messages).toEqual(["environment-name"]);
  });
});

describe("slices of an environment", () => {
  const records = [
    ...["acme", "globex", "initech", "umbrella"].map((id) => ({ id, name: id, tier: "free" })),
    { id: "pinned", name: "Pinned", tier: "free", cell: 2 },
  ];
  const planOf = (list: readonly unknown[], cells: number) =>
    planEnvironment(loadedOf(list, undefined, { cells, canaries: [0] }));

  it("one cell: everything is in the environment's stack", () => {
    const plan = planEnvironment(loadedOf(records.slice(0, 4)));
    expect(plan.cells).toEqual({ count: 1, canaries: [] });
    expect(sliceOf(plan, null)).toEqual({ platform: true, tenants: plan.tenants });
    expect(tenantsByCell(plan)).toEqual([]);
    expect(plan.tenants.map((tenant) => stackOfTenant("test", plan.cells, tenant))).toEqual(Array(4).fill("test"));
  });

  it("several: the platform by itself, and every tenant in exactly one cell, a pinned one in its own", () => {
    const plan = planOf(records, 3);
    expect(plan.cells).toEqual({ count: 3, canaries: [0] });
    expect(sliceOf(plan, null)).toEqual({ platform: true, tenants: [] });
    const slices = [0, 1, 2].map((cell) => sliceOf(plan, cell));
    expect(slices.map(({ platform }) => platform)).toEqual([false, false, false]);
    expect(slices.flatMap(({ tenants }) => tenants.map(({ id }) => id)).sort()).toEqual(
      plan.tenants.map(({ id }) => id),
    );
    expect(slices[2]?.tenants.map(({ id }) => id)).toContain("pinned");
    expect(tenantsByCell(plan)).toEqual(slices.map(({ tenants }) => tenants));
  });

  it("do not depend on the order of the list, nor on other records", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: 1 }), (some) => {
        const all = new Map(planOf(records, 3).tenants.map(({ id, cell }) => [id, cell]));
        for (const { id, cell } of planOf(some, 3).tenants) expect(cell).toBe(all.get(id));
      }),
      { numRuns: 30 },
    );
  });
});
