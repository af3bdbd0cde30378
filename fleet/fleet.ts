import { existsSync } from "node:fs";
import { join } from "node:path";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { InputError } from "../tenants/errors.ts";
import { openBackend, type Backend } from "./backend.ts";
import { firstLine } from "./backends/reasons.ts";
import type { FleetEvent } from "./events.ts";
import { untoldTenants } from "./first-updates.ts";
import { cutOffTenants, forgettingNow, refuseForgetting } from "./forgetting.ts";
import { ProgramHost } from "./host/program-host.ts";
import { ProgramHosts } from "./host/program-hosts.ts";
import { stacksKilled } from "./killed-updates.ts";
import { planFleet, type Fleet } from "./inventory.ts";
import { defaultParallel } from "./parallel.ts";
import { AdaptiveLimit } from "./pressure.ts";
import { pruneStack } from "./prune-stack.ts";
import { PulumiCli, type PulumiLocation } from "./pulumi-cli.ts";
import { ReadingCache } from "./reading-cache.ts";
import { untouched, type FleetReport } from "./report.ts";
import type { Operation, RunContext, Stops } from "./run-context.ts";
import { runFleet } from "./run.ts";
import { selected } from "./selected.ts";
import { protectedNow, refuseMoves, refuseProtected, refuseUnseen } from "./selection.ts";
import { runStack } from "./stack-runner.ts";
import { surveyFleet, type Survey } from "./survey.ts";
import { targetsOf } from "./targets.ts";
import { heldTenants, stacksInDoubt, type Reading } from "./verdict.ts";
import { clusterOf, watchServer } from "./watch-server.ts";
import { destroyWavesOf, wavesOf } from "./waves.ts";

/** What a person asks of a fleet. */
export type FleetVerb = "preview" | "up" | "destroy" | "status" | "repair";

/** A command over a fleet. */
export interface FleetRequest {
  readonly verb: FleetVerb;
  readonly location: PulumiLocation;
  /** Where the state lives, as PULUMI_BACKEND_URL says it; empty for the one that the CLI is logged in to. */
  readonly backendUrl: string;
  /** Name of the Pulumi project. */
  readonly project: string;
  /** Folder for logs. */
  readonly logs: string;
  /** Only stacks with these tenants; empty is all. */
  readonly tenants: readonly string[];
  /** Only stacks that are made of something else than at this git ref. */
  readonly changedSince: string | null;
  /** Also stacks that have no work. */
  readonly all: boolean;
  /** Compare with the cluster first; implies `all`. */
  readonly refresh: boolean;
  /** Most stacks at once; `null` for what the machine can bear. Fewer run while the API server does not keep up. */
  readonly parallel: number | null;
  /** The command that goes on where this one stopped. */
  readonly retry: string;
  readonly stops: Stops;
  readonly onEvent: (event: FleetEvent) => void;
}

/** What is known of a fleet without running anything. */
export interface FleetState {
  readonly fleet: Fleet;
  readonly survey: Survey;
  readonly backend: Backend;
  readonly cli: () => Promise<PulumiCli>;
}

/** Somebody's lock is waited for this long: an update that a killed `fleet` left behind finishes by itself. */
const lockSeconds = 60;

/** Plans the environment and reads what its stacks hold. Throws a `CommandError` where the input is wrong. */
export async function openFleet(
  request: Pick<FleetRequest, "location" | "backendUrl" | "project" | "logs">,
): Promise<FleetState> {
  const { location, backendUrl, project, logs } = request;
  const fleet = planned(location);
  let found: Promise<PulumiCli> | undefined;
  const cli = (): Promise<PulumiCli> => (found ??= findCli(location));
  const cache = new ReadingCache(join(logs, "readings.json"));
  const backend = openBackend({ url: backendUrl, directory: location.directory, project, logs, cli, cache });
  const survey = await surveyFleet(fleet, backend, stacksKilled(logs));
  cache.save();
  return { fleet, survey, backend, cli };
}

/** Does to a fleet what a person asks. Failures of stacks are in the report; a `CommandError` means that nothing was begun. */
export async function operateFleet(request: FleetRequest): Promise<FleetReport> {
  const programs = new ProgramHosts((signal) =>
    ProgramHost.start(request.location, join(request.logs, "program.log"), signal),
  );
  try {
    // It loads while everything is planned here and the stacks are looked at. Where there is no work, it goes again before it is ready.
    if (request.verb !== "destroy" && request.verb !== "status" && isThere(request.location)) programs.warm();
    return await operateWith(programs, request);
  } finally {
    await programs.close();
  }
}

