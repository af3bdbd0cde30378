import { expect, test } from "vitest";

import type { Look } from "../../fleet/pressure.ts";
import { type WatchedServer, watchServer } from "../../fleet/watch-server.ts";

/** A cluster that gives these answers, one after the other, and then the last one again. */
function answering(...statuses: readonly number[]): WatchedServer & { readonly closed: () => boolean } {
  const queue = [...statuses];
  let closed = false;
  return {
    send: () => Promise.resolve({ status: (queue.length > 1 ? queue.shift() : queue[0]) ?? 0, text: "" }),
    close: () => void (closed = true),
    closed: () => closed,
  };
}

/** The first looks at a cluster. */
async function looks(open: () => Promise<WatchedServer | null>, count: number, refusals = 0): Promise<readonly Look[]> {
  const seen: Look[] = [];
  await new Promise<void>((resolve) => {
    const watch = watchServer(
      open,
      (look) => {
        seen.push(look);
        if (seen.length === count) void watch.stop().then(resolve);
      },
      1,
    );
    for (let refusal = 0; refusal < refusals; refusal++) watch.refused();
    // Watching alone keeps no process alive.
    setTimeout(() => undefined, 1000);
  });
  return seen;
}

test("counts refusals that it sees and those that others have seen, each once", async () => {
  const cluster = answering(429, 200);
  const seen = await looks(() => Promise.resolve(cluster), 2, 3);
  expect(seen.map(({ refused }) => refused)).toEqual([4, 0]);
  expect(seen.every(({ milliseconds }) => milliseconds !== null)).toBe(true);
  expect(cluster.closed()).toBe(true);
});

test.each<[string, () => Promise<WatchedServer | null>]>([
  ["cannot be opened", () => Promise.reject(new Error("no kubeconfig"))],
  ["need not be asked", () => Promise.resolve(null)],
])("tells what others have seen of a cluster that %s", async (_what, open) => {
  expect(await looks(open, 1, 1)).toEqual([{ refused: 1, milliseconds: null }]);
});
