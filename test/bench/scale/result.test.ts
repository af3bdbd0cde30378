import { expect, it } from "vitest";

import { renderScale, type ScaleResult } from "../../../bench/scale/result.ts";

const result: ScaleResult = {
  ...{ name: "scale", date: "2026-11-23T00:00:00.000Z", complete: true, versions: {}, tenants: 1000, cellSize: 5 },
  machine: {
    ...{ cpus: 2, cpuModel: "Model", memoryGiB: 8, platform: "linux-x64", kernel: "6", node: "v22.0.0" },
    loadAverageAtStart: 0.1,
  },
  steps: [
    {
      ...{ name: "destroy", seconds: 61.26, peakBytes: null, limitChanges: 0, requests: 900, writes: 300 },
      etcdBytes: 5 * 2 ** 20,
    },
  ],
};

it("prints a row for each step, and nothing for memory that nobody tells", () => {
  const row = renderScale(result)
    .split("\n")
    .find((line) => line.includes("destroy"));
  expect(row?.split("│").map((cell) => cell.trim())).toEqual(["", "destroy", "61.3", "", "900", "300", "5 MiB", ""]);
});

it("says that a run was cut", () => {
  expect(renderScale(result)).not.toContain("The run was cut");
  expect(renderScale({ ...result, complete: false })).toContain("The run was cut");
});
