import { pruneFleet, type PruneReport } from "../fleet/prune.ts";
import { readableBytes } from "../fleet/readable-bytes.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { coloursFor } from "./colours.ts";
import { columns } from "./columns.ts";
import { fleetLocation } from "./fleet-location.ts";
import type { PruneFlags } from "./fleet-prune-command.ts";
import { pulumiProject } from "./project.ts";

/** One command line of `fleet prune`. */
export interface PruneCommandLine {
  readonly directory: string;
  readonly environment: string;
  readonly flags: PruneFlags;
}

/** Prunes, prints what came of it, and sets the exit code. */
export async function fleetPrune(line: PruneCommandLine, stop: AbortSignal): Promise<void> {
  const { directory, environment, flags } = line;
  const report = await pruneFleet({
    ...fleetLocation(directory, environment),
    project: pulumiProject,
    keep: flags.keep ?? null,
    dryRun: flags.dryRun === true,
    stop,
  });
  process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : pruneText(report));
  process.exitCode = report.stacks.some(({ status }) => status === "failed") ? exitCodes.failed : exitCodes.done;
  if (!stop.aborted) return;
  // A failure is a document as well, and scripts have theirs: it names the stacks that are left.
  if (flags.json !== true) {
    throw new CommandError(exitCodes.interrupted, "interrupted; the same command goes on from here");
  }
  process.exitCode = exitCodes.interrupted;
}

function pruneText({ environment, keep, dryRun, stacks, removed, bytes }: PruneReport): string {
  if (stacks.length === 0)
    return `${environment}: no stack of it is where PULUMI_BACKEND_URL says; nothing to prune.\n`;
  const colour = coloursFor(process.stdout);
  const rows = stacks.map((stack) => [
    stack.stack,
    String(stack.updates),
    String(stack.removed),
    readableBytes(stack.bytes),
    stack.status === "done" ? "" : colour.yellow(`${stack.status}: ${stack.reason}`),
  ]);
  const head = ["stack", "updates kept", dryRun ? "would go" : "removed", "size", ""].map((cell) => colour.dim(cell));
  const what = `${removed} ${removed === 1 ? "object" : "objects"} of ${readableBytes(bytes)}`;
  const verdict = dryRun ? `${what} would be removed; nothing was` : `${what} removed`;
  const rule = `the newest ${keep === 1 ? "update" : `${keep} updates`} of each stack ${keep === 1 ? "stays" : "stay"}`;
  return `${columns([head, ...rows])}\n${environment}: ${verdict}; ${rule}.\n`;
}
