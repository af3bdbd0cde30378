import { describe, expect, it } from "vitest";

import { fleetFigures, growth, renderFleet } from "../../../bench/onboard/report.ts";

const peers = [
  { name: "pulumi", command: "pulumi up --skip-preview", waits: true },
  { name: "helm", command: "helm install", waits: false },
];

function figures(tenants: number, factor: number) {
  return fleetFigures(
    tenants,
    peers,
    new Map([
      ["pulumi", [3, 1, 2].map((seconds) => ({ command: seconds * factor, ready: seconds * factor + 0.01 }))],
      ["helm", [0.5, 0.5, 0.5].map((seconds) => ({ command: seconds, ready: seconds + 1.5 }))],
    ]),
  );
}

describe("fleetFigures", () => {
  it("compares every peer with pulumi, by command and by readiness", () => {
    const [pulumi, helm] = figures(1, 1).peers;
    expect(pulumi?.pulumiRatio).toEqual({ command: 1, ready: 1 });
    expect(helm?.pulumiRatio).toEqual({ command: 4, ready: 1 });
    expect(pulumi?.commandSeconds).toEqual({ runs: 3, min: 1, median: 2, max: 3 });
  });

  it("keeps every single measurement", () => {
    expect(figures(1, 1).peers[0]?.measurements.map(({ command }) => command)).toEqual([3, 1, 2]);
  });

  it("refuses to invent figures for a peer that was not measured", () => {
    expect(() => fleetFigures(1, peers, new Map())).toThrow("without measurements");
  });
});

describe("growth", () => {
  it("divides the larger fleet by the smaller, per peer", () => {
    expect(growth(figures(1, 1), figures(25, 4))).toEqual({ pulumi: 4, helm: 1 });
  });
});

describe("renderFleet", () => {
  it("shows the command, who waits, the median and the ratio", () => {
    const text = renderFleet(figures(25, 1));
    expect(text).toContain("Fleet of 25, 3 runs");
    expect(text).toMatch(/helm install\s+│ no\s+│ 0\.500 │\s+0\.500 │ 0\.500 │\s+2\.000 │\s+4\.00 x │\s+1\.00 x/);
  });
});
