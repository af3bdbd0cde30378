import { spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";

import { processStartTime } from "../../local/cluster/process-identity.ts";
import { endAtSignals, endDescendants } from "../cluster/support/interruption.ts";

const end = vi.fn(() => Promise.resolve());
const cancel = vi.fn(() => Promise.resolve());
let exit: MockInstance;
let stop: () => void;
let signal: AbortSignal;
const signals = ["SIGINT", "SIGTERM"] as const;
let others: readonly (readonly NodeJS.SignalsListener[])[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  others = signals.map((each) => process.listeners(each));
  exit = vi.spyOn(process, "exit").mockImplementation((() => undefined) as never);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  ({ signal, stop } = endAtSignals({ cancel, end }));
});

afterEach(() => {
  stop();
  process.exitCode = undefined;
  for (const [index, each] of signals.entries()) for (const other of others[index] ?? []) process.on(each, other);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("nobody else acts on a signal: vitest would end its process before the cluster has ended", () => {
  expect(process.listenerCount("SIGINT")).toBe(1);
  expect(process.listenerCount("SIGTERM")).toBe(1);
  stop();
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("the first signal cancels the run, whose own end is the cluster's", () => {
  process.emit("SIGTERM", "SIGTERM");
  expect(signal.aborted).toBe(true);
  expect(process.exitCode).toBe(143);
  expect(cancel).toHaveBeenCalledOnce();
  expect(end).not.toHaveBeenCalled();
  // The same one, to the whole group and passed on.
  process.emit("SIGTERM", "SIGTERM");
  expect(end).not.toHaveBeenCalled();
  expect(exit).not.toHaveBeenCalled();
});

test("a test that does not end loses its cluster and its programs, and the process ends", async () => {
  process.emit("SIGINT", "SIGINT");
  await vi.advanceTimersByTimeAsync(29_000);
  expect(end).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(end).toHaveBeenCalledOnce();
  vi.useRealTimers();
  await vi.waitUntil(() => exit.mock.calls.length > 0, { timeout: 20_000 });
  expect(process.exitCode).toBe(130);
});

test("a second signal waits for the cluster's end only, a third for nothing more", async () => {
  process.emit("SIGINT", "SIGINT");
  await vi.advanceTimersByTimeAsync(5_000);
  process.emit("SIGINT", "SIGINT");
  process.emit("SIGINT", "SIGINT");
  expect(end).toHaveBeenCalledOnce();
  vi.useRealTimers();
  await vi.waitUntil(() => exit.mock.calls.length > 0, { timeout: 20_000 });
  expect(exit).toHaveBeenCalledOnce();
});

test("programs of programs end too, also those that do not want to", async () => {
  vi.useRealTimers();
  const shell = spawn("sh", ["-c", "trap '' TERM; sleep 100 & echo $!; while :; do sleep 0.1; done"]);
  const [printed] = (await once(shell.stdout, "data")) as [Buffer];
  const ended = once(shell, "exit");
  await endDescendants();
  expect(await ended).toEqual([null, "SIGKILL"]);
  await vi.waitUntil(() => processStartTime(Number(printed.toString())) === null, { timeout: 10_000 });
});
