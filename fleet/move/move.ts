import { join } from "node:path";

import { CommandError, exitCodes } from "../../local/command-error.ts";
import { errorMessage } from "../../tenants/errors.ts";
import { openFleet, type FleetRequest, type FleetState } from "../fleet.ts";
import { unlocked } from "../unlocked.ts";
import { MoveRun } from "./move-run.ts";
import { planMoves, type MovePlan } from "./plan.ts";
import { plannedReport, type FailedStack, type MoveEvent, type MoveReport } from "./report.ts";
import { holdTurn } from "./turn.ts";

/** A move of an environment's tenants into the stacks that the files want them in. */
export interface MoveRequest extends Pick<
  FleetRequest,
  "location" | "backendUrl" | "project" | "logs" | "parallel" | "stops"
> {
  /** Only these tenants; empty is all. */
  readonly tenants: readonly string[];
  /** Only say what would move. */
  readonly dryRun: boolean;
  /** The command that goes on where this one stopped. */
  readonly retry: string;
  readonly onEvent: (event: MoveEvent) => void;
}

/** A lock is waited for this long: what a killed move was writing is written by then. */
const lockSeconds = 10;

/**
 * Moves tenants between stacks. Only states change; nothing in the cluster does. Throws a `CommandError` where nothing was begun; what
 * fails later is in the report.
 */
export async function moveFleet(request: MoveRequest): Promise<MoveReport> {
  if (request.dryRun) {
    const state = await openFleet(request);
    return plannedReport(state.fleet.plan.environment, planMoves(state.fleet, state.survey, request.tenants), true);
  }
  return holdTurn(join(request.logs, "move.lock"), async () => {
    const state = await openFleet(request);
    const plan = planMoves(state.fleet, state.survey, request.tenants);
    const stacks = stacksOf(plan);
    await refuse(request, state, plan, stacks);
    if (stacks.length === 0) return plannedReport(state.fleet.plan.environment, plan, false);
    return new MoveRun(request, state, plan, await state.cli()).work(stacks);
  });
}

/** Every stack that tenants leave or come to, or that is to be empty. */
function stacksOf({ moves, emptied }: MovePlan): readonly string[] {
  return [...new Set([...moves.flatMap(({ from, to }) => [...from, to]), ...emptied])].sort();
}

/** Throws a `CommandError` that lists everything that stands against a move; nothing has been written by then. */
async function refuse(
  { stops }: MoveRequest,
  { backend, survey }: FleetState,
  { problems }: MovePlan,
  stacks: readonly string[],
): Promise<void> {
  const context = { backend, operation: "up", lockSeconds, stops } as const;
  const waited = await Promise.allSettled(
    stacks.map((name) => unlocked(context, { name }, survey.readings.get(name) ?? null)),
  );
  stops.first.throwIfAborted();
  const locked = waited.flatMap((one, index): readonly FailedStack[] =>
    one.status === "rejected" ? [{ stack: stacks[index] ?? "", reason: errorMessage(one.reason) }] : [],
  );
  const lines = [...problems, ...locked].map(({ stack, reason }) => `${stack}: ${reason}`);
  if (lines.length === 0) return;
  throw new CommandError(
    exitCodes.failed,
    `no tenant can be moved now, and nothing was changed: ${lines.join("; ")}`,
    'docs/fleet.md, "Moving tenants", says what to do',
  );
}
