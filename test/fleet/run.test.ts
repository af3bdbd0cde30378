import { describe, expect, it } from "vitest";

import type { FleetEvent } from "../../fleet/events.ts";
import { fixedLimit } from "../../fleet/pool.ts";
import { runFleet, type Task } from "../../fleet/run.ts";
import { verdictOf } from "../../fleet/verdict.ts";
import { destroyWavesOf, wavesOf } from "../../fleet/waves.ts";
import { fleetOf, reportOf, stackOf } from "./support.ts";

const stacks = [stackOf(null), ...[0, 1, 2, 3].map((cell) => stackOf(cell, [`tenant${cell}`]))];
const tasks: readonly Task[] = stacks.map((stack) => ({ stack, verdict: verdictOf(stack, null) }));

/** Runs four cells with cell 2 as canary; `failing` and `interruptAt` are names of stacks. */
async function run({
  failing = [] as readonly string[],
  interruptAt = "",
  parallel = 2,
  without = [] as readonly string[],
} = {}) {
  const events: FleetEvent[] = [];
  const interruption = new AbortController();
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const report = await runFleet({
    verb: "up",
    fleet: fleetOf(stacks),
    tasks,
    waves: wavesOf(
      stacks.filter(({ name }) => !without.includes(name)),
      [2],
    ),
    parallel: fixedLimit(parallel),
    stop: interruption.signal,
    work: async ({ stack: { name, tenants } }) => {
      begun.push(name);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      if (name === interruptAt) interruption.abort();
      running -= 1;
      if (failing.includes(name)) return reportOf(name, { status: "failed", reason: "quota" });
      return reportOf(name, { tenants: Object.fromEntries(tenants.map((id) => [id, "created"])) });
    },
    onEvent: (event) => events.push(event),
    retry: "again",
  });
  const statuses = Object.fromEntries(report.stacks.map(({ stack, status }) => [stack, status]));
  return { report, statuses, begun, most, events };
}

describe("runFleet", () => {
  it("goes platform, canaries, cells, and sums up by tenant", async () => {
    const { report, begun } = await run({ parallel: 1 });
    expect(begun).toEqual(["prod", "prod-c002", "prod-c000", "prod-c001", "prod-c003"]);
    expect(report.tenants.created).toEqual(["tenant0", "tenant1", "tenant2", "tenant3"]);
    expect(report.retry).toBeNull();
  });

  it("runs no more at once than allowed, and as many as allowed", async () => {
    expect((await run({ parallel: 2 })).most).toBe(2);
    expect((await run({ parallel: 9 })).most).toBe(3);
  });

  it("a broken cell stops no other of its wave", async () => {
    const { statuses, report } = await run({ failing: ["prod-c000"] });
    expect(statuses).toEqual({
      prod: "done",
      "prod-c000": "failed",
      "prod-c001": "done",
      "prod-c002": "done",
      "prod-c003": "done",
    });
    expect(report.retry).toBe("again");
  });

  it("no wave begins after one that failed", async () => {
    const { statuses, report, begun } = await run({ failing: ["prod-c002"] });
    expect(begun).toEqual(["prod", "prod-c002"]);
    expect(statuses).toMatchObject({ prod: "done", "prod-c002": "failed", "prod-c000": "left", "prod-c003": "left" });
    expect(report.stacks.find(({ stack }) => stack === "prod-c000")?.reason).toContain('the wave "canaries"');
    expect((await run({ failing: ["prod"] })).begun).toEqual(["prod"]);
  });

  it("after an interruption nothing more begins, and what ran is in the report", async () => {
    const { statuses, begun, report } = await run({ interruptAt: "prod-c000", parallel: 1 });
    expect(begun).toEqual(["prod", "prod-c002", "prod-c000"]);
    expect(statuses).toMatchObject({ "prod-c000": "done", "prod-c001": "left", "prod-c003": "left" });
    expect(report.retry).toBe("again");
  });

  it("stacks without work are in the report, and nothing is run for them", async () => {
    const { statuses, begun, events } = await run({ without: ["prod", "prod-c001"] });
    expect(begun).not.toContain("prod");
    expect(statuses).toMatchObject({ prod: "unchanged", "prod-c001": "unchanged" });
    expect(events[0]).toMatchObject({ type: "begin", stacks: 3, unchanged: 2, tenants: 3 });
    expect(events.at(-1)).toMatchObject({ type: "end" });
  });
});

it("removal goes the other way round: tenants before their guardrails", () => {
  expect(destroyWavesOf(stacks).map(({ name }) => name)).toEqual(["cells", "platform"]);
  expect(wavesOf([], [])).toEqual([]);
});
