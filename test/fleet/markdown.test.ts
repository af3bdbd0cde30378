import { describe, expect, it } from "vitest";

import { markdownOf } from "../../fleet/markdown.ts";
import { tenantsByChange, untouched, type FleetReport, type StackReport } from "../../fleet/report.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { loadedOf } from "../tenants/support/fleet.ts";
import { reportOf } from "./support.ts";

const planOf = (ids: readonly string[]) => planEnvironment(loadedOf(ids.map((id) => ({ id, name: id, tier: "free" }))));

function reportWith(stacks: readonly StackReport[]): FleetReport {
  return { verb: "preview", environment: "prod", seconds: 1, stacks, tenants: tenantsByChange(stacks), retry: null };
}

describe("the summary for pull requests", () => {
  const stacks = [
    untouched("prod", "unchanged", "nothing changed", []),
    reportOf("prod-c000", { operations: { create: 25 }, tenants: { acme: "created", globex: "unchanged" } }),
  ];

  it("has tenants, resources, isolation, and capacity before and after", () => {
    const { comment: text, whole } = markdownOf(reportWith(stacks), planOf(["acme", "globex"]), planOf(["globex"]));
    expect(whole).toBeNull();
    expect(text).not.toContain("Shortened");
    expect(text).toContain("1 of 2 stacks have work. Resources: 25 create.");
    expect(text).toContain("| created | 1 | acme |");
    expect(text).toContain("Isolation holds: 2 of 2 directions between tenants are closed.");
    expect(text).toMatch(/\| pods \| 10 \| 20 \| 10000000 \(0 %\) \|/);
    expect(text).toContain("| prod-c000 | 25 create |");
    expect(text).not.toContain("could be previewed");
  });

  it("leaves the column before empty where there is nothing to compare with", () => {
    expect(markdownOf(reportWith(stacks), planOf(["acme"]), null).comment).toMatch(/\| pods \| {2}\| 10 \|/);
  });

  it("names what could not be previewed, in one row each", () => {
    const failed = reportOf("prod-c001", { status: "failed", reason: "a | b\nc" });
    const { comment } = markdownOf(reportWith([failed]), planOf(["acme"]), null);
    expect(comment).toContain("| prod-c001 | failed | a \\| b c |");
  });

  it("fits into a comment, however large the fleet", () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      reportOf(`prod-c${index}`, {
        status: "failed",
        reason: "x".repeat(2000),
        tenants: { [`tenant${index}`]: "created" },
      }),
    );
    const { comment, whole } = markdownOf(reportWith(many), planOf(["acme"]), null);
    expect(comment.length).toBeLessThan(65_536);
    expect(comment).toMatch(/tenant\d+ and 2950 more/);
    expect(comment.trimEnd().endsWith("the whole summary is an artifact of the job.")).toBe(true);
    for (const index of [0, 2999]) {
      expect(whole).toContain(`tenant${index}`);
      expect(whole).toContain(`| prod-c${index} | failed |`);
    }
  });

  it("says that rows are left out, also where the text itself would fit", () => {
    const some = Array.from({ length: 51 }, (_, index) => reportOf(`prod-c${index}`, { operations: { create: 1 } }));
    const { comment, whole } = markdownOf(reportWith(some), planOf(["acme"]), null);
    expect(comment).toContain("and 1 stacks more");
    expect(comment.trimEnd().endsWith("the whole summary is an artifact of the job.")).toBe(true);
    expect(whole).toContain("| prod-c50 | 1 create |");
    const fewer = markdownOf(reportWith(some.slice(1)), planOf(["acme"]), null);
    expect(fewer.whole).toBeNull();
  });
});
