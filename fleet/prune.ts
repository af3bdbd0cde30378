import { join } from "node:path";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { readStackName } from "../tenants/cells.ts";
import { openBackend } from "./backend.ts";
import { findCli, planned, type FleetRequest } from "./fleet.ts";
import { runPool } from "./pool.ts";
import { pruneStack, unpruned, type PrunedStack } from "./prune-stack.ts";
import { ReadingCache } from "./reading-cache.ts";

/** What was done to the history of a fleet. */
export interface PruneReport {
  readonly verb: "prune";
  readonly environment: string;
  readonly keep: number;
  readonly dryRun: boolean;
  readonly stacks: readonly PrunedStack[];
  readonly removed: number;
  readonly bytes: number;
}

/** A wish to remove old history. */
export interface PruneRequest extends Pick<FleetRequest, "location" | "backendUrl" | "project" | "logs"> {
  /** `null` for what the environment says. */
  readonly keep: number | null;
  /** Say what would be removed, and remove nothing. */
  readonly dryRun: boolean;
  /** Aborted: no further stack is begun. */
  readonly stop: AbortSignal;
}

/** Updates that stay where neither the command nor the environment says how many. */
const usualKeep = 20;

/** Stacks at once: a few requests each. */
const lanes = 8;

/** Removes old history of all stacks of an environment. Throws a `CommandError` where nothing could be begun. */
export async function pruneFleet(request: PruneRequest): Promise<PruneReport> {
  const { location, backendUrl: url, project, logs, dryRun, stop } = request;
  const { environment } = location;
  const { plan } = planned(location);
  const keep = request.keep ?? plan.history.keep ?? usualKeep;
  const cli = (): ReturnType<typeof findCli> => findCli(location);
  const cache = new ReadingCache(join(logs, "readings.json"));
  const backend = openBackend({ url, directory: location.directory, project, logs, cli, cache });
  if (backend.store === null) {
    throw url === ""
      ? new CommandError(
          exitCodes.input,
          "PULUMI_BACKEND_URL is empty, so nobody knows here where the history is",
          "set it to what `pulumi login` was told",
        )
      : new CommandError(
          exitCodes.input,
          `the history of ${environment} is not in a folder or an S3 bucket, so it cannot be pruned from here`,
          "docs/backends.md says what other backends do",
        );
  }
  const names = [...(await backend.list())].filter((name) => readStackName(name).environment === environment).sort();
  const results = await runPool(names, lanes, stop, (name) => pruneStack(backend, project, name, { keep, dryRun }));
  const stacks = results.map(({ item, result }) => result ?? unpruned(item, "left", "interrupted before it began"));
  return {
    verb: "prune",
    environment,
    keep,
    dryRun,
    stacks,
    removed: stacks.reduce((sum, { removed }) => sum + removed, 0),
    bytes: stacks.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
