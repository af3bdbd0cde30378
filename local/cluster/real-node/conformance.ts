import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

import { CommandError, exitCodes } from "../../command-error.ts";
import type { LocalPaths } from "../../paths.ts";
import { writePrivateFile } from "../../private-file.ts";
import type { Reporter } from "../../reporter.ts";
import { ApiClient } from "../api-client.ts";
import { readRunState } from "../run-state.ts";
import { clusterStatus } from "../status.ts";
import { type ConformanceFigures, beginRecord, readFigures } from "./conformance-record.ts";
import { writeTestImage } from "./images.ts";
import { nodeLayout } from "./layout.ts";
import { systemPath } from "./run.ts";
import { hasRealNode } from "./state.ts";

/** How upstream's tests are run. */
export interface ConformanceOptions {
  readonly paths: LocalPaths;
  readonly tools: { readonly "netpol-specs": string; readonly agnhost: string };
  readonly reporter: Reporter;
  /** Regular expression of the names of the tests to run; `null` runs all that are about policies between pods. */
  readonly focus: string | null;
  /** Leaves out what has passed in the last run, which was interrupted or has failed. */
  readonly resume: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What came of them. */
export interface ConformanceResult extends ConformanceFigures {
  readonly total: number;
  /** How many were chosen and not run to their end. */
  readonly notRun: number;
  readonly interrupted: boolean;
  readonly log: string;
}

/** Milliseconds that the program has, once it is told to end, to remove the pods of the test that runs. */
const graceMilliseconds = 60_000;

/** Runs upstream's NetworkPolicy tests on the real node, one after the other: a quarter of an hour. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const { paths, tools, reporter, signal } = options;
  const { state } = await clusterStatus({ paths });
  if (state !== "up" || !hasRealNode(paths)) {
    const next = "npm run local -- up --real-node";
    throw new CommandError(exitCodes.missing, "upstream's tests need a cluster with a real node that is up", next);
  }
  const log = join(paths.cluster.logs, "conformance.log");
  const record = join(paths.cluster.logs, "conformance.jsonl");
  const without = join(paths.cluster.logs, "conformance-passed.txt");
  const { focus, passed } = begin(record, options);
  writePrivateFile(without, passed.map((name) => `${name}\n`).join(""));
  writeTestImage(nodeLayout(paths).images, tools.agnhost);
  const figures = () => readFigures(record) ?? { focus, total: null, passed, failed: [] };
  const tests = reporter.step("upstream's NetworkPolicy tests", async (update) => {
    update("(removing what a run has left that was killed)");
    await removeLeftovers(paths, signal);
    const start = Date.now();
    const ticking = setInterval(() => update(progressOf(figures(), Date.now() - start)), 2_000);
    try {
      const args = [
        `-kubeconfig=${paths.cluster.kubeconfig}`,
        "-dump-logs-on-failure=false",
        // The simulated nodes take no pods meanwhile.
        "-allowed-not-ready-nodes=-1",
        `-results=${record}`,
        `-without=${without}`,
        ...(focus === null ? [] : [`-focus=${focus}`]),
      ];
      const ended = await run(tools["netpol-specs"], args, log, signal);
      // The program ends well when it is told to end. That is no step which is done.
      signal?.throwIfAborted();
      return ended;
    } finally {
      clearInterval(ticking);
    }
  });
  const code = await tests.catch((error: unknown) => {
    // What is known by then is told all the same.
    if (signal?.aborted === true && error === signal.reason) return null;
    throw error;
  });
  const result = figures();
  const { total, failed } = result;
  const interrupted = signal?.aborted === true;
  if (total === 0) {
    throw new CommandError(exitCodes.input, `no test of upstream's has a name that matches ${focus ?? ""}`, null);
  }
  const finished = result.passed.length + failed.length;
  if (!interrupted && (total === null || (code !== 0 && failed.length === 0) || finished < total)) {
    throw new CommandError(
      exitCodes.failed,
      `upstream's tests ended after ${finished} of ${total ?? "an unknown number"}`,
      `Read ${log}; npm run local -- conformance --resume goes on.`,
    );
  }
  return { ...result, total: total ?? finished, notRun: (total ?? finished) - finished, interrupted, log };
}

/** Begins the record of this run, where it goes on with that of the last one. */
function begin(record: string, { focus, resume }: ConformanceOptions): Pick<ConformanceFigures, "focus" | "passed"> {
  const last = readFigures(record);
  if (!resume) {
    beginRecord(record, focus, []);
    return { focus, passed: [] };
  }
  if (last === null) {
    throw new CommandError(exitCodes.input, "there is no run to go on with", "npm run local -- conformance");
  }
  if (focus !== null && focus !== last.focus) {
    const of = last.focus === null ? "all tests" : `--focus ${JSON.stringify(last.focus)}`;
    throw new CommandError(exitCodes.input, `the last run was of ${of}`, "leave out --focus, or leave out --resume");
  }
  beginRecord(record, last.focus, last.passed);
  return last;
}

/** Namespaces of a run that was killed, with their pods: they would take the node's room from this one. */
async function removeLeftovers(paths: LocalPaths, signal?: AbortSignal): Promise<void> {
  const port = readRunState(paths.cluster.run).ports["kube-apiserver"];
  if (port === undefined) return;
  const api = new ApiClient(port, paths.cluster.pki);
  try {
    // The label that upstream's framework puts on what it makes.
    const { status, body } = await api.get("/api/v1/namespaces?labelSelector=e2e-framework", signal);
    if (status !== 200) return;
    const { items } = JSON.parse(body) as {
      readonly items: readonly { readonly metadata: { readonly name: string } }[];
    };
    for (const { metadata } of items) await api.remove(`/api/v1/namespaces/${metadata.name}`, signal);
  } finally {
    api.close();
  }
}

/** Runs the program to its end and gives its exit code. Told to end, it removes what the test that runs has made. */
async function run(
  program: string,
  args: readonly string[],
  log: string,
  signal?: AbortSignal,
): Promise<number | null> {
  const output = openSync(log, "w", 0o600);
  try {
    signal?.throwIfAborted();
    // A group of its own: Ctrl-C reaches it once, from here, since a second time would keep it from tidying up.
    const child = spawn(program, args, {
      stdio: ["ignore", output, output],
      env: { PATH: systemPath },
      detached: true,
    });
    let late: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill("SIGINT");
      late = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
    };
    signal?.addEventListener("abort", end, { once: true });
    try {
      return await new Promise<number | null>((resolve, reject) => {
        child.once("close", resolve);
        child.once("error", reject);
      });
    } finally {
      signal?.removeEventListener("abort", end);
      clearTimeout(late);
    }
  } finally {
    closeSync(output);
  }
}

function progressOf({ total, passed, failed }: ConformanceFigures, milliseconds: number): string {
  if (total === null) return "(starting)";
  const minutes = Math.floor(milliseconds / 60_000);
  return `(${passed.length + failed.length} of ${total}, ${failed.length} failed, ${minutes} min)`;
}
