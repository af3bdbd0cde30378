import { Command } from "commander";

import { coloursFor } from "./colours.ts";
import { planCommand } from "./plan.ts";
import { projectDirectory } from "./project.ts";

/** `tenantry plan <environment>`: what will exist, from the files alone. */
export function planCommandLine(): Command {
  return new Command("plan")
    .description("resolved tenants, capacity and isolation proof; no cluster, no Pulumi CLI, no credentials")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Exit code 2 when something is wrong; every problem is listed with file, line, tenant, value, bound and remedy.

Examples:
  npm run -s plan -- dev
  npm run -s plan -- prod --json | jq '.tenants[].id'`,
    )
    .action((environment: string, { json = false }: { json?: boolean }) => {
      const colour = !json && coloursFor(process.stdout).isColorSupported;
      const result = planCommand(projectDirectory(), environment, { json, colour });
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
      process.exitCode = result.exitCode;
    });
}
