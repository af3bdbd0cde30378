/** How much may run at once, where that changes while it runs. */
export interface PoolLimit {
  readonly now: () => number;
  /** Told of every change; the result ends that. */
  readonly onChange: (changed: () => void) => () => void;
}

/** A limit that stays. */
export function fixedLimit(limit: number): PoolLimit {
  return { now: () => limit, onChange: () => () => undefined };
}

/**
 * Runs work on items, at most `limit` at a time, in their order. Once `signal` is aborted no further item is begun; those that run
 * are awaited, also where the limit falls below their number. `work` has to turn its failures into results.
 */
export async function runPool<Item, Result>(
  items: readonly Item[],
  limit: number | PoolLimit,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<readonly { readonly item: Item; readonly result: Result | null }[]> {
  const results: (Result | null)[] = items.map(() => null);
  const queue = items.entries();
  const bound = typeof limit === "number" ? fixedLimit(limit) : limit;
  await new Promise<void>((resolve, reject) => {
    let running = 0;
    const stopWatching = bound.onChange(() => fill());
    const end = (settle: () => void): void => {
      stopWatching();
      settle();
    };
    const fill = (): void => {
      while (running < Math.max(1, bound.now()) && !signal.aborted) {
        const next = queue.next();
        if (next.done === true) break;
        const [index, item] = next.value;
        running += 1;
        work(item).then(
          (result) => {
            results[index] = result;
            running -= 1;
            fill();
          },
          (error: unknown) => end(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      }
      if (running === 0) end(resolve);
    };
    fill();
  });
  return items.map((item, index) => ({ item, result: results[index] ?? null }));
}
