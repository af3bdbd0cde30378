import { describe, expect, it } from "vitest";

import { goalsOf } from "../../../bench/fleet/goals.ts";
import { renderFleetResult } from "../../../bench/fleet/report.ts";
import type { FleetResult, OneFleet } from "../../../bench/fleet/result.ts";
import { fleetFigures } from "../../../bench/onboard/report.ts";
import { summarize } from "../../../bench/statistics.ts";

function fleetOf(tenants: number, fleet: number, helm: number, preview: number): OneFleet {
  const peers = ["fleet", "helm"].map((name) => ({ name, command: name, waits: true }));
  const measured = (seconds: number) => [{ command: seconds, ready: seconds }];
  const measurements = new Map([
    ["fleet", measured(fleet)],
    ["helm", measured(helm)],
  ]);
  return {
    tenants,
    madeUp: 0,
    onboarding: fleetFigures(tenants, peers, measurements, "fleet"),
    preview: summarize([preview]),
    unchanged: summarize([1]),
    peakBytes: [100],
  };
}

const time = (seconds: number) => ({ command: summarize([seconds]), ready: summarize([seconds]) });

const whole: Omit<FleetResult, "goals"> = {
  name: "fleet",
  date: "2026-01-01T00:00:00.000Z",
  complete: true,
  machine: { cpus: 2, cpuModel: "x", memoryGiB: 1, platform: "p", kernel: "k", node: "n", loadAverageAtStart: 0 },
  versions: {},
  cellSize: 5,
  objectsPerTenant: 29,
  notes: [],
  one: fleetOf(1, 4, 2, 3),
  singleStack: null,
  bringUp: {
    ...{
      tenants: 100,
      cellSize: 5,
      parallel: 2,
      offboarding: summarize([9]),
      limitChanges: [0],
      peakBytes: [3 * 2 ** 30],
    },
    ...{ fleet: time(100), helm: time(80), kubectl: time(70), raw: time(20) },
  },
  many: fleetOf(1000, 4.4, 2, 3),
  plans: [
    { tenants: 2500, seconds: summarize([1]), peakBytes: 5 },
    { tenants: 10_000, seconds: summarize([2.5]), peakBytes: 2 ** 29 },
  ],
};

describe("the goals of a fleet", () => {
  it("are compared with what was measured, and a missed one says so", () => {
    expect(goalsOf(whole).map(({ text, met }) => [text, met])).toEqual([
      ["2.00 x", true],
      ["1.10 x", true],
      ["1.25 x", false],
      ["5.00 x", false],
      ["0.10 %", true],
      ["1.00 x", true],
      ["2.50 s", true],
      ["512 MiB", true],
      ["3072 MiB", false],
    ]);
  });

  it("that a cut run did not come to are neither met nor missed", () => {
    const cut = { ...whole, complete: false, one: null, bringUp: null, many: null, plans: [] };
    const goals = goalsOf(cut);
    expect(new Set(goals.map(({ text, met }) => `${text} ${String(met)}`))).toEqual(new Set(["not measured null"]));
    expect(renderFleetResult({ ...cut, goals })).toContain("The run was cut");
  });

  it("are printed with the peers' seconds", () => {
    const text = renderFleetResult({ ...whole, goals: goalsOf(whole) });
    expect(text).toContain("Fleet of 1000, seconds");
    expect(text).toContain("Bringing up 100 in cells of 5");
    expect(text).not.toContain("The run was cut");
  });
});
