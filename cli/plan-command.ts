import { Command, Option } from "commander";

import { coloursFor } from "./colours.ts";
import { planCommand, type CommandResult } from "./plan.ts";
import { projectDirectory } from "./project.ts";

/** `tenantry plan <environment>`: what will exist, from the files alone. */
export function planCommandLine(): Command {
  return new Command("plan")
    .description("resolved tenants, capacity and isolation proof; no cluster, no Pulumi CLI, no credentials")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--json", "one JSON document on standard output")
    .addOption(new Option("--matrix", "who reaches whom, plane by plane").conflicts("explain"))
    .addOption(new Option("--explain <tenant...>", "what two tenants reach of each other, and why not more"))
    .addOption(
      new Option(
        "--html [file]",
        "write one page of the plan and its proof; default tenantry-<environment>-plan.html",
      ).conflicts(["matrix", "explain"]),
    )
    .addHelpText(
      "after",
      `
The page needs no network and no server. It is written whole or not at all, also when something is wrong: then it shows what. Only a
page is ever overwritten. Its path goes to standard output; with --json the document does, and the page is written beside it.

Exit code 2 when something is wrong; every problem is listed with file, line, tenant, value, bound and remedy.

Examples:
  npm run -s plan -- dev
  npm run -s plan -- prod --json | jq '.tenants[].id'
  npm run -s plan -- prod --matrix
  npm run -s plan -- prod --explain northwind harborline
  npm run -s plan -- prod --html
  npm run -s plan -- prod --html out/plan.html --json > out/plan.json`,
    )
    .action(async (environment: string, { json = false, matrix = false, explain, html }: Flags) => {
      if (html !== undefined) {
        // The page's parts are read by nobody else.
        const { planPageCommand } = await import("./plan-html.ts");
        print(planPageCommand(projectDirectory(), environment, { json, file: html === true ? null : html }));
        return;
      }
      const colour = !json && coloursFor(process.stdout).isColorSupported;
      const options = { json, matrix, colour, ...(explain === undefined ? {} : { explain }) };
      print(planCommand(projectDirectory(), environment, options));
    });
}

function print({ stdout, stderr, exitCode }: CommandResult): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}

interface Flags {
  readonly json?: boolean;
  readonly matrix?: boolean;
  readonly explain?: readonly string[];
  /** `true` where no file is named. */
  readonly html?: string | true;
}
