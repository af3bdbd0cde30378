import { Command } from "commander";

import { positive } from "./arguments.ts";
import { listenForInterruption } from "./interruption.ts";
import { projectDirectory } from "./project.ts";

/** Options of `fleet prune`, as commander gives them. */
export interface PruneFlags {
  readonly keep?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `tenantry fleet prune <environment>`: removes old history, in folders and S3 buckets. */
export function pruneCommand(): Command {
  return new Command("prune")
    .description("remove what old updates have left in the backend; states are never touched")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option(
      "--keep <n>",
      "updates of each stack that stay; default: tenantry:history of the environment, else 20",
      positive,
    )
    .option("--dry-run", "say what would be removed, and remove nothing")
    .option("--json", "one JSON document on standard output")
    .addHelpText(
      "after",
      `
Each update adds a full copy of its stack's state to the backend. Of each stack of the environment, the newest updates stay; the history
and the backups of the others are removed. A stack that somebody works on is left alone. For backends that are folders or S3 buckets.
Exit code 1 when the history of a stack could not be pruned.

Examples:
  npm run fleet -- prune prod --dry-run
  npm run fleet -- prune prod --keep 50 --json`,
    )
    .action(async (environment: string, flags: PruneFlags) => {
      const directory = projectDirectory();
      const { fleetPrune } = await import("./fleet-prune.ts");
      await fleetPrune({ directory, environment, flags }, listenForInterruption().any);
    });
}
