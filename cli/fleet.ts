import { createInterface } from "node:readline/promises";
import { rmSync, writeFileSync } from "node:fs";

import { openFleet, operateFleet, type FleetRequest, type FleetVerb } from "../fleet/fleet.ts";
import { markdownSummary, type MarkdownSummary } from "../fleet/markdown.ts";
import { Progress } from "../fleet/progress.ts";
import { haveWork, isUnfinished, type FleetReport } from "../fleet/report.ts";
import { stacksOfTenants } from "../fleet/selection.ts";
import { isCurrent, statusOf, type StackStatus } from "../fleet/status.ts";
import { summaryText } from "../fleet/summary.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { isFolder, refuseMissingFolder } from "../local/folder.ts";
import { createReporter, type Reporter } from "../local/reporter.ts";
import { errorMessage } from "../tenants/errors.ts";
import { coloursFor } from "./colours.ts";
import { columns } from "./columns.ts";
import type { FleetFlags } from "./fleet-command.ts";
import { fleetLocation, type FleetLocation } from "./fleet-location.ts";
import { retryOf, tellAsJson } from "./fleet-output.ts";
import type { Interruption } from "./interruption.ts";
import { pulumiProject } from "./project.ts";

/** One command line over a fleet. */
export interface FleetCommandLine {
  readonly verb: FleetVerb;
  readonly directory: string;
  readonly environment: string;
  readonly flags: FleetFlags;
}

/** Runs a verb, prints what came of it, and sets the exit code. */
export async function fleetVerb(line: FleetCommandLine, interruption: Interruption): Promise<void> {
  const { verb, flags } = line;
  if (verb === "destroy") await confirm(line);
  if (verb === "status") return fleetStatus(line, interruption);
  const request = requestOf(line, interruption);
  // Before the work, which may take minutes.
  if (flags.markdown !== undefined) refuseUnwritable(flags.markdown);
  const json = flags.json === true;
  const report = await followed(request, json, createReporter());
  const summarise = async (): Promise<void> => {
    if (flags.markdown !== undefined) writeSummary(flags.markdown, await markdownSummary(request, report));
  };
  // A failure is a document as well, and scripts get one only; people are told what was found in any case.
  if (json) await summarise();
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : summaryText(report));
  process.exitCode = exitCodeOf(report, interruption);
  if (!json) await summarise();
}

function refuseUnwritable(path: string): void {
  if (isFolder(path)) throw new CommandError(exitCodes.input, `${path} is a folder`, "name a file for the summary");
  refuseMissingFolder(path);
}

/** The comment under the name that was given; what does not fit into one beside it, as `<name>.whole.md`. */
function writeSummary(path: string, { comment, whole }: MarkdownSummary): void {
  const beside = `${path.replace(/\.md$/, "")}.whole.md`;
  try {
    writeFileSync(path, comment);
    if (whole === null) rmSync(beside, { force: true });
    else writeFileSync(beside, whole);
  } catch (error) {
    throw new CommandError(exitCodes.failed, `the summary cannot be written: ${errorMessage(error)}`);
  }
}

/** 130 after an interruption, 1 where something is left undone. */
function exitCodeOf({ stacks }: FleetReport, interruption: Interruption): number {
  if (interruption.any.aborted) return exitCodes.interrupted;
  return stacks.some(isUnfinished) ? exitCodes.failed : exitCodes.done;
}

