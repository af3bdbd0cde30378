import { spawn } from "node:child_process";
import { openSync, closeSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { CommandError, exitCodes } from "../../command-error.ts";
import type { LocalPaths } from "../../paths.ts";
import type { Reporter } from "../../reporter.ts";
import { clusterStatus } from "../status.ts";
import { writeTestImage } from "./images.ts";
import { nodeLayout } from "./layout.ts";
import { systemPath } from "./run.ts";
import { hasRealNode } from "./state.ts";

/** How upstream's tests are run. */
export interface EnforcerSpecOptions {
  readonly paths: LocalPaths;
  readonly tools: { readonly "netpol-specs": string; readonly agnhost: string };
  readonly reporter: Reporter;
  /** Regular expression of the names of the tests to run; `null` runs all that are about policies between pods. */
  readonly focus: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** What came of them. */
export interface EnforcerSpecResult {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly log: string;
}

const reportSchema = z.array(
  z.object({
    SpecReports: z.array(
      z.object({
        LeafNodeType: z.string(),
        LeafNodeText: z.string(),
        State: z.string(),
      }),
    ),
  }),
);

/** Runs upstream's NetworkPolicy tests on the real node, one after the other: a quarter of an hour. */
export async function enforcerSpecs(options: EnforcerSpecOptions): Promise<EnforcerSpecResult> {
  const { paths, tools, reporter, focus, signal } = options;
  const { state } = await clusterStatus({ paths });
  if (state !== "up" || !hasRealNode(paths)) {
    const next = "npm run local -- up --real-node";
    throw new CommandError(exitCodes.missing, "upstream's tests need a cluster with a real node that is up", next);
  }
  writeTestImage(nodeLayout(paths).images, tools.agnhost);
  const log = join(paths.cluster.logs, "netpol-specs.log");
  const report = join(paths.cluster.logs, "netpol-specs.json");
  rmSync(report, { force: true });
  await reporter.step("upstream's NetworkPolicy tests", async (update) => {
    const ticking = setInterval(() => update(passedSoFar(log)), 5_000);
    try {
      await runSpecs(
        tools["netpol-specs"],
        [
          `-kubeconfig=${paths.cluster.kubeconfig}`,
          "-dump-logs-on-failure=false",
          // The simulated nodes take no pods meanwhile.
          "-allowed-not-ready-nodes=-1",
          `-report=${report}`,
          ...(focus === null ? [] : [`-focus=${focus}`]),
        ],
        log,
        signal,
      );
    } finally {
      clearInterval(ticking);
    }
  });
  if (!existsSync(report)) {
    throw new CommandError(exitCodes.failed, "upstream's tests have left no report", `Read ${log}.`);
  }
  const specs = reportSchema
    .parse(JSON.parse(readFileSync(report, "utf8")))
    .flatMap(({ SpecReports }) => SpecReports)
    .filter(({ State }) => State !== "skipped" && State !== "pending");
  const named = (isPassed: boolean) =>
    specs.filter(({ State }) => (State === "passed") === isPassed).map(({ LeafNodeText }) => LeafNodeText);
  return { passed: named(true).filter((name) => name !== ""), failed: named(false), log };
}

async function runSpecs(program: string, args: readonly string[], log: string, signal?: AbortSignal): Promise<void> {
  const output = openSync(log, "w", 0o600);
  try {
    const child = spawn(program, args, {
      stdio: ["ignore", output, output],
      env: { PATH: systemPath },
      ...(signal === undefined ? {} : { signal }),
    });
    // Failed tests are in the report; only a program that cannot be run has none.
    await new Promise<void>((resolve, reject) => {
      child.once("close", () => resolve());
      child.once("error", reject);
    });
  } finally {
    closeSync(output);
  }
}

/** How far it is: the program prints one dot for each test that has passed. */
function passedSoFar(log: string): string {
  return `(${readFileSync(log, "utf8").match(/•/g)?.length ?? 0} passed)`;
}
