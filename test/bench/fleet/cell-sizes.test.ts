import { expect, it } from "vitest";

import { renderCellSizes, type CellSizesResult } from "../../../bench/fleet/cell-sizes.ts";
import { summarize } from "../../../bench/statistics.ts";

const result: CellSizesResult = {
  ...{ name: "cells", date: "2026-01-01T00:00:00.000Z", complete: true, versions: {}, parallel: 2 },
  machine: { cpus: 2, cpuModel: "x", memoryGiB: 1, platform: "p", kernel: "k", node: "n", loadAverageAtStart: 0 },
  sizes: [
    { size: 5, tenants: 20, bringUpPerTenant: 1.234, onboarding: summarize([3, 4, 5]), peakBytes: 2 ** 30 },
    { size: 25, tenants: 50, bringUpPerTenant: 0.9, onboarding: summarize([9]), peakBytes: null },
  ],
};

it("prints a line for each size, also where nobody tells of memory", () => {
  const lines = renderCellSizes(result).split("\n");
  expect(lines.find((line) => line.includes("1.23"))).toMatch(/5 .*20 .*1\.23 .*3\.00 .*4\.00 .*5\.00 .*1024 MiB/);
  expect(lines.find((line) => line.includes("0.90"))).toMatch(/25 .*50 .*0\.90 .*9\.00/);
  expect(renderCellSizes({ ...result, complete: false })).toContain("The run was cut");
});
