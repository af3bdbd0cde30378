import { Command, Option } from "commander";

import { coloursFor } from "./colours.ts";
import { planCommand } from "./plan.ts";
import { projectDirectory } from "./project.ts";

/** `tenantry plan <environment>`: what will exist, from the files alone. */
export function planCommandLine(): Command {
  return new Command("plan")
    .description("resolved tenants, capacity and isolation proof; no cluster, no Pulumi CLI, no credentials")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--json", "one JSON document on standard output")
    .addOption(new Option("--matrix", "who reaches whom, plane by plane").conflicts("explain"))
    .addOption(new Option("--explain <tenant...>", "what two tenants reach of each other, and why not more"))
    .addHelpText(
      "after",
      `
Exit code 2 when something is wrong; every problem is listed with file, line, tenant, value, bound and remedy.

Examples:
  npm run -s plan -- dev
  npm run -s plan -- prod --json | jq '.tenants[].id'
  npm run -s plan -- prod --matrix
  npm run -s plan -- prod --explain northwind harborline`,
    )
    .action((environment: string, { json = false, matrix = false, explain }: Flags) => {
      const colour = !json && coloursFor(process.stdout).isColorSupported;
      const options = { json, matrix, colour, ...(explain === undefined ? {} : { explain }) };
      const result = planCommand(projectDirectory(), environment, options);
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
      process.exitCode = result.exitCode;
    });
}

interface Flags {
  readonly json?: boolean;
  readonly matrix?: boolean;
  readonly explain?: readonly string[];
}
