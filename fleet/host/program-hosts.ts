import type { PulumiEnding } from "../pulumi-cli.ts";

/** A process that runs the program, as far as lending it goes. */
export interface Host {
  readonly address: string;
  readonly ending: PulumiEnding | null;
  /** Bytes of memory that it had when its last run ended; 0 before. */
  readonly residentBytes: number;
  readonly end: () => void;
  readonly kill: () => void;
}

/** Runs after which a process is replaced: what Node keeps of a module that was evaluated is never given back. */
const mostRuns = 50;

/**
 * Memory from which on it is replaced as well, for the module keeps every resource that its run has made: of a cell of ten tenants some
 * 45 MiB. A new process has some 200 MiB, and two of them with all else that works on two stacks have to fit into 2 GiB.
 */
const mostBytes = 384 * 2 ** 20;

/** The processes that run the program for the stacks of one command; each is lent to one stack at a time. */
export class ProgramHosts {
  readonly #start: (signal: AbortSignal) => Promise<Host>;
  readonly #unwanted = new AbortController();
  readonly #idle: { readonly host: Host; readonly runs: number }[] = [];
  #warm: Promise<Host> | null = null;

  /** @param start Starts a process, which ends at once when the signal says that nobody wants it. */
  constructor(start: (signal: AbortSignal) => Promise<Host>) {
    this.#start = start;
  }

  /** Starts one that the first `run` will take, while something else is waited for. */
  warm(): void {
    this.#warm ??= this.#start(this.#unwanted.signal);
    // Whoever takes it is told.
    this.#warm.catch(() => undefined);
  }

  /**
   * Lends a process for one run of Pulumi. One that has failed is not lent again: what is left of a program that did not come to its
   * end must not meet another stack.
   */
  async run(work: (host: Host) => Promise<PulumiEnding>): Promise<PulumiEnding> {
    const { host, runs } = await this.#take();
    let ending: PulumiEnding | null = null;
    try {
      ending = await work(host);
      return ending;
    } finally {
      if (ending !== 0) host.kill();
      else if (runs + 1 < mostRuns && host.residentBytes < mostBytes && host.ending === null)
        this.#idle.push({ host, runs: runs + 1 });
      else host.end();
    }
  }

  /** Ends the processes that nobody has; one that is still starting is not waited for. */
  async close(): Promise<void> {
    for (const { host } of this.#idle.splice(0)) host.end();
    const warm = this.#warm;
    this.#warm = null;
    this.#unwanted.abort();
    await warm?.then(
      (host) => host.end(),
      () => undefined,
    );
  }

  async #take(): Promise<{ readonly host: Host; readonly runs: number }> {
    // One may have been ended while nobody had it, such as for want of memory.
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.host.ending === null) return idle;
    }
    const warm = this.#warm;
    this.#warm = null;
    const host = await (warm ?? this.#start(this.#unwanted.signal));
    return { host: host.ending === null ? host : await this.#start(this.#unwanted.signal), runs: 0 };
  }
}
