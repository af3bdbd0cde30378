import { rmSync, writeFileSync } from "node:fs";

import { Command, InvalidArgumentError, Option } from "commander";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { projectDirectory } from "./project.ts";

const unitSeconds = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
]);

/** Bounds of a token's life, in seconds: the API server refuses less than ten minutes; a day is not short any more. */
const shortest = 600;
const longest = 24 * 3600;

/** Reads `90m`, `1h` or `600s`. Throws commander's own error, which becomes exit code 2. */
export function parseDuration(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const seconds = Number(amount) * (unitSeconds.get(unit) ?? Number.NaN);
  if (!(seconds >= shortest && seconds <= longest)) {
    throw new InvalidArgumentError("write it like 90m; from 10m to 24h.");
  }
  return seconds;
}

/** Writes a file that only its owner can read, whatever stood there before. */
function writePrivately(path: string, text: string): void {
  try {
    // Removed first: a file that exists keeps its mode, and whoever has it open would read on.
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new CommandError(exitCodes.failed, `${path} cannot be written: ${(error as Error).message}`);
  }
}

interface Options {
  readonly environment: string;
  readonly duration: number;
  readonly output?: string;
}

/** `tenantry kubeconfig <tenant>`: what a tenant's owner works with. */
export function kubeconfigCommandLine(): Command {
  return new Command("kubeconfig")
    .description("a kubeconfig for the owner of a tenant, with a token that expires")
    .argument("<tenant>", "id of the tenant")
    .option("-e, --environment <name>", "environment of the tenant", "dev")
    .addOption(
      new Option("-d, --duration <time>", "how long the token is good for, 10m to 24h")
        .argParser(parseDuration)
        .default(3600, "1h"),
    )
    .option("-o, --output <file>", "write a file that only you can read; otherwise it goes to standard output")
    .addHelpText(
      "after",
      `
The token is the tenant's account "owner": it can do in the tenant's namespace what docs/isolation.md says owners may do, and nothing
elsewhere. Hand it on as the secret that it is.

Examples:
  npm run -s kubeconfig -- acme --output acme.kubeconfig
  kubectl --kubeconfig acme.kubeconfig get pods
  tenantry kubeconfig acme --environment prod --duration 30m > acme.kubeconfig`,
    )
    .action(async (tenant: string, { environment, duration, output }: Options) => {
      // The Kubernetes client takes a while to load, which the other commands need not pay.
      const { ownerKubeconfig } = await import("./kubeconfig.ts");
      const request = { environment, tenant, seconds: duration };
      const { text, expires } = await ownerKubeconfig(projectDirectory(), request);
      if (output === undefined) process.stdout.write(text);
      else writePrivately(output, text);
      const next = output === undefined ? "" : `; next: kubectl --kubeconfig ${output} get pods`;
      process.stderr.write(`good until ${expires}${next}\n`);
    });
}
