import { readStackName } from "../tenants/cells.ts";
import type { Backend } from "./backend.ts";
import type { Fleet, FleetStack } from "./inventory.ts";
import { runPool } from "./pool.ts";
import type { Task } from "./run.ts";
import { heldTenants, holdsNothing, isUnreadable, verdictOf, type Reading } from "./verdict.ts";

/** What the backend holds of an environment, beside what the files want. */
export interface Survey {
  /** Every stack that the files want, then those that exist beyond them. */
  readonly tasks: readonly Task[];
  readonly readings: ReadonlyMap<string, Reading>;
  /** Cells that exist in the backend and that the environment has no more; `tenants` is what they still hold. */
  readonly surplus: readonly FleetStack[];
}

/** States that are asked for at once where each costs a start of the CLI. */
const readers = 4;

/**
 * Reads the state of every stack of the environment that exists; which do is asked once.
 *
 * @param killed Stacks on which an update was killed, where no state may tell of that any more.
 */
export async function surveyFleet(
  fleet: Fleet,
  backend: Backend,
  killed: ReadonlySet<string> = new Set(),
): Promise<Survey> {
  const { environment } = fleet.plan;
  const known = new Set(fleet.stacks.map(({ name }) => name));
  const existing = await backend.list();
  const beyond = [...existing]
    .filter((name) => !known.has(name) && isCellOf(name, environment))
    .sort()
    .map((name): FleetStack => ({
      name,
      cell: readStackName(name).cell,
      tenants: [],
      fingerprint: "",
      recorded: true,
    }));
  const names = [...fleet.stacks, ...beyond].map(({ name }) => name).filter((name) => existing.has(name));
  const read = await runPool(names, readers, new AbortController().signal, (name) => backend.read(name));
  const readings = new Map(read.map(({ item, result }): [string, Reading] => [item, result]));
  const surplus = beyond.flatMap((stack) => {
    const reading = readings.get(stack.name) ?? null;
    if (isUnreadable(reading) || holdsNothing(reading)) return [];
    return [{ ...stack, tenants: heldTenants(reading) }];
  });
  const tasks = [...fleet.stacks, ...surplus].map((stack) => {
    return { stack, verdict: verdictOf(stack, readings.get(stack.name) ?? null, killed.has(stack.name)) };
  });
  return { tasks, readings, surplus };
}

function isCellOf(name: string, environment: string): boolean {
  const read = readStackName(name);
  return read.cell !== null && read.environment === environment;
}
