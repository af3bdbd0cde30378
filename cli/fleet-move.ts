import { moveFleet, type MoveRequest } from "../fleet/move/move.ts";
import { moveText, type MoveReport } from "../fleet/move/report.ts";
import { exitCodes } from "../local/command-error.ts";
import { createReporter } from "../local/reporter.ts";
import { fleetLocation } from "./fleet-location.ts";
import { retryOf, tellAsJson } from "./fleet-output.ts";
import type { Interruption } from "./interruption.ts";
import { pulumiProject } from "./project.ts";

/** Options of `fleet move`, as commander gives them. */
export interface MoveFlags {
  readonly tenant?: readonly string[];
  readonly dryRun?: boolean;
  readonly parallel?: number;
  readonly json?: boolean;
}

/** Moves an environment's tenants into the stacks that the files want them in, prints what came of it, and sets the exit code. */
export async function fleetMove(
  line: { readonly directory: string; readonly environment: string; readonly flags: MoveFlags },
  interruption: Interruption,
): Promise<void> {
  const { directory, environment, flags } = line;
  const request: MoveRequest = {
    ...fleetLocation(directory, environment),
    project: pulumiProject,
    tenants: flags.tenant ?? [],
    dryRun: flags.dryRun === true,
    parallel: flags.parallel ?? null,
    retry: retryOf("move", environment, flags),
    stops: { first: interruption.any, second: interruption.again },
    onEvent: () => undefined,
  };
  const report = await followed(request, flags.json === true);
  process.stdout.write(flags.json === true ? `${JSON.stringify(report, null, 2)}\n` : moveText(report));
  const isDone = report.failed.length === 0 && report.retry === null;
  process.exitCode = interruption.any.aborted ? exitCodes.interrupted : isDone ? exitCodes.done : exitCodes.failed;
}

/** Runs with progress: drawn on a terminal, plain lines elsewhere, or events as JSON lines. */
async function followed(request: MoveRequest, json: boolean): Promise<MoveReport> {
  if (json) return moveFleet({ ...request, onEvent: tellAsJson });
  const reporter = createReporter();
  return reporter.step(`fleet move ${request.location.environment}`, (update) => {
    return moveFleet({
      ...request,
      onEvent: (event) => {
        if (event.type === "failed") reporter.note(`  ${event.stack}: ${event.reason}`);
        if (event.type === "step") update(`${event.step} ${event.done}/${event.of} stacks`);
      },
    });
  });
}
