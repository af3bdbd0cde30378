/** Requests from outside to stop. */
export interface Interruption {
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly any: AbortSignal;
  /** Aborted by the second of them: somebody does not want to wait until running operations have finished. */
  readonly again: AbortSignal;
  /**
   * Aborted by SIGTERM only. A terminal sends Ctrl-C to `pulumi` as well; passing it on once more would be the second signal, at
   * which `pulumi` gives up its running operations instead of finishing them.
   */
  readonly terminate: AbortSignal;
}

/** Listens for Ctrl-C and SIGTERM from now on; the process no longer ends by itself at either. */
export function listenForInterruption(): Interruption {
  const any = new AbortController();
  const again = new AbortController();
  const terminate = new AbortController();
  const stop = (): void => (any.signal.aborted ? again : any).abort();
  process.on("SIGINT", stop);
  process.once("SIGTERM", () => {
    stop();
    terminate.abort();
  });
  return { any: any.signal, again: again.signal, terminate: terminate.signal };
}
