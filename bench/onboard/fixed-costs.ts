import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { summarize, type Summary } from "../statistics.ts";
import type { Run } from "./programs.ts";
import { upArguments } from "./peers/pulumi.ts";

/** A cost that every update has, whatever it changes. */
export interface FixedCost {
  readonly what: string;
  readonly seconds: Summary;
}

interface Step {
  readonly what: string;
  readonly work: () => Promise<void>;
}

async function timeSteps(steps: readonly Step[], runs: number): Promise<readonly FixedCost[]> {
  const series = new Map<string, number[]>(steps.map(({ what }) => [what, []]));
  for (let round = 0; round <= runs; round++) {
    for (const { what, work } of steps) {
      const start = performance.now();
      await work();
      // Round 0 fills the caches of the file system and of Node.
      if (round > 0) series.get(what)?.push((performance.now() - start) / 1000);
    }
  }
  return steps.map(({ what }) => ({ what, seconds: summarize(series.get(what) ?? []) }));
}

/** Measures what it costs to start each program that an update starts, one after the other, without any cluster. */
export async function startCosts(
  run: Run,
  directory: string,
  provider: string,
  runs: number,
): Promise<readonly FixedCost[]> {
  const program = pathToFileURL(join(directory, "components", "index.ts")).href;
  const load = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", `await import("${program}")`];
  return timeSteps(
    [
      { what: "pulumi version: the CLI's own start", work: () => run("pulumi", ["version"]) },
      { what: "node: start of an empty program", work: () => run("node", ["--eval", "0"]) },
      {
        what: "node: start and load of the SDK and the components, compile cache off",
        work: () => run("node", load, { NODE_DISABLE_COMPILE_CACHE: "1" }),
      },
      { what: "node: the same with the compile cache that `local env` sets", work: () => run("node", load) },
      { what: "pulumi-resource-kubernetes: from its start until it listens", work: () => untilItListens(provider) },
    ],
    runs,
  );
}

/** Measures commands that change nothing in a stack as it is now. */
export async function idleCosts(run: Run, stack: string, tenants: number, runs: number): Promise<readonly FixedCost[]> {
  const preview = ["preview", "--stack", stack, "--non-interactive", "--color", "never"];
  const fleet = tenants === 1 ? "1 tenant" : `${tenants} tenants`;
  return timeSteps(
    [
      { what: `pulumi stack output, ${fleet}`, work: () => run("pulumi", ["stack", "output", "--stack", stack]) },
      { what: `pulumi preview without a change, ${fleet}`, work: () => run("pulumi", preview) },
      { what: `pulumi up --skip-preview without a change, ${fleet}`, work: () => run("pulumi", upArguments(stack)) },
    ],
    runs,
  );
}

/** A plugin prints its port on the first line of its output once it listens; then it is ended. */
async function untilItListens(provider: string): Promise<void> {
  // The engine's address, which a plugin only dials when it has something to log.
  const child = spawn(provider, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`${provider} ended with ${code} before it listened`)));
    });
  } finally {
    child.kill("SIGKILL");
  }
}
