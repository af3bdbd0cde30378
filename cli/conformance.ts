import { Command } from "commander";

import { type ConformanceResult, runConformance } from "../local/cluster/index.ts";
import { exitCodes } from "../local/command-error.ts";
import { localPaths } from "../local/paths.ts";
import { createReporter } from "../local/reporter.ts";
import { conformanceTools, ensureTools } from "../local/toolchain/index.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { listenForInterruption } from "./interruption.ts";
import { projectDirectory } from "./project.ts";

interface Options {
  readonly focus?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

/** `tenantry local conformance`: whether the real node's enforcer of network policies can be believed. */
export function conformanceCommand(): Command {
  return new Command("conformance")
    .description("upstream's own NetworkPolicy tests on the real node: 42 of them, a quarter of an hour")
    .option("--focus <expression>", "only tests whose name matches this regular expression")
    .option("--resume", "go on with the last run: leave out what has passed")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Each result is kept as soon as it is known, in .tenantry/cluster/logs/conformance.jsonl. Ctrl-C ends the test that runs, removes
its pods and prints the figures so far; --resume goes on from there, also after a crash.

Exit code 0 when every chosen test passed, 1 otherwise, 2 where none was chosen, 3 without a cluster that has a real node, 130
interrupted.

Examples:
  tenantry local conformance                            all of them
  tenantry local conformance --focus "egress"           those about egress
  tenantry local conformance --resume                   what is left of the last run, and what has failed in it
  tenantry local conformance --json                     { focus, total, passed, failed, notRun, interrupted, log }`,
    )
    .action(async ({ focus, resume, json }: Options) => {
      const paths = localPaths(projectDirectory());
      const reporter = createReporter();
      const signal = listenForInterruption().any;
      const tools = await ensureTools(conformanceTools, { paths, reporter, signal });
      const result = await runConformance({
        paths,
        tools,
        reporter,
        signal,
        focus: focus ?? null,
        resume: resume === true,
      });
      const text =
        json === true ? `${JSON.stringify(result, null, 2)}\n` : conformanceText(result, coloursFor(process.stdout));
      process.stdout.write(text);
      process.exitCode = conformanceExitCode(result);
    });
}

/** What the exit code says of a run. */
export function conformanceExitCode({ interrupted, failed, notRun }: ConformanceResult): number {
  if (interrupted) return exitCodes.interrupted;
  return failed.length > 0 || notRun > 0 ? exitCodes.failed : exitCodes.done;
}

/** The failed tests with their reasons, the figures, and what to do next. */
export function conformanceText(result: ConformanceResult, colour: Colours): string {
  const { total, passed, failed, notRun, interrupted, log } = result;
  const [first] = failed;
  const next =
    notRun > 0 || interrupted
      ? "npm run local -- conformance --resume goes on"
      : first !== undefined
        ? `npm run local -- conformance --resume tries what failed once more; what was sent is in ${log}`
        : "npm run attack -- dev --packets holds the tenants' own policies to the isolation proof";
  const missing = notRun > 0 ? `, ${notRun} not run` : "";
  const so = interrupted ? `${colour.yellow("interrupted")}, till then ` : "";
  // Interrupted before the tests were counted.
  const all = total === 0 ? "" : `, of ${total}`;
  return [
    ...failed.flatMap(({ name, message }) => [
      `${colour.red("failed")} ${name}`,
      `       ${message.split("\n")[0] ?? ""}`,
    ]),
    `${so}${passed.length} passed, ${failed.length} failed${missing}${all}; log ${log}`,
    `next: ${next}`,
    "",
  ].join("\n");
}
