import { join } from "node:path";

import { LocalWorkspace, PulumiCommand, type EngineEvent, type Stack } from "@pulumi/pulumi/automation/index.js";

import { errorMessage } from "../tenants/errors.ts";
import { folderOf } from "../fleet/backends/file-url.ts";
import { readLocks, removeCutAttributes, removeDeadLocks } from "../fleet/locks.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";

/** One Pulumi stack of this program, seen from the command line. */
export interface StackLocation {
  /** Folder that holds Pulumi.yaml. */
  readonly directory: string;
  /** Environment, which is also the stack's name. */
  readonly environment: string;
  /** Variables for the Pulumi CLI: where the state lives, which tools to use. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folder whose `bin` holds the `pulumi` to use; `null` for the one on the PATH. */
  readonly pulumiRoot: string | null;
}

/** What an update did, by kind of change. */
export type UpdateSummary = Readonly<Partial<Record<string, number>>>;

/** Told of every step of an update while it runs. */
export interface UpdateObserver {
  /** A resource has been created, changed or deleted; `name` is its logical name. */
  readonly onResource: (operation: string, name: string) => void;
  /** A message for people, an error included. */
  readonly onMessage: (severity: string, message: string) => void;
}

/**
 * Warnings that say nothing to the person who waits: the tools come from PATH because we put them there, at the versions that
 * the recipes pin, and pods that are not Ready yet are what an update waits for.
 */
const expectedWarnings = [/from \$PATH at/, /is expected to have version/, /^\[?MinimumReplicasUnavailable/];

function isWorthTelling(severity: string, message: string): boolean {
  if (severity === "error") return true;
  return severity === "warning" && !expectedWarnings.some((pattern) => pattern.test(message.trim()));
}

/** Opens the stack and makes it where it does not exist yet. */
export async function openStack(location: StackLocation): Promise<Stack> {
  // The Automation API looks for `pulumi` on this process's own PATH, whatever variables it is given.
  const pulumiCommand = await PulumiCommand.get(location.pulumiRoot === null ? {} : { root: location.pulumiRoot });
  return LocalWorkspace.createOrSelectStack(
    { stackName: location.environment, workDir: location.directory },
    { envVars: { ...location.variables }, pulumiCommand },
  );
}

/** How to update a stack. */
export interface UpdateSettings {
  /** Compare with the cluster as well, once the program has asked whose it is. */
  readonly compare: boolean;
  /** Lets running steps finish when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Updates the stack without a preview before it, and says what changed. */
export async function update(
  stack: Stack,
  observer: UpdateObserver,
  { compare, signal }: UpdateSettings,
): Promise<UpdateSummary> {
  let summary: UpdateSummary = {};
  const onEvent = (event: EngineEvent): void => {
    const outputs = event.resOutputsEvent;
    if (outputs !== undefined && outputs.metadata.op !== "same") {
      observer.onResource(outputs.metadata.op, outputs.metadata.urn.split("::").at(-1) ?? "");
    }
    const diagnostic = event.diagnosticEvent;
    // The engine repeats what a running program prints as `info#err`; the final error comes as a message of its own.
    if (diagnostic !== undefined && isWorthTelling(diagnostic.severity, diagnostic.message)) {
      observer.onMessage(diagnostic.severity, diagnostic.message.trim());
    }
    if (event.summaryEvent !== undefined) summary = event.summaryEvent.resourceChanges;
  };
  const comparison = compare ? { refresh: true, runProgram: true } : {};
  await stack.up({ onEvent, color: "never", ...comparison, ...(signal === undefined ? {} : { signal }) });
  return summary;
}

/**
 * Removes the locks that a killed `pulumi` left behind, and only those. Returns how many there were; a lock whose process still
 * runs is an error that names it.
 *
 * @param onDead Called before they are removed: they are what tells that an update was killed.
 */
export function clearDeadLocks(
  location: Omit<StackLocation, "pulumiRoot">,
  project: string,
  onDead = (): void => undefined,
): number {
  const backend = folderOf(location.variables["PULUMI_BACKEND_URL"] ?? "", location.directory);
  // Any other backend keeps its locks where we cannot see them.
  if (backend === null) return 0;
  const folder = join(backend, ".pulumi");
  const locks = readLocks(join(folder, "locks", "organization", project, location.environment));
  const living = locks.find((lock) => lock.alive);
  if (living !== undefined) {
    throw new CommandError(
      exitCodes.failed,
      `another update of ${location.environment} is running (process ${living.pid})`,
      "wait until it has ended; if you are sure that it is gone, run `pulumi cancel` on the stack",
    );
  }
  if (locks.length > 0) onDead();
  removeCutAttributes(join(folder, "stacks", project, `${location.environment}.json`));
  return removeDeadLocks(locks);
}

/** Turns a failed Automation API call into an error for people; the engine's own messages have been shown by then. */
export function updateFailed(error: unknown, environment: string): CommandError {
  const text = errorMessage(error);
  const reason = /error: (.*)/.exec(text)?.[1] ?? text.split("\n")[0] ?? "unknown reason";
  return new CommandError(
    exitCodes.failed,
    `the update of ${environment} failed: ${reason}`,
    "the same command goes on from where this one stopped",
  );
}
