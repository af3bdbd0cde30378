import { setTimeout as sleep } from "node:timers/promises";

/** Thrown when something did not come true in time; the caller adds what was awaited and what to do. */
export class WaitTimeout extends Error {
  constructor(seconds: number) {
    super(`not there after ${seconds} s`);
    this.name = "WaitTimeout";
  }
}

/** How to wait. */
export interface WaitOptions {
  /** Longest wait, in seconds. */
  readonly seconds: number;
  /** Time between two looks, in milliseconds. Default 100. */
  readonly intervalMilliseconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Looks again and again until `check` gives something other than null, and returns that. */
export async function waitFor<Value>(check: () => Promise<Value | null>, options: WaitOptions): Promise<Value> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    options.signal?.throwIfAborted();
    const value = await check();
    if (value !== null) return value;
    if (Date.now() > deadline) throw new WaitTimeout(options.seconds);
    await sleep(options.intervalMilliseconds ?? 100);
  }
}
