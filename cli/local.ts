import { existsSync } from "node:fs";

import { Command } from "commander";

import { clusterDown, clusterStatus, hasRealNode } from "../local/cluster/index.ts";
import { localEnvironment } from "../local/environment.ts";
import { type LocalPaths, createLocalDirectories, localPaths } from "../local/paths.ts";
import { createReporter } from "../local/reporter.ts";
import { exportLines } from "../local/shell.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { bringClusterUp } from "./cluster.ts";
import { coloursFor } from "./colours.ts";
import { conformanceCommand } from "./conformance.ts";
import { listenForInterruption } from "./interruption.ts";
import { statusText } from "./local-status.ts";
import { nextStepsText, stepsAfterUp } from "./next-steps.ts";
import { projectDirectory } from "./project.ts";

/** `tenantry local`: the embedded cluster alone. */
export function localCommand(): Command {
  return new Command("local")
    .description("the embedded Kubernetes cluster of this checkout")
    .addHelpText(
      "after",
      `
Everything it keeps is in .tenantry/; it listens on loopback only and needs no root. A real node needs root and Linux, and keeps
things elsewhere on the machine until "down": see docs/embedded-cluster.md.

Examples:
  tenantry local up                        start it, or heal it after a crash or a reboot
  tenantry local up --real-node            the same with a node that runs pods and enforces network policies
  tenantry local conformance               upstream's NetworkPolicy tests on that node
  tenantry local status --json             health, process and log file of each part
  eval "$(tenantry local env)"             plain pulumi and kubectl on this cluster, for this shell
  tenantry local down --purge              stop it and remove its data`,
    )
    .addCommand(upCommand())
    .addCommand(downCommand())
    .addCommand(statusCommand())
    .addCommand(kubeconfigCommand())
    .addCommand(envCommand())
    .addCommand(conformanceCommand());
}

function upCommand(): Command {
  return new Command("up")
    .description("start the cluster or heal it; safe to repeat")
    .option("--real-node", "add a real node, which runs pods and enforces network policies; Linux and root only")
    .action(async (options: { readonly realNode?: boolean }) => {
      const paths = localPaths(projectDirectory());
      const reporter = createReporter();
      const signal = listenForInterruption().any;
      const realNode = options.realNode === true;
      const { started, server } = await bringClusterUp({ paths, reporter, signal, realNode });
      const what = started.length === 0 ? "was running already" : `started ${started.join(", ")}`;
      const line = `cluster ${coloursFor(process.stdout).green("up")} at ${server} (${what})`;
      process.stdout.write(`${line}\n\n${nextStepsText(stepsAfterUp(hasRealNode(paths)))}`);
    });
}

function downCommand(): Command {
  return new Command("down")
    .description("stop the cluster; its data stays")
    .option("--purge", "remove the data too: the cluster's, and the state of stacks that lived on it")
    .action(async (options: { readonly purge?: boolean }) => {
      const paths = localPaths(projectDirectory());
      const stopped = await clusterDown({ paths, reporter: createReporter(), purge: options.purge === true });
      const what = stopped.length === 0 ? "was not running" : `stopped ${stopped.join(", ")}`;
      const data = options.purge === true ? "; its data is removed" : "";
      process.stdout.write(`cluster ${coloursFor(process.stdout).yellow("down")} (${what})${data}\n`);
    });
}

function statusCommand(): Command {
  return new Command("status")
    .description("health, process, port and log file of each part")
    .option("--json", "one JSON document on standard output")
    .addHelpText("after", "\nExit code 0 when every part is healthy, 3 otherwise.")
    .action(async (options: { readonly json?: boolean }) => {
      const status = await clusterStatus({ paths: localPaths(projectDirectory()) });
      const text = () => statusText(status, coloursFor(process.stdout));
      process.stdout.write(options.json === true ? `${JSON.stringify(status, null, 2)}\n` : text());
      // The answer is on standard output already; only scripts need the verdict as well.
      if (status.state !== "up") process.exitCode = exitCodes.missing;
    });
}

function kubeconfigCommand(): Command {
  return new Command("kubeconfig").description("print the path of the kubeconfig").action(() => {
    process.stdout.write(`${existingKubeconfig(localPaths(projectDirectory()))}\n`);
  });
}

function envCommand(): Command {
  return new Command("env")
    .description('print export lines for eval "$(tenantry local env)"')
    .addHelpText(
      "after",
      `
Sets PATH (the tools and Node 22), KUBECONFIG, PULUMI_HOME, PULUMI_BACKEND_URL, PULUMI_CONFIG_PASSPHRASE (a public one,
for the embedded cluster only), PULUMI_SKIP_UPDATE_CHECK, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION and NODE_COMPILE_CACHE.

Example:
  eval "$(npm run -s local -- env)" && pulumi preview -s dev`,
    )
    .action(() => {
      const paths = localPaths(projectDirectory());
      existingKubeconfig(paths);
      createLocalDirectories(paths);
      process.stdout.write(exportLines(localEnvironment(paths)));
    });
}

/** Path of the kubeconfig; throws when there has never been a cluster. */
function existingKubeconfig(paths: LocalPaths): string {
  if (existsSync(paths.cluster.kubeconfig)) return paths.cluster.kubeconfig;
  throw new CommandError(
    exitCodes.missing,
    `there is no embedded cluster in ${paths.project} yet`,
    'start it with "npm run local -- up"',
  );
}
