/** What `runStack` needs, with a CLI that does as it is told and a backend in a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach } from "vitest";

import { type Backend, openBackend } from "../../fleet/backend.ts";
import type { FleetStack } from "../../fleet/inventory.ts";
import type { AskOptions, PulumiCli, PulumiEnding } from "../../fleet/pulumi-cli.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import type { StackReport } from "../../fleet/report.ts";
import type { RunContext } from "../../fleet/run-context.ts";
import { runStack, type RunOptions } from "../../fleet/stack-runner.ts";
import type { Reading } from "../../fleet/verdict.ts";
import { stackOf, stateOf } from "./support.ts";

export const stack = stackOf(1, ["acme"]);

/** What the stack's state tells, where nothing is special. */
export const present = readRecorded(stateOf({ begun: "old", finished: "old" }));

export const why = { why: "changed" };

/** How the CLI is called for an update. */
export const up =
  "up --yes --skip-preview --suppress-outputs --event-log --stack prod-c001 --config-file --client unix:program";

interface Pretended {
  /** How an operation ends; it does not until it is interrupted where this is `null`. */
  readonly ending?: PulumiEnding | null;
  readonly events?: readonly object[];
  readonly output?: string;
}

const never = new AbortController().signal;

/** A runner for every test of a file, in a folder of its own. */
export class PretendedRunner {
  folder = "";
  /** What the CLI was asked to do, without the flags that every call has. */
  calls: string[] = [];
  /** The stacks for which a short command was noted, for one that takes a lock. */
  noted: string[] = [];
  interrupts = 0;
  /** What the CLI was given beside its arguments, by operation. */
  variables: Readonly<Record<string, string>>[] = [];

  contextOf = (pretended: Pretended = {}, change: Partial<RunContext> = {}): RunContext => ({
    location: { directory: this.folder, environment: "prod", variables: {}, pulumiRoot: null },
    backend: openBackend({
      url: `file://${this.folder}/state`,
      directory: this.folder,
      project: "tenantry",
      logs: join(this.folder, "logs"),
      cli: () => Promise.reject(new Error("no CLI")),
      cache: new ReadingCache(`${this.folder}/readings.json`),
    }),
    project: "tenantry",
    cli: () => Promise.resolve(this.#cliOf(pretended)),
    programs: {
      run: (work) =>
        work({ address: "unix:program", ending: null, residentBytes: 0, end: () => undefined, kill: () => undefined }),
    },
    logs: join(this.folder, "logs"),
    operation: "up",
    refresh: false,
    stops: { first: never, second: never },
    lockSeconds: 0,
    onProgress: () => undefined,
    onRefusal: () => undefined,
    ...change,
  });

  /** Runs a stack that holds the same when its turn has come as when all were looked at, unless there is a state by then. */
  runStack = (context: RunContext, of: FleetStack, reading: Reading, options: RunOptions): Promise<StackReport> => {
    const { backend } = context;
    const standing: Backend = {
      store: backend.store,
      list: () => backend.list(),
      read: async (name) => (await backend.read(name)) ?? reading,
      locks: (name) => backend.locks(name),
      removeDeadLocks: (locks) => backend.removeDeadLocks(locks),
      mend: (name) => backend.mend(name),
    };
    return runStack({ ...context, backend: standing }, of, reading, options);
  };

  /** Writes the stack's state; returns the folder that it is in. */
  writeState = (document: object): string => {
    const states = join(this.folder, "state", ".pulumi", "stacks", "tenantry");
    mkdirSync(states, { recursive: true });
    writeFileSync(join(states, "prod-c001.json"), JSON.stringify(document));
    return states;
  };

  /** Has a process of this machine hold the stack's lock; returns the lock's file. */
  lock = (pid: number): string => {
    const locks = join(this.folder, "state", ".pulumi", "locks", "organization", "tenantry", "prod-c001");
    mkdirSync(locks, { recursive: true });
    const path = join(locks, "one.json");
    writeFileSync(path, JSON.stringify({ pid, hostname: hostname() }));
    return path;
  };

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), "tenantry-runner-"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), "name: tenantry\n");
    writeFileSync(join(this.folder, "Pulumi.prod.yaml"), "secretsprovider: awskms://key\nconfig: {}\n");
    this.calls = [];
    this.noted = [];
    this.interrupts = 0;
    this.variables = [];
  }

  /** A CLI that writes these events and this output, and ends like this. */
  #cliOf({ ending = 0, events = [], output = "" }: Pretended): PulumiCli {
    const pretended = {
      ask: (args: readonly string[], { logs, stack: noted }: AskOptions = {}) => {
        this.calls.push(args.join(" "));
        if (logs === join(this.folder, "logs")) this.noted.push(noted ?? "");
        return Promise.resolve("");
      },
      start: (args: readonly string[], log: string, given: Readonly<Record<string, string>> = {}) => {
        this.variables.push(given);
        this.calls.push(args.filter((arg) => !arg.startsWith(this.folder)).join(" "));
        writeFileSync(log, output);
        const path = args[args.indexOf("--event-log") + 1];
        if (args.includes("--event-log") && path !== undefined) {
          writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
        }
        let stop: ((ending: PulumiEnding) => void) | undefined;
        const ended =
          ending === null ? new Promise<PulumiEnding>((resolve) => (stop = resolve)) : Promise.resolve(ending);
        const interrupt = (): void => {
          this.interrupts += 1;
          stop?.(1);
        };
        return { ended, interrupt };
      },
    };
    return pretended as unknown as PulumiCli;
  }
}

/** Makes the runner of a file, whose every test begins anew. */
export function pretendedRunner(): PretendedRunner {
  const runner = new PretendedRunner();
  beforeEach(() => runner.begin());
  afterEach(() => rmSync(runner.folder, { recursive: true }));
  return runner;
}
