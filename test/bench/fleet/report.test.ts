import { expect, it } from "vitest";

import { renderFleetResult } from "../../../bench/fleet/report.ts";
import type { FleetResult } from "../../../bench/fleet/result.ts";
import { summarize } from "../../../bench/statistics.ts";

const took = (command: number) => ({ command: summarize([command]), ready: summarize([command + 1]) });

const result: FleetResult = {
  ...{ name: "fleet", date: "2026-01-01T00:00:00.000Z", complete: false, versions: {}, cellSize: 2 },
  machine: { cpus: 2, cpuModel: "x", memoryGiB: 1, platform: "p", kernel: "k", node: "n", loadAverageAtStart: 0 },
  ...{ objectsPerTenant: 29, notes: ["A note."], one: null, many: null, plans: [], goals: [] },
  bringUp: {
    ...{ tenants: 100, cellSize: 2, parallel: 2, offboarding: summarize([9]), limitChanges: [0], peakBytes: [] },
    ...{ fleet: took(50), helm: took(80), kubectl: took(70), raw: took(20) },
  },
  singleStack: { tenants: 25, bringUp: 150, onboarding: 12.34 },
};

it("tells of every way of a bring-up, of the single stack, and that a run was cut", () => {
  const text = renderFleetResult(result);
  for (const [way, command, ready] of [
    ["fleet", "50.0", "51.0"],
    ["helm", "80.0", "81.0"],
    ["kubectl", "70.0", "71.0"],
    ["raw", "20.0", "21.0"],
  ] as const) {
    expect(text).toMatch(new RegExp(`^  ${way} +${command} +${ready}$`, "m"));
  }
  expect(text).toContain("In one Pulumi stack, plain pulumi up, seconds: 25 tenants 150.0, one more 12.3");
  expect(text).toContain("The run was cut");
  expect(renderFleetResult({ ...result, singleStack: null })).not.toContain("In one Pulumi stack");
});
