import { Command } from "commander";

import { createReporter } from "../local/reporter.ts";
import { listenForInterruption } from "./interruption.ts";
import { projectDirectory } from "./project.ts";

/** `tenantry start`: from nothing to Ready tenants on the embedded cluster. */
export function startCommand(): Command {
  return new Command("start")
    .description("bring up the embedded cluster and the tenants of dev; safe to run again")
    .addHelpText(
      "after",
      `
Finds or builds the tools, starts the embedded cluster, updates the stack dev and waits until every tenant is Ready.

Examples:
  npm start
  tenantry start`,
    )
    .action(async () => {
      const interruption = listenForInterruption();
      // Pulumi's Automation API takes a second to load, which `plan` and `local` need not pay.
      const { start } = await import("./start.ts");
      await start(projectDirectory(), createReporter(), interruption);
    });
}
