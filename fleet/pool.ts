/**
 * Runs work on items, at most `limit` at a time, in their order. Once `signal` is aborted no further item is begun; those that run
 * are awaited. `work` has to turn its failures into results.
 */
export async function runPool<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<readonly { readonly item: Item; readonly result: Result | null }[]> {
  const results: (Result | null)[] = items.map(() => null);
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (signal.aborted) return;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, lane));
  return items.map((item, index) => ({ item, result: results[index] ?? null }));
}
