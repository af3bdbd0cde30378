import { Command } from "commander";

import type { FleetVerb } from "../fleet/fleet.ts";
import { positive } from "./arguments.ts";
import type { MoveFlags } from "./fleet-move.ts";
import { pruneCommand } from "./fleet-prune-command.ts";
import { listenForInterruption } from "./interruption.ts";
import { projectDirectory } from "./project.ts";

/** Options of the verbs, as commander gives them. */
export interface FleetFlags {
  readonly tenant?: readonly string[];
  readonly changedSince?: string;
  readonly all?: boolean;
  readonly refresh?: boolean;
  readonly parallel?: number;
  readonly json?: boolean;
  readonly markdown?: string;
  readonly yes?: boolean;
}

/** `tenantry fleet <verb> <environment>`: every stack of an environment that needs it, in parallel. */
export function fleetCommand(): Command {
  return new Command("fleet")
    .description(
      "preview, update, remove, compare and repair all cells of an environment, move tenants between them, remove old history",
    )
    .addHelpText(
      "after",
      `
Only stacks that have work are run: what they are made of is compared with what their state says. Exit code 0 when everything is
done, 1 when a stack failed, 130 after Ctrl-C, which lets running operations finish; the same command goes on from there.

Examples:
  npm run fleet -- preview prod --changed-since origin/main
  npm run fleet -- up prod
  npm run fleet -- status prod --refresh
  npm run fleet -- move prod --dry-run
  npm run fleet -- repair prod --tenant acme
  npm run fleet -- destroy prod --tenant acme
  npm run fleet -- prune prod --keep 50`,
    )
    .addCommand(
      selecting(verb("preview", "what an update would change; makes nothing, not even a stack"))
        .option(
          "--markdown <file>",
          "write a summary for a pull request that fits into one comment; what does not is in <file>.whole.md",
        )
        .addHelpText("after", examples("preview prod --changed-since origin/main --markdown summary.md")),
    )
    .addCommand(
      selecting(verb("up", "update: the platform, then canary cells, then all others")).addHelpText(
        "after",
        examples("up prod", "up prod --tenant acme globex", "up prod --refresh --parallel 4"),
      ),
    )
    .addCommand(
      verb("destroy", "remove every tenant, then the platform; with --tenant these tenants and nothing else")
        .option("--tenant <id...>", "only these tenants; one that is still in the list comes back with the next up")
        .option("--yes", "do not ask; needed where there is no terminal")
        .addHelpText("after", examples("destroy dev --yes", "destroy prod --tenant acme")),
    )
    .addCommand(
      tenants(verb("status", "which stacks have work, and why; exit code 1 when one does"))
        .option("--refresh", "compare with the cluster as well")
        .addHelpText("after", examples("status prod", "status prod --refresh --tenant acme")),
    )
    .addCommand(moveCommand())
    .addCommand(
      verb("repair", "compare tenants with the cluster and bring them back, and nothing else")
        .requiredOption("--tenant <id...>", "ids of the tenants")
        .addHelpText("after", examples("repair prod --tenant acme")),
    )
    .addCommand(pruneCommand());
}

function moveCommand(): Command {
  return tenants(new Command("move"))
    .description("move tenants between stacks, without touching what runs, after tenantry:cells or a pin has changed")
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--dry-run", "only say what would move")
    .option("--parallel <n>", "stacks at once; default: what processors and memory can bear", positive)
    .option("--json", "one JSON document on standard output, events as JSON lines on standard error")
    .addHelpText("after", examples("move prod --dry-run", "move prod", "move prod --tenant acme"))
    .action(async (environment: string, flags: MoveFlags) => {
      const directory = projectDirectory();
      const { fleetMove } = await import("./fleet-move.ts");
      await fleetMove({ directory, environment, flags }, listenForInterruption());
    });
}

function verb(name: FleetVerb, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<environment>", "name of a Pulumi.<environment>.yaml")
    .option("--parallel <n>", "stacks at once; default: what processors and memory can bear", positive)
    .option("--json", "one JSON document on standard output, events as JSON lines on standard error")
    .action(async (environment: string, flags: FleetFlags) => {
      const directory = projectDirectory();
      const { fleetVerb } = await import("./fleet.ts");
      await fleetVerb({ verb: name, directory, environment, flags }, listenForInterruption());
    });
}

function tenants(command: Command): Command {
  return command.option("--tenant <id...>", "only stacks with these tenants");
}

function selecting(command: Command): Command {
  return tenants(command)
    .option(
      "--changed-since <ref>",
      "only stacks that are made of something else than at this git commit, branch or tag",
    )
    .option("--all", "also stacks that have no work")
    .option("--refresh", "compare with the cluster first; implies --all");
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  npm run fleet -- ${line}`).join("\n")}`;
}
