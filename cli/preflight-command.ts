import { Command } from "commander";

import { projectDirectory } from "./project.ts";

/** `tenantry preflight <environment>`: whether the cluster can enforce what the plan relies on. */
export function preflightCommand(): Command {
  return new Command("preflight")
    .description("whether the cluster can enforce what the plan relies on; stores nothing in it")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Every pulumi preview and pulumi up asks the same before its first resource. Dry runs and reviews only: nothing is stored.

Exit code 0 when nothing is refused, 2 when the environment asks for what the cluster is not known to enforce (or is wrong itself),
3 without the cluster. What a strict environment goes without has to be named in it: docs/configuration.md, preflight.accept.

Examples:
  npm run -s preflight -- dev
  npm run -s preflight -- prod --json | jq '.checks[] | select(.outcome == "refused")'`,
    )
    .action(async (environment: string, { json = false }: { readonly json?: boolean }) => {
      // Loaded here, so that the other commands start without it.
      const { preflightEnvironment } = await import("./preflight.ts");
      await preflightEnvironment(projectDirectory(), environment, json);
    });
}
