import { expect, it } from "vitest";

import { moveText, plannedReport, type MoveReport } from "../../../fleet/move/report.ts";

const moves = [
  { tenant: "acme", from: ["prod"], to: "prod-c000" },
  { tenant: "globex", from: ["prod"], to: "prod-c000" },
  { tenant: "initech", from: ["prod", "prod-c002"], to: "prod-c001" },
];
const plan = { moves, emptied: ["prod-c002"], problems: [] };

it("a dry run says what would move", () => {
  expect(moveText(plannedReport("prod", plan, true)))
    .toBe(`fleet move prod: 3 of 3 tenants would move; nothing was changed.
  prod -> prod-c000: 2 (acme, globex)
  prod and prod-c002 -> prod-c001: 1 (initech)
  to be empty then: prod-c002
Next: npm run fleet -- move prod
`);
  const problems = [{ stack: "prod", reason: "1 operation was cut off" }];
  expect(moveText(plannedReport("prod", { ...plan, problems }, true))).toContain(
    "  in the way: prod: 1 operation was cut off\n",
  );
});

it("a move says what moved, what is left and why, where the old states are, and what comes next", () => {
  const report: MoveReport = {
    ...plannedReport("prod", plan, false),
    seconds: 2.34,
    tenants: moves.map((move) => ({ ...move, status: move.tenant === "initech" ? "left" : "moved" })),
    emptied: [],
    failed: [{ stack: "prod-c001", reason: "locked" }],
    backup: ".tenantry/fleet/prod/moves/now",
    retry: "again",
  };
  expect(moveText(report)).toBe(`fleet move prod: 2 of 3 tenants moved in 2.3 s.
  prod -> prod-c000: 2 (acme, globex)
  left: prod and prod-c002 -> prod-c001: 1 (initech)
  failed: prod-c001: locked
  the states as they were: .tenantry/fleet/prod/moves/now
Next: again
`);
  expect(moveText({ ...report, retry: null })).toContain("\nNext: npm run fleet -- up prod\n");
});

it("where there is nothing to move, that is all", () => {
  const nothing = { moves: [], emptied: [], problems: [] };
  expect(moveText(plannedReport("prod", nothing, false))).toBe("Every tenant of prod is where it belongs.\n");
});

it("more names than fit are counted", () => {
  const many = Array.from({ length: 14 }, (_, index) => ({ tenant: `t${index}`, from: ["prod"], to: "prod-c000" }));
  expect(moveText(plannedReport("prod", { ...plan, moves: many }, true))).toContain("t11 and 2 more)");
});
