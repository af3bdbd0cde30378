import { Command, CommanderError } from "commander";

import packageJson from "../package.json" with { type: "json" };
import { CommandError, exitCodes, type ExitCode } from "../local/command-error.ts";
import { errorMessage } from "../tenants/errors.ts";
import { attackCommand } from "./attack-command.ts";
import { coloursFor } from "./colours.ts";
import { errorText } from "./error-text.ts";
import { fleetCommand } from "./fleet-command.ts";
import { kubeconfigCommandLine } from "./kubeconfig-command.ts";
import { localCommand } from "./local.ts";
import { planCommandLine } from "./plan-command.ts";
import { preflightCommand } from "./preflight-command.ts";
import { startCommand } from "./start-command.ts";

/** The whole command line, `tenantry <verb>`. */
export function buildProgram(): Command {
  const program = new Command("tenantry")
    .description("One typed line in a list becomes one isolated tenant.")
    .version(packageJson.version)
    .addHelpText(
      "after",
      `
Exit codes: 0 done, 1 the work failed, 2 the input is wrong, 3 a tool or the cluster is missing, 130 interrupted.

Examples:
  tenantry start            bring up the embedded cluster and the tenants of dev
  tenantry plan prod        what prod will be; needs no cluster and no credentials
  tenantry preflight prod   whether the cluster can enforce what the plan relies on
  tenantry kubeconfig acme  what acme's owner works with, for an hour
  tenantry fleet up prod    update every cell of prod that has work
  tenantry attack dev       try to break out of every tenant on the live cluster
  tenantry local status     health and log file of each part of the embedded cluster`,
    )
    .addCommand(startCommand())
    .addCommand(planCommandLine())
    .addCommand(preflightCommand())
    .addCommand(kubeconfigCommandLine())
    .addCommand(fleetCommand())
    .addCommand(attackCommand())
    .addCommand(localCommand());
  return throwInsteadOfExiting(program);
}

/** Commander ends the process by itself at a usage error, with exit code 1; ours is 2. A subcommand does not inherit this. */
function throwInsteadOfExiting(command: Command): Command {
  command.commands.forEach(throwInsteadOfExiting);
  return command.exitOverride().showSuggestionAfterError();
}

/**
 * Runs one command line, such as `["plan", "dev"]`, and returns its exit code. Errors for people are printed without a stack trace;
 * a bug of ours keeps its stack trace, for that is what its reader needs. With `--json`, a failure is a document as well.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // Help and version are no failures; commander has printed them.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const failure = failureOf(error);
    process.stderr.write(failure.text);
    // A verb prints its own document as the last thing it does, so what throws has not printed one.
    if (wantsJson(args)) process.stdout.write(`${JSON.stringify({ error: failure.document }, null, 2)}\n`);
    return failure.document.exitCode;
  }
}

/** A failure for people and for scripts. */
interface Failure {
  /** For standard error; empty where it has been printed already. */
  readonly text: string;
  /** For standard output, with `--json`. */
  readonly document: { readonly message: string; readonly hint: string | null; readonly exitCode: ExitCode };
}

function failureOf(error: unknown): Failure {
  const pc = coloursFor(process.stderr);
  if (error instanceof CommanderError) {
    // Commander has printed its message, or its help where a verb is missing; anything that it refuses is wrong input.
    const message = error.code === "commander.help" ? "a command is missing" : error.message.replace(/^error: /, "");
    return { text: "", document: { message, hint: "tenantry --help", exitCode: exitCodes.input } };
  }
  if (error instanceof Error && error.name === "AbortError") {
    const hint = "the same command goes on from here";
    return {
      text: `${pc.yellow("interrupted")}: ${hint}\n`,
      document: { message: "interrupted", hint, exitCode: exitCodes.interrupted },
    };
  }
  if (error instanceof CommandError) {
    const { message, hint, exitCode } = error;
    return { text: errorText(message, hint, pc), document: { message, hint, exitCode } };
  }
  const message = errorMessage(error);
  const trace = error instanceof Error ? (error.stack ?? message) : message;
  return {
    text: `${pc.red("unexpected error")}: ${trace}\n`,
    document: { message: `unexpected error: ${message}`, hint: null, exitCode: exitCodes.failed },
  };
}

/** Looked for in the words themselves: where they cannot be parsed, nothing else says whether a script reads the answer. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).includes("--json");
}
