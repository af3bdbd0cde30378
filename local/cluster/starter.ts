import { CommandError } from "../command-error.ts";
import type { LocalPaths } from "../paths.ts";
import { answersWell, isCurrent } from "./health.ts";
import { type Part, type PartName, partLog, partNames } from "./parts.ts";
import { type ProcessIdentity, isRunning } from "./process-identity.ts";
import { logTail, startPart, stopProcess } from "./processes.ts";
import { type RunState, readRunState, writeRunState } from "./run-state.ts";
import { findStrays } from "./strays.ts";
import { WaitTimeout, waitFor } from "../wait.ts";

/** Milliseconds a part has to end by itself before it is killed. */
const graceMilliseconds = 6_000;

/** A part could not listen because another program has taken its port meanwhile. */
export class PortTaken extends Error {
  readonly part: PartName;

  constructor(part: PartName) {
    super(`the port of ${part} was taken by another program`);
    this.name = "PortTaken";
    this.part = part;
  }
}

/** Starts and ends the parts of one cluster, and records in `run.json` what runs. */
export class Starter {
  readonly #paths: LocalPaths;
  readonly #started: { readonly name: PartName; readonly identity: ProcessIdentity }[] = [];

  constructor(paths: LocalPaths) {
    this.#paths = paths;
  }

  /** What `run.json` says now. */
  get state(): RunState {
    return readRunState(this.#paths.cluster.run);
  }

  /** Parts that this run has started. */
  get started(): readonly PartName[] {
    return this.#started.map(({ name }) => name);
  }

  /** Ends parts of this checkout that `run.json` does not know; they would hold ports and data. */
  async stopStrays(): Promise<readonly PartName[]> {
    const known = new Set(Object.values(this.state.processes).map(({ pid }) => pid));
    const strays = findStrays(this.#paths, known);
    await Promise.all(strays.map(({ identity }) => stopProcess(identity, graceMilliseconds)));
    return strays.map(({ name }) => name);
  }

  /** Makes the part run as today's configuration asks: nothing when it does, else a fresh process. */
  async ensureRunning(part: Part): Promise<void> {
    const state = this.state;
    if (isCurrent(part, state)) return;
    const old = state.processes[part.name];
    if (old !== undefined) await stopProcess(old, graceMilliseconds);
    const identity = await startPart(this.#paths, part);
    this.#started.push({ name: part.name, identity });
    this.#record(part.name, { ...identity, fingerprint: part.fingerprint });
  }

  /** Waits until the part answers well. Throws with the end of its log when it ends or takes too long. */
  async waitHealthy(part: Part, seconds: number, signal?: AbortSignal): Promise<void> {
    const check = async () => {
      if (await answersWell(this.#paths.cluster.pki, part)) return true;
      const record = this.state.processes[part.name];
      if (record !== undefined && isRunning(record)) return null;
      if (this.started.includes(part.name)) throw this.#ended(part);
      // It was dying when it was looked at first.
      await this.ensureRunning(part);
      return null;
    };
    try {
      await waitFor(check, { seconds, intervalMilliseconds: 50, signal });
    } catch (error) {
      if (!(error instanceof WaitTimeout)) throw error;
      throw new CommandError(
        1,
        `${part.name} runs but is not healthy after ${seconds} s; its last lines:\n${logTail(this.#paths, part)}`,
        `Read ${partLog(this.#paths, part.name)}; "npm run local -- down" and "up" start it afresh.`,
      );
    }
  }

  /** Ends what this run has started: a start that was interrupted leaves things as they were. */
  async undo(): Promise<void> {
    for (const { name, identity } of this.#started.reverse()) {
      await stopProcess(identity, graceMilliseconds);
      this.#record(name, null);
    }
  }

  /** Ends every recorded part, the API server's clients first and etcd last. Returns what was running. */
  async stopAll(): Promise<readonly PartName[]> {
    const { processes } = this.state;
    const running = partNames.filter((name) => processes[name] !== undefined && isRunning(processes[name]));
    const stop = async (name: PartName) => {
      const record = processes[name];
      if (record !== undefined) await stopProcess(record, graceMilliseconds);
      this.#record(name, null);
    };
    const last: readonly PartName[] = ["kube-apiserver", "etcd"];
    await Promise.all(partNames.filter((name) => !last.includes(name)).map(stop));
    for (const name of last) await stop(name);
    const strays = await this.stopStrays();
    return partNames.filter((name) => running.includes(name) || strays.includes(name));
  }

  #record(name: PartName, record: RunState["processes"][string] | null): void {
    const state = this.state;
    const others = Object.fromEntries(Object.entries(state.processes).filter(([other]) => other !== name));
    writeRunState(this.#paths.cluster.run, {
      ...state,
      processes: record === null ? others : { ...others, [name]: record },
    });
  }

  #ended(part: Part): Error {
    const tail = logTail(this.#paths, part, 12);
    if (/address already in use/i.test(tail)) return new PortTaken(part.name);
    if (part.name === "etcd") {
      return new CommandError(
        1,
        `etcd cannot use its data in ${this.#paths.cluster.etcd}, which a crash may have damaged; its last lines:\n${tail}`,
        `"npm run local -- down --purge" removes the data; "npm run local -- up" then starts with an empty cluster.`,
      );
    }
    return new CommandError(
      1,
      `${part.name} ended right after its start; its last lines:\n${tail}`,
      `Read ${partLog(this.#paths, part.name)}; "npm run local -- up" tries again.`,
    );
  }
}
