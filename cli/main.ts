#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import pc from "picocolors";

import { CommandError, exitCodes } from "./command-error.ts";
import { localCommand } from "./local.ts";
import { planCommandLine } from "./plan-command.ts";
import { startCommand } from "./start.ts";
import packageJson from "../package.json" with { type: "json" };

function buildProgram(): Command {
  return new Command("tenantry")
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
    .addCommand(localCommand())
    .showSuggestionAfterError()
    .exitOverride();
}

/** Prints an error for people and returns the exit code that scripts expect of it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message. Help and version end with 0; anything else is wrong input.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.input;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`${pc.red("error")}: ${error.message}\n`);
    if (error.hint !== null) process.stderr.write(`  ${pc.dim("next")}: ${error.hint}\n`);
    return error.exitCode;
  }
  // A bug of ours: here the stack trace is what its reader needs.
  process.stderr.write(
    `${pc.red("unexpected error")}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return exitCodes.failed;
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
