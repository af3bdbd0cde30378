import { setTimeout as sleep } from "node:timers/promises";

import lockfile from "proper-lockfile";

/** Milliseconds after which a lock whose holder has died may be taken over. The holder renews it three times as often. */
const staleMilliseconds = 15_000;

/**
 * Runs `work` while holding the lock of `directory` (which must exist). Waits for another holder as long as it lives,
 * and tells once that it waits. A holder that was killed is overtaken after 15 s.
 */
export async function withLock<Result>(
  directory: string,
  onWait: () => void,
  work: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryLock(directory);
    if (release !== null) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (!told) onWait();
    told = true;
    await sleep(200, undefined, signal === undefined ? {} : { signal });
  }
}

async function tryLock(directory: string): Promise<(() => Promise<void>) | null> {
  try {
    return await lockfile.lock(directory, {
      stale: staleMilliseconds,
      update: staleMilliseconds / 3,
      // Losing the lock means that the folder was removed under us; the work fails on its own then.
      onCompromised: () => undefined,
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ELOCKED") return null;
    throw error;
  }
}
