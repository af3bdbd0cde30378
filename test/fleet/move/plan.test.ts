import { describe, expect, it } from "vitest";

import type { Fleet } from "../../../fleet/inventory.ts";
import { planMoves, unmovable } from "../../../fleet/move/plan.ts";
import type { Recorded } from "../../../fleet/recorded.ts";
import type { Reading } from "../../../fleet/verdict.ts";
import { fleetWith, PretendedPulumi, stateWith } from "./support.ts";

const whole: Recorded = {
  begun: "now",
  finished: { fingerprint: "now", resources: 3 },
  resources: 3,
  pending: 0,
  creating: [],
  tenants: ["acme"],
  protected: [],
};

async function plan(fleet: Fleet, readings: Readonly<Record<string, Reading>>, tenants: readonly string[] = []) {
  const { survey } = await new PretendedPulumi(
    Object.fromEntries(Object.keys(readings).map((stack) => [stack, stateWith(stack)])),
  ).open(fleet);
  const surplus = survey.surplus.map((stack) => {
    const reading = readings[stack.name];
    return {
      ...stack,
      tenants: reading !== undefined && reading !== null && "tenants" in reading ? reading.tenants : [],
    };
  });
  return planMoves(fleet, { ...survey, surplus, readings: new Map(Object.entries(readings)) }, tenants);
}

const holding = (...tenants: readonly string[]): Recorded => ({ ...whole, tenants });
const cells = fleetWith([], [["acme"], ["globex"]]);

describe("what is to move", () => {
  it("is whoever is in another stack than the list wants, by what the states hold", async () => {
    expect(await plan(cells, { prod: holding("acme", "globex"), "prod-c001": null })).toEqual({
      moves: [
        { tenant: "acme", from: ["prod"], to: "prod-c000" },
        { tenant: "globex", from: ["prod"], to: "prod-c001" },
      ],
      emptied: [],
      problems: [],
    });
    const placed = { prod: holding(), "prod-c000": holding("acme"), "prod-c001": holding("globex", "gone") };
    expect(await plan(cells, placed)).toEqual({ moves: [], emptied: [], problems: [] });
  });

  it("is in two stacks after a move that was cut off", async () => {
    const cut = { prod: holding("acme"), "prod-c000": holding("acme"), "prod-c001": holding("globex", "acme") };
    expect((await plan(cells, cut)).moves).toEqual([{ tenant: "acme", from: ["prod", "prod-c001"], to: "prod-c000" }]);
  });

  it("is only who is named; an unknown name is wrong input", async () => {
    const readings = { prod: holding("acme", "globex") };
    expect((await plan(cells, readings, ["globex"])).moves.map(({ tenant }) => tenant)).toEqual(["globex"]);
    await expect(plan(cells, readings, ["globec"])).rejects.toMatchObject({ exitCode: 2 });
  });

  it("empties cells that the environment has no more, but none that holds what is in no list", async () => {
    const single = fleetWith(["acme", "globex"]);
    const readings = { prod: holding(), "prod-c000": holding("acme", "globex"), "prod-c001": holding() };
    expect(await plan(single, readings)).toMatchObject({ emptied: ["prod-c000", "prod-c001"], problems: [] });
    expect(await plan(single, readings, ["acme"])).toMatchObject({ emptied: [] });
    expect(await plan(single, { ...readings, "prod-c001": holding("gone") })).toMatchObject({
      emptied: ["prod-c000"],
      problems: [{ stack: "prod-c001", reason: "it holds gone, which is in no list any more" }],
    });
  });
});

describe("what stands against it", () => {
  it("is everything at once that is wrong with a stack that it touches", async () => {
    const readings = {
      prod: { ...holding("acme", "globex"), pending: 1 },
      "prod-c000": { ...holding(), begun: "later" },
    };
    expect((await plan(cells, readings)).problems).toEqual([
      { stack: "prod", reason: "1 operation was cut off" },
      { stack: "prod-c000", reason: "its last update did not end" },
    ]);
    // Not with a stack that it leaves alone.
    expect((await plan(cells, { ...readings, prod: holding("globex") })).problems).toEqual([]);
  });

  it("is a stack that cannot be read, for it may hold anybody; not so for tenants that are named", async () => {
    const readings = { prod: holding("globex"), "prod-c000": { unreadable: "cut off" } };
    expect((await plan(cells, readings)).problems).toEqual([{ stack: "prod-c000", reason: "cut off" }]);
    expect((await plan(cells, readings, ["globex"])).problems).toEqual([]);
  });

  it.each<[string | null, Reading]>([
    [null, null],
    [null, whole],
    [null, { ...whole, begun: null, finished: null }],
    ["2 operations were cut off", { ...whole, pending: 2 }],
    ["its last update did not end", { ...whole, begun: "later" }],
    ["its last update did not end", { ...whole, finished: null }],
    ["its last update left 3 resources, and there are 4", { ...whole, resources: 4 }],
    ["cut off", { unreadable: "cut off" }],
  ])("%s", (problem, reading) => {
    expect(unmovable(reading)).toBe(problem);
  });
});
