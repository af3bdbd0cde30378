import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { exitCodeOf } from "../../support/program.ts";

/** What is to end when somebody interrupts the tests. */
export interface Interruptible {
  /** Lets the test that runs and its hooks end, and begins no other; vitest goes on to its teardown then. */
  readonly cancel: () => Promise<void>;
  /** Ends the shared cluster; safe to call twice. */
  readonly end: () => Promise<void>;
}

/** Milliseconds for the test that runs and its hooks; an update of Pulumi's may take longer. */
const graceMilliseconds = 30_000;

/** Milliseconds in which a second signal is the same one on another way: to the whole group, and passed on by a parent. */
const sameMilliseconds = 1_000;

/** Milliseconds for what is told to end before it is ended. */
const lastMilliseconds = 2_000;

/**
 * Ends the tests tidily at SIGINT and SIGTERM, instead of vitest, which ends its process at once and leaves the cluster. A second
 * signal waits for no test, but for the cluster's end. Returns a signal for what is under way, and how to stop listening.
 */
export function endAtSignals({ cancel, end }: Interruptible): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const interruption = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  let isLeaving = false;
  const leave = (): void => {
    if (isLeaving) return;
    isLeaving = true;
    void end()
      .finally(endDescendants)
      .finally(() => process.exit());
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    process.exitCode = exitCodeOf(signal);
    if (interruption.signal.aborted) {
      if (Date.now() - first > sameMilliseconds) leave();
      return;
    }
    first = Date.now();
    process.stderr.write("\n> interrupted: ending the test that runs and the cluster (once more: the cluster only)\n");
    interruption.abort();
    cancel().catch(leave);
    timer = setTimeout(leave, graceMilliseconds).unref();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) {
    process.removeAllListeners(signal);
    process.on(signal, onSignal);
  }
  const stop = (): void => {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, onSignal);
  };
  return { signal: interruption.signal, stop };
}

/** Ends what this process has started and what that has: workers, the programs of their tests, and the parts of their clusters. */
export async function endDescendants(): Promise<void> {
  const all = descendants();
  for (const pid of all) tell(pid, "SIGTERM");
  await sleep(lastMilliseconds);
  for (const pid of all) tell(pid, "SIGKILL");
}

function descendants(): readonly number[] {
  const shown = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const processes = shown.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): readonly number[] =>
    processes.flatMap(([pid = 0, of]) => (of === parent && pid > 0 ? [pid, ...below(pid)] : []));
  return below(process.pid);
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
