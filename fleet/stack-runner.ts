import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorMessage } from "../tenants/errors.ts";
import type { Backend } from "./backend.ts";
import { createEmptyStack } from "./backends/empty-stack.ts";
import { firstLine } from "./backends/reasons.ts";
import { ChangeLog } from "./changes.ts";
import { compareFlags, forgetFlags } from "./comparison.ts";
import { EventLog } from "./event-log.ts";
import { hasTold, isFirstUpdate, noteFirstUpdate, withoutCheckpoints } from "./first-updates.ts";
import type { Host, ProgramHosts } from "./host/program-hosts.ts";
import type { FleetStack } from "./inventory.ts";
import { tellsOfRefusal } from "./pressure.ts";
import { reasonIn, type PulumiCli, type PulumiEnding, type PulumiLocation } from "./pulumi-cli.ts";
import type { StackReport } from "./report.ts";
import { createStack, saysHowToEncrypt, stackConfiguration } from "./stack-files.ts";
import { heldTenants, isUnreadable, type Reading } from "./verdict.ts";

/** What Pulumi does to a stack. */
export type Operation = "preview" | "up" | "destroy";

/** Requests to stop: the first lets running operations finish, the second drops them. */
export interface Stops {
  readonly first: AbortSignal;
  readonly second: AbortSignal;
}

/** What every stack of a run shares. */
export interface RunContext {
  readonly location: PulumiLocation;
  readonly backend: Backend;
  /** Name of the Pulumi project. */
  readonly project: string;
  readonly cli: () => Promise<PulumiCli>;
  readonly programs: Pick<ProgramHosts, "run">;
  /** Folder for logs, readable by its owner only. */
  readonly logs: string;
  readonly operation: Operation;
  /** Compare with the cluster first. */
  readonly refresh: boolean;
  readonly stops: Stops;
  /** How long to wait for somebody else's lock, in seconds. */
  readonly lockSeconds: number;
  /** Told of how many resources have changed so far. */
  readonly onProgress: (stack: string, changed: number) => void;
  /** Told of each request that was refused as one too many. */
  readonly onRefusal: () => void;
}

/** Milliseconds between two looks at what the engine has written, and at somebody's lock. */
const pollMilliseconds = 250;

/** What is special about one stack of a run. */
export interface RunOptions {
  readonly why: string;
  /** URNs of what Pulumi is to touch; all where there is none. */
  readonly targets?: readonly string[];
  /** Why the stack must be left alone, by what it holds when its turn has come; `null` where it need not be. */
  readonly refuse?: (present: Reading) => string | null;
}

/** Runs one operation on one stack. Whatever goes wrong is in the report; nothing is thrown. */
export async function runStack(
  context: RunContext,
  stack: FleetStack,
  reading: Reading,
  options: RunOptions,
): Promise<StackReport> {
  const started = Date.now();
  const changes = new ChangeLog();
  const log = join(context.logs, `${stack.name}.log`);
  mkdirSync(context.logs, { recursive: true, mode: 0o700 });
  rmSync(log, { force: true });
  const report = (status: StackReport["status"], reason: string): StackReport => {
    const { operations, tenants } = changes.summary();
    const seconds = (Date.now() - started) / 1000;
    const printed = existsSync(log) ? relative(context.location.directory, log) : null;
    return { stack: stack.name, status, reason, seconds, operations, tenants, log: printed };
  };
  try {
    const present = await unlocked(context, stack, reading);
    if (isUnreadable(present)) return report("failed", present.unreadable);
    const refusal = options.refuse?.(present) ?? null;
    if (refusal !== null) return report("failed", refusal);
    if (context.operation === "preview" && present === null) return newStack(stack, report("done", options.why));
    // Somebody else has removed it meanwhile.
    if (context.operation === "destroy" && present === null) return report("done", options.why);
    const ending = await operate(context, stack, present, { ...options, log, changes });
    if (ending === 0) return report("done", options.why);
    if (context.stops.first.aborted) return report("interrupted", "interrupted");
    return report("failed", reasonOf(changes, log) ?? `pulumi ended with ${ending}`);
  } catch (error) {
    if (context.stops.first.aborted) return report("interrupted", "interrupted");
    return report("failed", errorMessage(error));
  }
}

/** A stack that does not exist yet cannot be previewed without making it, which a preview must not do: the plan says enough. */
function newStack(stack: FleetStack, report: StackReport): StackReport {
  return { ...report, tenants: Object.fromEntries(stack.tenants.map((id) => [id, "created"])) };
}

/**
 * Waits until nobody works on the stack, removes what a killed `pulumi` of this machine has left, and returns what the state holds
 * by then. Throws when somebody goes on working.
 */
export async function unlocked(
  context: Pick<RunContext, "backend" | "operation" | "lockSeconds" | "stops">,
  stack: Pick<FleetStack, "name">,
  reading: Reading,
): Promise<Reading> {
  const { backend, operation } = context;
  // A preview neither takes locks nor minds them.
  if (operation === "preview") return reading;
  const deadline = Date.now() + context.lockSeconds * 1000;
  let waited = false;
  for (;;) {
    const locks = await backend.locks(stack.name);
    const living = locks.find(({ alive }) => alive);
    if (living === undefined) {
      const removed = await backend.removeDeadLocks(locks);
      backend.mend(stack.name);
      // Another run may have come and gone since the stacks were looked at. Only the CLI asks for one that does not exist as for a failure.
      return removed > 0 || waited || backend.store !== null || reading !== null ? backend.read(stack.name) : reading;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `locked: another update of ${stack.name} is running (process ${living.pid} on ${living.host ?? "some machine"})`,
      );
    }
    waited = true;
    await sleep(pollMilliseconds, undefined, { signal: context.stops.first });
  }
}

