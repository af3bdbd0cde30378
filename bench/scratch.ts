import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CommandError, exitCodes } from "../local/command-error.ts";

/** Work for the end of a run; a promise is waited for. */
export type CleanUp = () => unknown;

/** What a benchmark gets to work in. */
export interface Scratch {
  /** Real path of an empty folder that only this run uses. It is removed at the end. */
  readonly directory: string;
  /** Aborted when the run is interrupted; pass it on to everything that takes long. */
  readonly signal: AbortSignal;
  /** Registers work for the end, done in the opposite order, whatever the end was. */
  readonly atEnd: (cleanUp: CleanUp) => void;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs `work` in a folder of its own and leaves nothing behind: not on success, not on failure, not on Ctrl-C. A signal
 * aborts `signal` and ends in CommandError 130; the clean-up
 * itself is not interrupted by further signals, because half of it would leave processes.
 */
export async function withScratch<Result>(work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  for (const signal of signals) process.on(signal, interrupt);
  // The real path: Node resolves links, and a program finds its files beside itself.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "tenantry-bench-")));
  const cleanUps: CleanUp[] = [() => rmSync(directory, { recursive: true, force: true })];
  try {
    return await work({ directory, signal: interruption.signal, atEnd: (cleanUp) => void cleanUps.push(cleanUp) });
  } catch (error) {
    // Whatever failed, it failed because it was interrupted: its own message would only mislead.
    if (!interruption.signal.aborted) throw error;
    throw new CommandError(
      exitCodes.interrupted,
      "interrupted; nothing was measured to the end, nothing is left behind",
    );
  } finally {
    await runAll(cleanUps.reverse());
    for (const signal of signals) process.off(signal, interrupt);
  }
}

/** Runs every step although an earlier one fails, then reports all failures together. */
async function runAll(steps: readonly CleanUp[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "the benchmark could not clean up after itself");
}
