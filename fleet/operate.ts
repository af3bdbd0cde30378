import { rmSync } from "node:fs";
import { join } from "node:path";

import type { ChangeLog } from "./changes.ts";
import { compareFlags, forgetFlags } from "./comparison.ts";
import { EventLog } from "./event-log.ts";
import { hasTold, isFirstUpdate, noteFirstUpdate, withoutCheckpoints } from "./first-updates.ts";
import type { FleetStack } from "./inventory.ts";
import { forgetKilled, isInDoubt, noteKilled } from "./killed-updates.ts";
import { tellsOfRefusal } from "./pressure.ts";
import type { PulumiEnding } from "./pulumi-cli.ts";
import type { RunContext } from "./run-context.ts";
import { client, ended, runWith } from "./running.ts";
import { makeStack, stackConfiguration } from "./stack-files.ts";
import { updateTargets } from "./targets.ts";
import { heldTenants, type Reading } from "./verdict.ts";

interface OperateOptions {
  readonly targets?: readonly string[];
  readonly log: string;
  readonly changes: ChangeLog;
}

/**
 * Makes the stack where it is missing, runs the operation, and forgets creations that were cut off. Updates after a killed one compare
 * with the cluster as well, until one of the whole stack has ended well. Returns how it ended.
 */
export async function operate(
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
    const isCutOff = (present?.pending ?? 0) > 0;
    if (isCutOff && operation !== "preview") noteKilled(logs, stack.name);
    // What the killed engine was creating is unknown to its state. It is created again, which adopts what exists.
    const forget = (): Promise<PulumiEnding> =>
      ended(context, cli.start(["refresh", "--yes", "--skip-preview", ...forgetFlags, ...shared], log), null);
    if (isCutOff && operation === "destroy" && targets.length === 0) {
      const ending = await forget();
      if (ending !== 0) return ending;
    }
    const events = join(logs, `${stack.name}.${process.pid}.events`);
    rmSync(events, { force: true });
    const args = [
      operation,
      ...(operation === "preview" ? [] : ["--yes", "--skip-preview"]),
      ...(context.refresh || (operation === "up" && isInDoubt(logs, stack.name)) ? compareFlags : []),
      ...(operation === "up" ? updateTargets(targets, stack, present) : targets).flatMap((urn) => ["--target", urn]),
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
    /** `begin` is called right before the CLI is started. */
    const run = (variables: Readonly<Record<string, string>> = {}, begin = (): void => undefined) => {
      // Nothing of the program is asked for what is removed.
      if (operation === "destroy") return ended(context, cli.start(args, log, variables), look);
      return context.programs.run((host) => {
        begin();
        return runWith(host, context, cli.start(client(host, args), log, variables), look);
      });
    };
    /** Not before the whole stack has been compared: where an update is refused, the next one still has to know that one was killed. */
    const settled = async (ending: PulumiEnding): Promise<PulumiEnding> => {
      if (ending !== 0 || operation === "preview" || targets.length > 0) return ending;
      const forgotten = isCutOff && operation === "up" ? await forget() : ending;
      if (forgotten === 0) forgetKilled(logs, stack.name);
      return forgotten;
    };
    try {
      if (operation !== "up" || !isFirstUpdate(stack, present)) {
        return await settled(await run());
      }
      // A program that cannot be started has killed nobody: no note may say so.
      let told: ReturnType<typeof noteFirstUpdate> = () => undefined;
      const ending = await run(withoutCheckpoints, () => (told = noteFirstUpdate(logs, stack)));
      look();
      const isWhole = ending === 0 && targets.length === 0;
      const after = isWhole ? null : await context.backend.read(stack.name);
      if (hasTold(ending, changes.changed, after)) told(isWhole ? stack.tenants : heldTenants(after));
      return await settled(ending);
    } finally {
      look();
      // It has the inputs of every resource.
      rmSync(events, { force: true });
    }
  } finally {
    configuration.remove();
  }
}
