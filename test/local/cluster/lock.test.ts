import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { LockLost, withLock } from "../../../local/cluster/lock.ts";
import { overtake } from "../support/lock.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const silent = () => undefined;

function lockedFolder(): string {
  const directory = join(temporaryDirectory(), "cluster");
  mkdirSync(directory);
  return directory;
}

test("work whose lock was taken over is aborted, and says so instead of what failed because of it", async () => {
  const directory = lockedFolder();
  const seen: unknown[] = [];
  const work = withLock(directory, silent, async (signal) => {
    overtake(directory);
    await vi.waitUntil(() => signal.aborted, { timeout: 20_000, interval: 50 });
    seen.push(signal.reason);
    throw new Error("connection reset");
  });
  await expect(work).rejects.toMatchObject({ name: "LockLost", exitCode: 1 });
  expect(seen[0]).toBeInstanceOf(LockLost);
});

test("work that ends well although its lock was taken over has ended well", async () => {
  const directory = lockedFolder();
  const work = withLock(directory, silent, async (signal) => {
    overtake(directory);
    await vi.waitUntil(() => signal.aborted, { timeout: 20_000, interval: 50 });
    return "done";
  });
  expect(await work).toBe("done");
});

test("who waits goes on when the other one has removed the folder", async () => {
  const directory = lockedFolder();
  const waits: Promise<string>[] = [];
  const first = withLock(directory, silent, async () => {
    const waiting = Promise.withResolvers<undefined>();
    waits.push(
      withLock(
        directory,
        () => waiting.resolve(undefined),
        () => Promise.resolve("second"),
      ),
    );
    await waiting.promise;
    rmSync(directory, { recursive: true });
    return "first";
  });
  expect(await first).toBe("first");
  expect(await Promise.all(waits)).toEqual(["second"]);
});

test("an interruption of who waits, and of who works, is thrown as it is", async () => {
  const directory = lockedFolder();
  const interruption = new AbortController();
  const holds = Promise.withResolvers<undefined>();
  const works = withLock(
    directory,
    silent,
    (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
        holds.resolve(undefined);
      }),
    interruption.signal,
  );
  await holds.promise;
  const waits = withLock(
    directory,
    () => interruption.abort(),
    () => Promise.resolve(),
    interruption.signal,
  );
  await expect(waits).rejects.toMatchObject({ name: "AbortError" });
  await expect(works).rejects.toMatchObject({ name: "AbortError" });
});
