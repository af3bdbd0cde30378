import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import * as semver from "semver";

import { withoutCredentials } from "../tenants/errors.ts";
import { noteStarted } from "./started.ts";

/** The environment that the CLI works for. */
export interface PulumiLocation {
  /** Folder that holds Pulumi.yaml. */
  readonly directory: string;
  readonly environment: string;
  /** Variables for the CLI: where the state lives, which tools to use. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folder whose `bin` holds the `pulumi` to use; `null` for the one on the PATH. */
  readonly pulumiRoot: string | null;
}

/** How a `pulumi` ended: its exit code, or the signal that ended it. */
export type PulumiEnding = number | NodeJS.Signals;

/** A `pulumi` that runs. */
export interface RunningPulumi {
  readonly ended: Promise<PulumiEnding>;
  /** Lets it finish its running operations; a second time, lets it drop them. */
  readonly interrupt: () => void;
}

/** Versions of the CLI that have the flags that are used here, of the SDK's major version. */
const range = ">=3.220.0 <4";

/** How a short command is run. */
export interface AskOptions {
  /** Folder that holds a Pulumi.yaml. @default the environment's */
  readonly directory?: string;
  /** What it reads from standard input, which is no place that others can look at. @default nothing */
  readonly input?: string;
  /** Folder where it is noted that `fleet` has started it, for a command that takes a lock. @default none */
  readonly logs?: string;
  /** The stack whose lock it takes. @default what `--stack` names */
  readonly stack?: string;
}

/**
 * The CLI. It is found and started here and not by the Automation API, for three reasons: that takes half a second of processor time to
 * load; it cannot start the CLI in a process group of its own, so that Ctrl-C would reach it beside our own signal
 * (pulumi/pulumi#6334); and after each update it starts the CLI three times more, for outputs and history, a second and more for each
 * cell.
 */
export class PulumiCli {
  readonly #command: string;
  readonly #location: PulumiLocation;

  private constructor(command: string, location: PulumiLocation) {
    this.#command = command;
    this.#location = location;
  }

  /** Throws where there is no CLI, or one of a version that does not fit. */
  static async find(location: PulumiLocation): Promise<PulumiCli> {
    const { pulumiRoot } = location;
    const command = pulumiRoot === null ? "pulumi" : resolve(join(pulumiRoot, "bin", "pulumi"));
    const cli = new PulumiCli(command, location);
    const version = (await cli.#read(["version"])).trim();
    if (semver.satisfies(version, range, { includePrerelease: true })) return cli;
    throw new Error(`${command} is of version ${version}; ${range} is needed`);
  }

  /** Starts the CLI; what it prints goes to a file, so that it can finish even when we are killed. */
  start(args: readonly string[], log: string, variables: Readonly<Record<string, string>> = {}): RunningPulumi {
    const output = openSync(log, "a", 0o600);
    try {
      const child = spawn(this.#command, [...args, ...commonFlags], {
        cwd: this.#location.directory,
        env: { ...this.#environment(), ...variables },
        stdio: ["ignore", output, output],
        detached: true,
      });
      noteStarted(dirname(log), child.pid, stackIn(args));
      return { ended: endingOf(child), interrupt: () => void child.kill("SIGINT") };
    } finally {
      closeSync(output);
    }
  }

  /** Standard output of a short command. Throws with what it said on standard error. */
  ask(args: readonly string[], options: AskOptions = {}): Promise<string> {
    return this.#read([...args, ...commonFlags], options);
  }

  async #read(args: readonly string[], { directory, input, logs, stack }: AskOptions = {}): Promise<string> {
    const child = spawn(this.#command, args, {
      cwd: directory ?? this.#location.directory,
      env: this.#environment(),
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    if (logs !== undefined) noteStarted(logs, child.pid, stack ?? stackIn(args));
    // A command that ends before it has read everything says why by itself.
    child.stdin.on("error", () => undefined).end(input ?? "");
    const read = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (read.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (read.stderr += text));
    const ending = await endingOf(child);
    if (ending === 0) return read.stdout;
    throw new Error(reasonIn(read.stderr) ?? `pulumi ${args.join(" ")} ended with ${ending}`);
  }

  #environment(): NodeJS.ProcessEnv {
    // The flag for events is there only for those who ask for debugging commands; the Automation API does the same.
    return { ...process.env, ...this.#location.variables, PULUMI_DEBUG_COMMANDS: "true" };
  }
}

/** The stack that a command is about; empty where it names none. */
function stackIn(args: readonly string[]): string {
  const flag = args.indexOf("--stack");
  return flag === -1 ? "" : (args[flag + 1] ?? "");
}

function endingOf(child: ChildProcess): Promise<PulumiEnding> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
}

const commonFlags = ["--non-interactive", "--color", "never"] as const;

/** The first error in what the CLI printed, without the word and without credentials; `null` where it names none. */
export function reasonIn(output: string): string | null {
  const [, reason = null] = /^\s*error: (.*\S)/m.exec(output) ?? [];
  return reason === null ? null : withoutCredentials(reason);
}
