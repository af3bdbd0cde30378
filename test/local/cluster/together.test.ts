import { setTimeout as sleep } from "node:timers/promises";

import { expect, test } from "vitest";

import { together } from "../../../local/cluster/together.ts";

test("a failure aborts the other tasks, is thrown, and nothing goes on behind it", async () => {
  const ended: string[] = [];
  const slow = async (signal: AbortSignal) => {
    await sleep(60_000, undefined, { signal }).catch(() => sleep(50));
    ended.push("slow");
    signal.throwIfAborted();
  };
  await expect(together(undefined, [slow, () => Promise.reject(new Error("first"))])).rejects.toThrow("first");
  expect(ended).toEqual(["slow"]);
});

test("an interruption reaches every task", async () => {
  const interruption = new AbortController();
  const wait = (signal: AbortSignal) => sleep(60_000, undefined, { signal });
  const all = together(interruption.signal, [wait, wait]);
  interruption.abort();
  await expect(all).rejects.toMatchObject({ name: "AbortError" });
});
