import { join } from "node:path";

import { expect, test } from "vitest";

import { raceIds } from "../../attack/race.ts";
import { pairsOf, runAttempts, type Selection } from "../../attack/run.ts";
import type { Stage } from "../../attack/stage.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";

const directory = join(import.meta.dirname, "..", "..");
const { tenants } = planEnvironment(loadEnvironment({ directory, environment: "dev" }));
const pairs = pairsOf(tenants);

/** A cluster that takes everything, serves no kind of a group, and has room for as many objects as a race needs. */
function openDoor(): Stage {
  const hard = { "count/roles.rbac.authorization.k8s.io": "5", "count/serviceaccounts": "5" };
  const body = { resources: [], status: { hard, used: {} } };
  return {
    run: "run",
    tenants,
    pair: (attacker, target) => ({ run: "run", attacker, target, scratch: "scratch", mirror: "mirror", node: "node" }),
    send: () => Promise.resolve({ status: 200, message: "", body }),
    close: () => Promise.resolve(),
  };
}

async function progressOf(selection: Selection) {
  const lines: string[] = [];
  const outcome = await runAttempts(openDoor(), pairs, selection, (line) => lines.push(line));
  return { ...outcome, lines };
}

test("the last line of progress has the number of the result, races included", async () => {
  const { results, lines } = await progressOf({ planes: ["compute"], guardrails: [] });
  expect(results.filter(({ id }) => raceIds.includes(id))).toHaveLength(pairs.length * raceIds.length);
  expect(lines.at(-1)).toBe(`${results.length} of ${results.length}`);
  expect(lines[0]).toMatch(/^[01] of /);
});

test("what is skipped is not counted, and neither are races that nobody asked for", async () => {
  const { results, skipped, lines } = await progressOf({ planes: ["storage"], guardrails: [] });
  expect(results.length).toBeGreaterThan(0);
  expect(skipped.length).toBeGreaterThan(0);
  expect(results.filter(({ id }) => raceIds.includes(id))).toEqual([]);
  expect(lines.at(-1)).toBe(`${results.length} of ${results.length}`);
});
