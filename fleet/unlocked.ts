import { setTimeout as sleep } from "node:timers/promises";

import type { FleetStack } from "./inventory.ts";
import type { RunContext } from "./run-context.ts";
import type { Reading } from "./verdict.ts";

/** Milliseconds between two looks at somebody's lock. */
const pollMilliseconds = 250;

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
