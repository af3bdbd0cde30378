import { expect, test } from "vitest";

import { renderGuardrails, requestFigures } from "../../../bench/guardrails/report.ts";
import { describeMachine } from "../../../bench/machine.ts";

const rounds = [
  { with: [10, 12, 11], without: [10, 10, 10], policies: 1 },
  { with: [30, 30, 30], without: [20, 20, 20], policies: 4.5 },
  { with: [24, 24, 24], without: [20, 20, 20], policies: 2 },
];

test("a ratio compares the two sides of one round, so that a machine that slows down does not decide", () => {
  const figures = requestFigures("create a pod", "owner", rounds);
  expect(figures.ratio).toEqual({ runs: 3, min: 1.1, median: 1.2, max: 1.5 });
  expect(figures.with).toEqual({ runs: 9, min: 10, median: 24, max: 30 });
  expect(figures.without).toMatchObject({ runs: 9, median: 20 });
  expect(figures.policies).toEqual({ runs: 3, min: 1, median: 2, max: 4.5 });
});

test("a kind of request without a round has no figures", () => {
  expect(() => requestFigures("create a pod", "owner", [])).toThrow("a series without measurements has no summary");
});

test("people read times and ratios, and how many policies there were", () => {
  const text = renderGuardrails({
    name: "guardrails",
    date: "2026-01-01T00:00:00.000Z",
    machine: describeMachine(),
    kubernetes: "v1.35.4",
    policies: 31,
    requestsPerRound: 3,
    requests: [requestFigures("create a pod", "owner", rounds)],
  });
  expect(text).toContain("31 admission policies, 3 rounds of 3 pairs of requests, with and without them");
  expect(text).toMatch(/create a pod +owner +24\.00 +20\.00 +2\.00 +1\.10 x +1\.20 x +1\.50 x/);
});
