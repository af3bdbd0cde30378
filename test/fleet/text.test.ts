import { expect, test } from "vitest";

import { Progress } from "../../fleet/progress.ts";
import { tenantsByChange, untouched, type FleetReport } from "../../fleet/report.ts";
import { summaryText } from "../../fleet/summary.ts";
import { reportOf } from "./support.ts";

const stacks = [
  untouched("prod", "unchanged", "nothing changed", []),
  reportOf("prod-c000", { operations: { create: 25, update: 1 }, tenants: { acme: "created", globex: "updated" } }),
  reportOf("prod-c001", { status: "failed", reason: "quota", log: ".tenantry/fleet/prod/prod-c001.log" }),
  untouched("prod-c002", "unchanged", "nothing changed", ["initech"]),
];
const report: FleetReport = {
  verb: "up",
  environment: "prod",
  seconds: 12.34,
  stacks,
  tenants: tenantsByChange(stacks),
  retry: "npm run fleet -- up prod",
};

test("the summary says what happened to whom, what failed with its reason, and how to go on", () => {
  expect(summaryText(report)).toBe(
    [
      "fleet up prod: 2 of 4 stacks had work, 12.3 s.",
      "  resources: 25 create, 1 update",
      "  tenants created: 1 (acme)",
      "  tenants updated: 1 (globex)",
      "  tenants unchanged: 1",
      "  failed: prod-c001: quota; log: .tenantry/fleet/prod/prod-c001.log",
      "Next: npm run fleet -- up prod",
      "",
    ].join("\n"),
  );
});

test("a long list of tenants is cut and counted", () => {
  const created = Array.from({ length: 15 }, (_, index) => `tenant${index}`);
  const text = summaryText({ ...report, tenants: { ...report.tenants, created } });
  expect(text).toContain("  tenants created: 15 (tenant0, ");
  expect(text).toContain("tenant11 and 3 more)");
});

test("nothing to do is said as such", () => {
  expect(summaryText({ ...report, stacks: stacks.slice(0, 1), retry: null })).toContain(
    "  resources: nothing changed\n",
  );
});

test("a preview says which stacks do not exist yet, instead of that nothing would change", () => {
  const made = reportOf("prod-c001", { reason: "never made", tenants: { acme: "created" } });
  const text = summaryText({ ...report, verb: "preview", stacks: [made], retry: null });
  expect(text).toContain("  resources: not known of 1 stack that does not exist yet\n");
});

test("progress counts stacks and tenants, and estimates what is left", () => {
  const progress = new Progress();
  expect(
    progress.take({
      type: "begin",
      verb: "up",
      environment: "prod",
      stacks: 4,
      tenants: 40,
      unchanged: 1,
      parallel: 2,
    }),
  ).toBe("4 of 5 stacks have work, 2 at a time");
  const one = { type: "begin", environment: "dev", stacks: 1, tenants: 3, unchanged: 0, parallel: 2 } as const;
  expect(progress.take({ ...one, verb: "up" })).toBe("1 of 1 stack has work, 2 at a time");
  expect(progress.take({ ...one, verb: "status" })).toBe("comparing 1 of 1 stack, 2 at a time");
  progress.take({ ...one, verb: "up", environment: "prod", stacks: 4, tenants: 40, unchanged: 1 });
  progress.take({ type: "stack-begin", stack: "prod-c000", why: "changed" });
  progress.take({ type: "stack-begin", stack: "prod-c001", why: "changed" });
  expect(progress.take({ type: "stack-progress", stack: "prod-c001", changed: 7 })).toBeNull();
  const tenants = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`tenant${index}`, "created" as const]));
  expect(progress.take({ type: "stack-end", report: reportOf("prod-c000", { tenants, seconds: 3 }) })).toBe(
    "prod-c000: done in 3.0 s",
  );
  expect(progress.line(Date.now() + 10_000)).toMatch(
    /^1\/4 stacks, 1 running \(7 changes\), 1\.0 tenants\/s, about 3[01] s left$/,
  );
  const failed = reportOf("prod-c001", { status: "failed", reason: "quota" });
  expect(progress.take({ type: "stack-end", report: failed })).toBe("prod-c001: failed after 1.0 s: quota");
  expect(progress.line()).toContain("1/4 stacks, 1 failed");
});
