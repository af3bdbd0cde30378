/** Longest waits of a `Network`, in milliseconds. */
export interface NetworkPatience {
  /** Until a site begins to answer. Default 3 s: a closed network must not hold up a build. */
  readonly answerMilliseconds?: number;
  /** Between two pieces of an answer. Default 15 s: a slow line may take long, a dead one may not. */
  readonly stallMilliseconds?: number;
}

/** Remembers within one run whether the download sites can be reached, so that a closed network is waited for once. */
export class Network {
  #open: boolean;
  readonly #answerMilliseconds: number;
  readonly #stallMilliseconds: number;

  constructor(open: boolean, patience: NetworkPatience = {}) {
    this.#open = open;
    this.#answerMilliseconds = patience.answerMilliseconds ?? 3_000;
    this.#stallMilliseconds = patience.stallMilliseconds ?? 15_000;
  }

  /** Whether it is worth asking. */
  get isOpen(): boolean {
    return this.#open;
  }

  /**
   * GET, and what `use` makes of the body, whole or not at all. `null` when the site does not have the file or `use`
   * fails, and when the site does not answer or stops in the middle: then none will be asked again.
   * Rejects with the signal's reason when the signal is aborted.
   */
  async get<Result>(
    url: string,
    use: (body: AsyncIterable<Uint8Array>) => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result | null> {
    if (!this.#open) return null;
    const tooLate = new AbortController();
    let timer = setTimeout(() => tooLate.abort(), this.#answerMilliseconds);
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => tooLate.abort(), this.#stallMilliseconds);
    };
    let answered = false;
    try {
      const signals = signal === undefined ? [tooLate.signal] : [tooLate.signal, signal];
      const response = await fetch(url, { signal: AbortSignal.any(signals) });
      answered = true;
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        return null;
      }
      restart();
      return await use(watched(response.body, restart));
    } catch {
      signal?.throwIfAborted();
      if (!answered || tooLate.signal.aborted) this.#open = false;
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function* watched(body: AsyncIterable<Uint8Array>, onPiece: () => void): AsyncGenerator<Uint8Array> {
  for await (const piece of body) {
    onPiece();
    yield piece;
  }
}
