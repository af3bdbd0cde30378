import type { FleetState } from "./fleet.ts";
import type { StackLock } from "./locks.ts";
import { runPool } from "./pool.ts";
import type { FleetReport } from "./report.ts";
import type { Task } from "./run.ts";
import { hasWork, type Verdict } from "./verdict.ts";

/** One stack, as `fleet status` tells it. */
export interface StackStatus {
  readonly stack: string;
  readonly state: Verdict["state"] | "drifted";
  readonly why: string;
  /** Ids of the tenants that the files want in it. */
  readonly tenants: readonly string[];
  /** What an update would do, where it was compared with the cluster; `null` where it was not. */
  readonly operations: Readonly<Record<string, number>> | null;
  /** Process that works on it, `null` where none is known. */
  readonly lockedBy: number | null;
}

/** Stacks whose locks are looked at at once; in a bucket each is a request. */
const lookers = 16;

/** Hash against state, and against the cluster where `compared` has looked there. */
export async function statusOf(
  { survey, backend }: FleetState,
  compared: FleetReport | null,
): Promise<readonly StackStatus[]> {
  const reports = new Map(compared?.stacks.map((report) => [report.stack, report]));
  const never = new AbortController().signal;
  // Where not even locks can be read, the state says why.
  const locksOf = ({ stack }: Task): Promise<readonly StackLock[]> => backend.locks(stack.name).catch(() => []);
  const locks = await runPool(survey.tasks, lookers, never, locksOf);
  return locks.map(({ item: { stack, verdict }, result }) => {
    const report = reports.get(stack.name);
    const operations = report?.status === "done" ? report.operations : null;
    const failed = report?.status === "failed";
    const state = failed ? "broken" : comparedState(verdict, operations);
    return {
      stack: stack.name,
      state,
      why: failed ? report.reason : state === "drifted" ? "the cluster differs" : verdict.why,
      tenants: stack.tenants,
      operations,
      lockedBy: result?.find(({ alive }) => alive)?.pid ?? null,
    };
  });
}

/** What a comparison adds to what the state says. */
function comparedState({ state }: Verdict, operations: StackStatus["operations"]): StackStatus["state"] {
  if (operations === null) return state;
  const differs = Object.keys(operations).length > 0;
  if (state === "unrecorded") return differs ? "changed" : "current";
  return state === "current" && differs ? "drifted" : state;
}

/** Whether a stack is as the files want it. */
export function isCurrent({ state }: StackStatus): boolean {
  return state !== "drifted" && !hasWork({ state, why: "" });
}
