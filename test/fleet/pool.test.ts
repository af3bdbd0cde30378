import { describe, expect, it } from "vitest";

import { runPool, type PoolLimit } from "../../fleet/pool.ts";

const never = new AbortController().signal;
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A limit that a test sets. */
function settable(
  first: number,
): PoolLimit & { readonly set: (limit: number) => void; readonly watchers: () => number } {
  let limit = first;
  const watchers = new Set<() => void>();
  return {
    now: () => limit,
    onChange: (changed) => {
      watchers.add(changed);
      return () => void watchers.delete(changed);
    },
    set: (next) => {
      limit = next;
      for (const changed of watchers) changed();
    },
    watchers: () => watchers.size,
  };
}

/** Work that ends when it is told to. */
function held() {
  const running = new Map<number, () => void>();
  const work = (item: number): Promise<string> =>
    new Promise((resolve) => {
      running.set(item, () => {
        running.delete(item);
        resolve(`did ${item}`);
      });
    });
  return { running, work, end: (item: number) => running.get(item)?.() };
}

describe("runPool", () => {
  it("keeps the order of results, and runs nothing without items", async () => {
    const results = await runPool([3, 1, 2], 2, never, async (item) => {
      for (let wait = 0; wait < item; wait++) await tick();
      return item * 10;
    });
    expect(results.map(({ result }) => result)).toEqual([30, 10, 20]);
    expect(await runPool([], 2, never, tick)).toEqual([]);
  });

  it("begins more when the limit rises and none while it is below what runs, and stops watching at the end", async () => {
    const limit = settable(1);
    const { running, work, end } = held();
    const done = runPool([0, 1, 2, 3, 4], limit, never, work);
    expect([...running.keys()]).toEqual([0]);
    limit.set(3);
    expect([...running.keys()]).toEqual([0, 1, 2]);
    limit.set(1);
    end(0);
    await tick();
    end(1);
    await tick();
    expect([...running.keys()]).toEqual([2]);
    end(2);
    await tick();
    expect([...running.keys()]).toEqual([3]);
    end(3);
    await tick();
    end(4);
    expect((await done).map(({ result }) => result)).toEqual([0, 1, 2, 3, 4].map((item) => `did ${item}`));
    expect(limit.watchers()).toBe(0);
  });

  it("begins nothing after an abort, awaits what runs, and says what was not done", async () => {
    const stop = new AbortController();
    const { work, end } = held();
    const done = runPool([0, 1], 1, stop.signal, work);
    stop.abort();
    end(0);
    expect(await done).toEqual([
      { item: 0, result: "did 0" },
      { item: 1, result: null },
    ]);
  });

  it("ends with the failure of work that throws", async () => {
    await expect(runPool([0], 1, never, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  });
});
