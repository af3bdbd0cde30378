import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { temporaryDirectory } from "../local/support/temporary.ts";
import { exitCodeOf, runProgram } from "./program.ts";

/** Runs a script; when it says that it has begun, sends us a signal as somebody else would. */
async function interrupted(script: string, signal: NodeJS.Signals) {
  const directory = temporaryDirectory();
  // What listens already would end the tests.
  const others = process.listeners(signal);
  process.removeAllListeners(signal);
  try {
    const run = runProgram("sh", ["-c", script], directory);
    await vi.waitUntil(() => existsSync(join(directory, "begun")), { timeout: 20_000, interval: 20 });
    process.kill(process.pid, signal);
    return { ...(await run), hasTidied: existsSync(join(directory, "tidied")) };
  } finally {
    for (const other of others) process.on(signal, other);
  }
}

const tidy = "trap 'sleep 0.3; touch tidied; exit 0' INT TERM\ntouch begun\nwhile :; do sleep 0.05; done";

test.each(["SIGINT", "SIGTERM"] as const)("%s is passed on, and the program's own end is awaited", async (signal) => {
  expect(await interrupted(tidy, signal)).toEqual({ succeeded: true, interruption: signal, hasTidied: true });
});

test("without a signal a program's exit code counts", async () => {
  expect(await runProgram("sh", ["-c", "exit 0"], ".")).toEqual({ succeeded: true, interruption: null });
  expect(await runProgram("sh", ["-c", "exit 3"], ".")).toEqual({ succeeded: false, interruption: null });
  await expect(runProgram("no-such-program", [], ".")).rejects.toThrow("ENOENT");
});

test("a program is in a group of its own, which Ctrl-C in a terminal does not reach", async () => {
  const directory = temporaryDirectory();
  const own = `test "$(ps -o pgid= -p $$ | tr -d ' ')" = "$$"`;
  expect((await runProgram("sh", ["-c", own], directory)).succeeded).toBe(true);
});

test("the exit code is that of a shell", () => {
  expect([exitCodeOf("SIGINT"), exitCodeOf("SIGTERM")]).toEqual([130, 143]);
});
