import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import lockfile from "proper-lockfile";

import { CommandError } from "../command-error.ts";

/** Milliseconds after which a lock whose holder has died may be taken over. The holder renews it three times as often. */
const staleMilliseconds = 15_000;

/** The lock was taken over by another command, because this one could not renew it: its machine slept, or it was stopped. */
export class LockLost extends CommandError {
  constructor() {
    super(
      1,
      "another command has taken over, because this one stood still for more than 15 s (the machine slept, or it was stopped)",
      "the same command goes on from here",
    );
    this.name = "LockLost";
  }
}

/** A lock that is held. */
interface Held {
  /** Aborted with LockLost when another command has taken the lock over. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/**
 * Runs `work` while holding the lock of `directory`, which is made where it is missing. Waits for another holder as long as it lives,
 * and tells once that it waits. A holder that was killed is overtaken after 15 s.
 *
 * The signal that `work` is given is aborted with `signal`, and with LockLost when somebody else holds the lock now.
 */
export async function withLock<Result>(
  directory: string,
  onWait: () => void,
  work: (signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const held = await tryLock(directory);
    if (held !== null) {
      try {
        return await work(signal === undefined ? held.lost : AbortSignal.any([signal, held.lost]));
      } catch (error) {
        // What failed because of it, such as a request that was broken off, says less than the cause.
        if (signal?.aborted !== true) held.lost.throwIfAborted();
        throw error;
      } finally {
        await held.release();
      }
    }
    if (!told) onWait();
    told = true;
    await sleep(200, undefined, signal === undefined ? {} : { signal });
  }
}

async function tryLock(directory: string): Promise<Held | null> {
  const lost = new AbortController();
  try {
    // At every try: who held the lock before may have removed the folder, as `down --purge` does.
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const release = await lockfile.lock(directory, {
      stale: staleMilliseconds,
      update: staleMilliseconds / 3,
      onCompromised: () => lost.abort(new LockLost()),
    });
    return {
      lost: lost.signal,
      async release() {
        // What is lost belongs to somebody else now; work that ended well all the same has ended well.
        if (lost.signal.aborted) return;
        await release().catch((error: unknown) => {
          if (!hasCode(error, "ERELEASED", "ENOTACQUIRED")) throw error;
        });
      },
    };
  } catch (error) {
    // ENOENT: it was removed between the two lines.
    if (hasCode(error, "ELOCKED", "ENOENT")) return null;
    throw error;
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
