/**
 * How many stacks run at once, by what the API server can bear: half as many when it is too much, one more after a while when it is not.
 * Pure; `watchServer` brings the news.
 */
import type { PoolLimit } from "./pool.ts";

/** What was seen of the API server since the last look. */
export interface Look {
  /** Times that it, or a client for its sake, refused a request for being one too many. */
  readonly refused: number;
  /** How long it took to answer a small question; `null` where it was not asked. */
  readonly milliseconds: number | null;
}

/** A change of the limit. */
export interface LimitChange {
  readonly parallel: number;
  readonly was: number;
  /** For people. */
  readonly why: string;
}

/** An answer is slow that takes this many times as long as the quickest, */
const slowTimes = 5;

/** and longer than this: below, it tells of the network or of a busy processor here. */
const slowMilliseconds = 1000;

/** Looks without trouble before one stack more is tried. */
const calmLooks = 5;

/** Looks after a decrease in which nothing is decided: what runs goes on, so the trouble does not end at once. */
const settlingLooks = 3;

/** A limit between 1 and what the machine can bear, from where it starts. */
export class AdaptiveLimit implements PoolLimit {
  readonly #most: number;
  readonly #tell: (change: LimitChange) => void;
  readonly #watchers = new Set<() => void>();
  #limit: number;
  #quickest = Infinity;
  #calm = 0;
  #settling = 0;

  constructor(most: number, tell: (change: LimitChange) => void) {
    this.#most = most;
    this.#limit = most;
    this.#tell = tell;
  }

  now = (): number => this.#limit;

  onChange = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  };

  /** Takes a look in, and changes the limit where it says so. */
  take(look: Look): void {
    const trouble = this.#troubleIn(look);
    if (look.milliseconds !== null) this.#quickest = Math.min(this.#quickest, look.milliseconds);
    if (this.#settling > 0) {
      this.#settling -= 1;
      return;
    }
    if (trouble !== null) {
      this.#calm = 0;
      this.#settling = settlingLooks;
      this.#change(Math.max(1, Math.floor(this.#limit / 2)), trouble);
      return;
    }
    this.#calm += 1;
    if (this.#calm < calmLooks) return;
    this.#calm = 0;
    this.#change(Math.min(this.#most, this.#limit + 1), "the API server keeps up");
  }

  #troubleIn({ refused, milliseconds }: Look): string | null {
    if (refused > 0) return `the API server refused ${refused} ${refused === 1 ? "request" : "requests"} as too many`;
    if (milliseconds === null || milliseconds <= Math.max(slowMilliseconds, slowTimes * this.#quickest)) return null;
    return `the API server took ${(milliseconds / 1000).toFixed(1)} s to answer`;
  }

  #change(parallel: number, why: string): void {
    if (parallel === this.#limit) return;
    const was = this.#limit;
    this.#limit = parallel;
    this.#tell({ parallel, was, why });
    for (const changed of this.#watchers) changed();
  }
}

/** What API servers, clients and etcd say when there are too many requests. */
const refusals =
  /\b429\b|too many requests|client rate limiter|etcdserver: (request timed out|too many requests)|TLS handshake timeout/i;

/** Whether the engine tells of a request that was refused as one too many. */
export function tellsOfRefusal(message: string): boolean {
  return refusals.test(message);
}
