import type { FleetEvent } from "./events.ts";
import type { Fleet, FleetStack } from "./inventory.ts";
import { runPool, type PoolLimit } from "./pool.ts";
import { isUnfinished, tenantsByChange, untouched, type FleetReport, type StackReport } from "./report.ts";
import type { Verdict } from "./verdict.ts";
import type { Wave } from "./waves.ts";

/** A stack and what is known of its work. */
export interface Task {
  readonly stack: FleetStack;
  readonly verdict: Verdict;
}

/** What to do with a fleet. */
export interface FleetRun {
  readonly verb: string;
  readonly fleet: Fleet;
  /** Stacks with work, in waves. */
  readonly waves: readonly Wave[];
  /** Every stack that the command is about, also those without work. */
  readonly tasks: readonly Task[];
  /** Stacks at once. */
  readonly parallel: PoolLimit;
  /** Aborted: no further stack is begun. */
  readonly stop: AbortSignal;
  readonly work: (task: Task) => Promise<StackReport>;
  readonly onEvent: (event: FleetEvent) => void;
  /** The command that goes on where this one stopped. */
  readonly retry: string;
}

/** Works through the waves. A stack that fails stops no other of its wave, and no later wave is begun. */
export async function runFleet(run: FleetRun): Promise<FleetReport> {
  const started = Date.now();
  const { verb, fleet, waves, tasks, parallel, stop, onEvent } = run;
  const working = new Set(waves.flatMap(({ stacks }) => stacks.map(({ name }) => name)));
  const tenants = waves.flatMap(({ stacks }) => stacks.flatMap((stack) => stack.tenants)).length;
  const environment = fleet.plan.environment;
  const stacks = working.size;
  onEvent({
    type: "begin",
    verb,
    environment,
    stacks,
    tenants,
    unchanged: tasks.length - stacks,
    parallel: parallel.now(),
  });
  const reports = new Map<string, StackReport>();
  const byName = new Map(tasks.map((task) => [task.stack.name, task]));
  let failed: Wave["name"] | null = null;
  for (const wave of waves) {
    if (failed !== null || stop.aborted) break;
    onEvent({ type: "wave", wave: wave.name, stacks: wave.stacks.map(({ name }) => name) });
    const work = wave.stacks.flatMap(({ name }) => byName.get(name) ?? []);
    const results = await runPool(work, parallel, stop, async (task) => {
      onEvent({ type: "stack-begin", stack: task.stack.name, why: task.verdict.why });
      const report = await run.work(task);
      onEvent({ type: "stack-end", report });
      return report;
    });
    for (const { item, result } of results) if (result !== null) reports.set(item.stack.name, result);
    if (results.some(({ result }) => result?.status === "failed")) failed = wave.name;
  }
  const left = stop.aborted ? "interrupted before it began" : `not begun: a stack of the wave "${failed ?? ""}" failed`;
  const all = tasks.map(({ stack, verdict }): StackReport => {
    const report = reports.get(stack.name);
    if (report !== undefined) return report;
    return working.has(stack.name)
      ? untouched(stack.name, "left", left, stack.tenants)
      : untouched(stack.name, "unchanged", verdict.why, stack.tenants);
  });
  const report: FleetReport = {
    verb,
    environment,
    seconds: (Date.now() - started) / 1000,
    stacks: all,
    tenants: tenantsByChange(all),
    retry: all.some(isUnfinished) ? run.retry : null,
  };
  onEvent({ type: "end", report });
  return report;
}
