import { Command, CommanderError } from "commander";

import packageJson from "../package.json" with { type: "json" };
import { CommandError, exitCodes } from "../local/command-error.ts";
import { coloursFor } from "./colours.ts";
import { localCommand } from "./local.ts";
import { planCommandLine } from "./plan-command.ts";
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
  tenantry local status     health and log file of each part of the embedded cluster`,
    )
    .addCommand(startCommand())
    .addCommand(planCommandLine())
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
 * a bug of ours keeps its stack trace, for that is what its reader needs.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message. Help and version end with 0; anything else is wrong input.
      return error.exitCode === 0 ? exitCodes.done : exitCodes.input;
    }
    const pc = coloursFor(process.stderr);
    if (error instanceof Error && error.name === "AbortError") {
      process.stderr.write(`${pc.yellow("interrupted")}: the same command goes on from here\n`);
      return exitCodes.interrupted;
    }
    if (error instanceof CommandError) {
      process.stderr.write(`${pc.red("error")}: ${error.message}\n`);
      if (error.hint !== null) process.stderr.write(`  ${pc.dim("next")}: ${error.hint}\n`);
      return error.exitCode;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${pc.red("unexpected error")}: ${text}\n`);
    return exitCodes.failed;
  }
}
