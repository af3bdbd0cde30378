import { expect, test } from "vitest";

import { planes } from "../../attack/attempt.ts";
import type { Result } from "../../attack/judge.ts";
import { buildReport, failureLines, planeRows, withstood } from "../../attack/report.ts";
import { planes as provenPlanes } from "../../tenants/isolation/plane.ts";

const denied: Result = {
  id: "api.list",
  plane: "api",
  title: "list",
  source: "test",
  actor: "owner",
  subject: "Group acme-admins",
  attacker: "acme",
  target: "globex",
  outcome: "denied",
  reason: "403: no",
  expected: "RBAC",
  asExpected: true,
  twin: "accepted",
  twinReason: "accepted",
};
const allowed: Result = {
  ...denied,
  id: "network.open",
  plane: "network",
  actor: "runtime",
  subject: null,
  outcome: "allowed",
  reason: "accepted",
};
const wrong: Result = { ...denied, id: "api.wrong", asExpected: false, reason: "403: something else" };
const twinless: Result = { ...denied, id: "api.twinless", twin: "refused", twinReason: "409: there already" };

const report = (...results: readonly Result[]) =>
  buildReport({ results, skipped: [] }, "dev", "https://server.example");

test("the JSON document has what scripts rely on", () => {
  const document = JSON.parse(JSON.stringify(report(denied, allowed, wrong, twinless))) as Record<string, unknown>;
  expect(document).toMatchObject({ succeeded: 1, twinsRefused: 1, wrongReasons: 1 });
  for (const entry of document["attempts"] as Record<string, unknown>[]) {
    for (const key of ["id", "plane", "attacker", "target", "outcome", "reason", "twin"]) {
      expect(entry[key]).toEqual(expect.any(String));
    }
    expect(["denied", "allowed"]).toContain(entry["outcome"]);
  }
});

test("only a run in which everything ended as it must has withstood", () => {
  expect(withstood(report(denied))).toBe(true);
  for (const bad of [allowed, wrong, twinless]) expect(withstood(report(denied, bad))).toBe(false);
  expect(withstood(report())).toBe(false);
});

test("the table counts by plane and in all", () => {
  expect(planeRows(report(denied, allowed, wrong, twinless)).slice(1)).toEqual([
    ["api", "3", "3", "0", "1", "2", "1"],
    ["network", "1", "0", "1", "0", "1", "0"],
    ["all", "4", "3", "1", "1", "3", "1"],
  ]);
});

test("planes have the words of the plan in the table, and their own in the document", () => {
  const all = report(...planes.map((plane): Result => ({ ...denied, plane })));
  const shown = planeRows(all).slice(1, -1);
  expect(shown.map(([name]) => name).sort()).toEqual([...provenPlanes].sort());
  expect(all.attempts.map(({ plane }) => plane)).toEqual([...planes]);
});

test("each failure names attempt, pair and reason", () => {
  expect(failureLines(report(denied))).toEqual([]);
  expect(failureLines(report(allowed, wrong, twinless)).join("\n")).toBe(
    [
      "ALLOWED  acme -> globex  network.open (list, as runtime)",
      "    RBAC had to refuse it",
      "WRONG REASON  acme -> globex  api.wrong (list, as owner Group acme-admins)",
      "    expected RBAC, got 403: something else",
      "TWIN REFUSED  acme -> globex  api.twinless (list, as owner Group acme-admins)",
      "    409: there already",
    ].join("\n"),
  );
});