async function operateWith(programs: ProgramHosts, request: FleetRequest): Promise<FleetReport> {
  const state = await openFleet(request);
  const { fleet, survey } = state;
  const { verb } = request;
  const doubts: ReadonlyMap<string, string> =
    verb === "up" || verb === "repair" ? stacksInDoubt(fleet, survey.readings) : new Map();
  if (verb === "up" || verb === "preview" || verb === "repair") refuseMoves(fleet, survey);
  if (verb === "destroy") {
    refuseProtected(fleet, survey, request.tenants);
    refuseUnseen(fleet, survey, request.tenants);
  }
  const planned = new Set<string>(fleet.plan.tenants.map(({ id }) => id));
  const forgetting = { verb, environment: fleet.plan.environment, planned };
  const untold = untoldTenants(request.logs, survey.readings);
  refuseForgetting(forgetting, [...untold, ...cutOffTenants(survey.readings)]);
  const { tasks, work } = await selected(request, state);
  const stacks = work.map(({ stack }) => stack);
  const operation = operationOf(verb);
  // Found before anything is begun: without it every stack would fail in the same way.
  if (work.length > 0) await state.cli();
  const parallel = new AdaptiveLimit(request.parallel ?? defaultParallel(operation), (change) =>
    request.onEvent({ type: "pool", ...change }),
  );
  const server = watchServer(
    work.length > 1 ? clusterOf(fleet.plan, request.location) : () => Promise.resolve(null),
    (look) => parallel.take(look),
  );
  const context: RunContext = {
    ...request,
    backend: state.backend,
    cli: state.cli,
    programs,
    operation,
    refresh: request.refresh || verb === "repair",
    lockSeconds,
    onProgress: (stack, changed) => request.onEvent({ type: "stack-progress", stack, changed }),
    onRefusal: server.refused,
  };
  const running = runFleet({
    verb,
    fleet,
    tasks,
    waves: operation === "destroy" ? destroyWavesOf(stacks) : wavesOf(stacks, fleet.plan.cells.canaries),
    parallel,
    stop: request.stops.first,
    work: async ({ stack, verdict }) => {
      const doubt = doubts.get(stack.name);
      if (doubt !== undefined) return untouched(stack.name, "failed", doubt, stack.tenants);
      const reading = survey.readings.get(stack.name) ?? null;
      const known = new Set([...stack.tenants, ...heldTenants(reading)]);
      // Never empty where tenants are named: a stack is taken because it makes or holds one of them.
      const named = verb === "repair" || verb === "destroy" ? request.tenants.filter((id) => known.has(id)) : [];
      const targets = named.flatMap(targetsOf);
      const refuse = (present: Reading): string | null =>
        forgettingNow(forgetting, stack.name, present) ??
        (operation === "destroy" ? protectedNow(present, request.tenants) : null);
      const report = await runStack(context, stack, reading, { why: verdict.why, targets, refuse });
      const { keep } = fleet.plan.history;
      if (operation !== "up" || report.status !== "done" || keep === null || state.backend.store === null)
        return report;
      const pruned = await pruneStack(state.backend, request.project, stack.name, { keep, dryRun: false });
      return { ...report, pruned };
    },
    onEvent: request.onEvent,
    retry: request.retry,
  });
  return running.finally(() => server.stop());
}

/** Whether anybody has written about this environment. */
function isThere({ directory, environment }: PulumiLocation): boolean {
  return existsSync(join(directory, `Pulumi.${environment}.yaml`));
}

function operationOf(verb: FleetVerb): Operation {
  switch (verb) {
    case "up":
    case "repair":
      return "up";
    case "preview":
    case "status":
      return "preview";
    case "destroy":
      return "destroy";
    default:
      return verb satisfies never;
  }
}

/** Plans an environment. Throws a `CommandError` where what a person wrote is wrong. */
export function planned({ directory, environment }: PulumiLocation): Fleet {
  try {
    return planFleet(directory, environment);
  } catch (error) {
    throw error instanceof InputError ? new CommandError(exitCodes.input, error.message) : error;
  }
}

/** Finds the CLI. Throws a `CommandError` where there is none. */
export async function findCli(location: PulumiLocation): Promise<PulumiCli> {
  try {
    return await PulumiCli.find(location);
  } catch (error) {
    throw new CommandError(
      exitCodes.missing,
      `no pulumi to run: ${firstLine(error)}`,
      "docs/installation.md says how to get it",
    );
  }
}