async function fleetStatus(line: FleetCommandLine, interruption: Interruption): Promise<void> {
  const { flags, environment } = line;
  const request = requestOf(line, interruption);
  const state = await openFleet(request);
  const wanted = stacksOfTenants(state.fleet, state.survey, request.tenants);
  // One stack keeps no record of its updates, so that Pulumi has to compare.
  const compares = flags.refresh === true || state.survey.tasks.some(({ verdict }) => verdict.state === "unrecorded");
  const compared = compares ? await followed(request, flags.json === true, createReporter()) : null;
  const all = await statusOf(state, compared);
  const stacks = all.filter(({ stack }) => wanted === null || wanted.has(stack));
  const document = { verb: "status", environment, stacks };
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(document, null, 2)}\n` : statusText(environment, stacks),
  );
  process.exitCode = interruption.any.aborted
    ? exitCodes.interrupted
    : stacks.every(isCurrent)
      ? exitCodes.done
      : exitCodes.failed;
}

function statusText(environment: string, stacks: readonly StackStatus[]): string {
  const colour = coloursFor(process.stdout);
  const rows = stacks
    .filter(({ state }) => state !== "empty")
    .map((status) => [
      status.stack,
      isCurrent(status) ? colour.green(status.state) : colour.yellow(status.state),
      String(status.tenants.length),
      [
        status.why,
        ...Object.entries(status.operations ?? {}).map(([operation, count]) => `${count} ${operation}`),
        ...(status.lockedBy === null ? [] : [`process ${status.lockedBy} works on it`]),
      ].join("; "),
    ]);
  const head = ["stack", "state", "tenants", "why"].map((cell) => colour.dim(cell));
  const behind = stacks.filter((status) => !isCurrent(status)).length;
  const verdict = behind === 0 ? "nothing to do" : haveWork(behind, stacks.length);
  return `${columns([head, ...rows])}\n${environment}: ${verdict}.\n`;
}

/**
 * Updates every stack of an environment that has work, for `npm start`. Throws a `CommandError` where something is left undone, after
 * saying what.
 */
export async function updateFleet(
  place: FleetLocation,
  reporter: Reporter,
  interruption: Interruption,
): Promise<FleetReport> {
  const { directory, environment } = place.location;
  const request = requestOf({ verb: "up", directory, environment, flags: {} }, interruption, place);
  const report = await followed({ ...request, retry: "npm start" }, false, reporter);
  if (!report.stacks.some(isUnfinished)) return report;
  reporter.note(summaryText(report).trimEnd());
  throw interruption.any.aborted
    ? new CommandError(
        exitCodes.interrupted,
        "interrupted; what was running has finished",
        "npm start goes on from here",
      )
    : new CommandError(exitCodes.failed, `the update of ${environment} is not complete`, "npm start goes on from here");
}

function requestOf(
  { verb, directory, environment, flags }: FleetCommandLine,
  interruption: Interruption,
  place = fleetLocation(directory, environment),
): FleetRequest {
  return {
    verb,
    ...place,
    project: pulumiProject,
    tenants: flags.tenant ?? [],
    changedSince: flags.changedSince ?? null,
    all: flags.all === true,
    refresh: flags.refresh === true,
    parallel: flags.parallel ?? null,
    retry: retryOf(verb, environment, flags),
    stops: { first: interruption.any, second: interruption.again },
    onEvent: () => undefined,
  };
}

/** Runs with progress: drawn on a terminal, plain lines elsewhere, or events as JSON lines. */
async function followed(request: FleetRequest, json: boolean, reporter: Reporter): Promise<FleetReport> {
  if (json) return operateFleet({ ...request, onEvent: tellAsJson });
  const progress = new Progress();
  const drawn = process.stderr.isTTY;
  return reporter.step(`fleet ${request.verb} ${request.location.environment}`, async (update) => {
    return operateFleet({
      ...request,
      onEvent: (event) => {
        const note = progress.take(event);
        const failed = event.type === "stack-end" && event.report.status !== "done";
        // On a terminal the one line tells the rest.
        if (note !== null && (!drawn || failed)) reporter.note(`  ${note}`);
        update(progress.line());
      },
    });
  });
}

/** A person at a terminal is asked; a script has to say so. Protected tenants refuse either way. */
async function confirm({ environment, flags }: FleetCommandLine): Promise<void> {
  if (flags.yes === true) return;
  const what =
    flags.tenant === undefined ? `every tenant of ${environment}` : `${flags.tenant.join(", ")} of ${environment}`;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const command = `${retryOf("destroy", environment, flags)} --yes`;
    throw new CommandError(
      exitCodes.input,
      `there is no terminal to ask at whether to remove ${what}; nothing was removed`,
      command,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Remove ${what}? Type ${environment}: `);
    if (answer.trim() !== environment) throw new CommandError(exitCodes.input, "nothing was removed");
  } finally {
    terminal.close();
  }
}
