import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

import { errorMessage } from "../tenants/errors.ts";
import { ChangeLog } from "./changes.ts";
import { reasonOf } from "./failure-reason.ts";
import type { FleetStack } from "./inventory.ts";
import { operate } from "./operate.ts";
import type { StackReport } from "./report.ts";
import type { RunContext } from "./run-context.ts";
import { unlocked } from "./unlocked.ts";
import { isUnreadable, type Reading } from "./verdict.ts";

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