interface OperateOptions {
  readonly targets?: readonly string[];
  readonly log: string;
  readonly changes: ChangeLog;
}

/**
 * Makes the stack where it is missing, runs the operation, and forgets creations that were cut off. An update after a killed one compares
 * with the cluster as well: what was being changed may be either way. Returns how it ended.
 */
async function operate(
  context: RunContext,
  stack: FleetStack,
  present: Exclude<Reading, { readonly unreadable: string }>,
  { targets = [], log, changes }: OperateOptions,
): Promise<PulumiEnding> {
  const { location, operation, logs } = context;
  const cli = await context.cli();
  if (present === null) await makeStack(context, cli, stack);
  const configuration = stackConfiguration(location, stack, logs);
  const shared = ["--stack", stack.name, ...configuration.flags];
  try {
    const wasKilled = (present?.pending ?? 0) > 0;
    // What the killed engine was creating is unknown to its state. It is created again, which adopts what exists.
    const forget = (): Promise<PulumiEnding> =>
      ended(context, cli.start(["refresh", "--yes", "--skip-preview", ...forgetFlags, ...shared], log), null);
    if (wasKilled && operation === "destroy") {
      const ending = await forget();
      if (ending !== 0) return ending;
    }
    const events = join(logs, `${stack.name}.${process.pid}.events`);
    rmSync(events, { force: true });
    const args = [
      operation,
      ...(operation === "preview" ? [] : ["--yes", "--skip-preview"]),
      ...(context.refresh || (wasKilled && operation === "up") ? compareFlags : []),
      ...targets.flatMap((urn) => ["--target", urn]),
      ...["--suppress-outputs", "--event-log", events],
      ...shared,
    ];
    const reader = new EventLog(events);
    const look = (): void => {
      const before = changes.changed;
      for (const event of reader.read()) {
        changes.add(event);
        if (tellsOfRefusal(event.diagnosticEvent?.message ?? "")) context.onRefusal();
      }
      if (changes.changed !== before) context.onProgress(stack.name, changes.changed);
    };
    const run = (variables: Readonly<Record<string, string>> = {}): Promise<PulumiEnding> => {
      // Nothing of the program is asked for what is removed.
      if (operation === "destroy") return ended(context, cli.start(args, log, variables), look);
      return context.programs.run((host) =>
        runWith(host, context, cli.start(client(host, args), log, variables), look),
      );
    };
    try {
      if (operation !== "up" || !isFirstUpdate(stack, present)) {
        const ending = await run();
        // Not before: where this update is refused, the next one still has to know that one was killed.
        return ending === 0 && wasKilled && operation === "up" ? await forget() : ending;
      }
      const told = noteFirstUpdate(logs, stack);
      const ending = await run(withoutCheckpoints);
      look();
      const isWhole = ending === 0 && targets.length === 0;
      const after = isWhole ? null : await context.backend.read(stack.name);
      if (hasTold(ending, changes.changed, after)) told(isWhole ? stack.tenants : heldTenants(after));
      return ending;
    } finally {
      look();
      // It has the inputs of every resource.
      rmSync(events, { force: true });
    }
  } finally {
    configuration.remove();
  }
}

/** A cell's stack is made without the CLI where that is possible; the environment's own stays with it, for its file may be changed. */
async function makeStack(
  { backend, location, project }: Pick<RunContext, "backend" | "location" | "project">,
  cli: PulumiCli,
  stack: FleetStack,
): Promise<void> {
  const variables = { ...process.env, ...location.variables };
  const isMade =
    stack.cell !== null &&
    saysHowToEncrypt(location) &&
    (await createEmptyStack(backend.store, { project, stack: stack.name, variables }));
  if (!isMade) await createStack(cli, location, stack);
}

function client({ address }: Host, args: readonly string[]): readonly string[] {
  return [...args, "--client", address];
}

/** Throws where it is the program's process that has ended: the CLI only says that a connection was closed. */
async function runWith(
  host: Host,
  context: RunContext,
  running: ReturnType<PulumiCli["start"]>,
  look: () => void,
): Promise<PulumiEnding> {
  const ending = await ended(context, running, look);
  if (ending !== 0 && (host.ending ?? 0) !== 0) throw new Error(`the program's process ended with ${host.ending}`);
  return ending;
}

/** Awaits the CLI, hands requests to stop on to it, and looks at its events now and then. */
async function ended(
  { stops }: RunContext,
  running: ReturnType<PulumiCli["start"]>,
  look: (() => void) | null,
): Promise<PulumiEnding> {
  const interrupt = (): void => running.interrupt();
  const signals = [stops.first, stops.second];
  for (const signal of signals) {
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });
  }
  const timer = look === null ? null : setInterval(look, pollMilliseconds);
  try {
    return await running.ended;
  } finally {
    if (timer !== null) clearInterval(timer);
    for (const signal of signals) signal.removeEventListener("abort", interrupt);
  }
}

/** Errors that only say that there was one. */
const empty =
  /^(update|preview|destroy|refresh) failed$|^resource .* (creation|update|deletion) failed$|^an unhandled error occurred/i;

/** What went wrong, in one line. */
function reasonOf(changes: ChangeLog, log: string): string | null {
  const told = changes.summary().errors.find((error) => !empty.test(error));
  return told === undefined ? reasonIn(readFileSync(log, "utf8")) : firstLine(told);
}
