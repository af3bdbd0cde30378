import { join } from "node:path";

import Table from "cli-table3";
import type { Stack } from "@pulumi/pulumi/automation/index.js";

import { ownResource } from "../fleet/comparison.ts";
import { forgetKilled, isInDoubt, noteKilled } from "../fleet/killed-updates.ts";
import { totalOperations } from "../fleet/report.ts";
import { hasRealNode } from "../local/cluster/index.ts";
import { localEnvironment } from "../local/environment.ts";
import { localPaths } from "../local/paths.ts";
import type { Reporter } from "../local/reporter.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { bringClusterUp } from "./cluster.ts";
import { coloursFor } from "./colours.ts";
import { updateFleet } from "./fleet.ts";
import type { Interruption } from "./interruption.ts";
import { nextStepsText, stepsAfterStart } from "./next-steps.ts";
import { plannedEnvironment } from "./planned-environment.ts";
import { pulumiProject } from "./project.ts";
import { isReady, waitUntilReady, type TenantReadiness } from "./readiness.ts";
import { clearDeadLocks, openStack, update, updateFailed, type StackLocation, type UpdateSummary } from "./stack.ts";

/** The environment that lives on the embedded cluster. */
const environment = "dev";

/** How long pods may take after the update has ended; Agentik OS asks for 60 s. */
const readySeconds = 60;

/**
 * From nothing to Ready tenants: finds or builds the tools, starts the embedded cluster, updates the stack and waits. Prints one line
 * per tenant and what to do next. Throws a `CommandError` when a tenant is not Ready in the end.
 */
export async function start(directory: string, reporter: Reporter, interruption: Interruption): Promise<void> {
  const started = Date.now();
  const plan = plannedEnvironment(directory, environment);
  const paths = localPaths(directory);
  const signal = interruption.any;
  await bringClusterUp({ paths, reporter, signal, realNode: false });

  const variables = localEnvironment(paths);
  const location = { directory, environment, variables, pulumiRoot: paths.root };
  const summary =
    plan.cells.count > 1
      ? await updateCells(location, paths.root, reporter, interruption)
      : await updateStack(location, logsIn(paths.root), reporter, interruption);

  const workloads = plan.tenants.map((tenant) => ({ namespace: tenant.namespace, wanted: wantedPods(tenant) }));
  const readiness = await reporter.step("pods", () =>
    waitUntilReady(paths.cluster.kubeconfig, workloads, readySeconds, signal),
  );
  const seconds = (Date.now() - started) / 1000;
  const next = nextStepsText(stepsAfterStart(plan, hasRealNode(paths)));
  process.stdout.write(`${overview(plan, readiness)}\n${closing(summary, seconds)}${next}`);
  const waiting = readiness.filter((tenant) => !isReady(tenant));
  if (waiting.length > 0) {
    const names = waiting.map((tenant) => tenant.namespace).join(", ");
    throw new CommandError(
      exitCodes.failed,
      `not Ready after ${readySeconds} s: ${names}`,
      `kubectl describe pods -n ${waiting[0]?.namespace}`,
    );
  }
}

async function updateCells(
  location: StackLocation,
  root: string,
  reporter: Reporter,
  interruption: Interruption,
): Promise<UpdateSummary> {
  const backendUrl = location.variables["PULUMI_BACKEND_URL"] ?? "";
  const place = { location, backendUrl, logs: logsIn(root) };
  return totalOperations((await updateFleet(place, reporter, interruption)).stacks);
}

/** Where `fleet` has its notes of this environment; both may work on its stack. */
function logsIn(root: string): string {
  return join(root, "fleet", environment);
}

/** As `fleet` does it: updates compare with the cluster after a killed one, until one has ended well. */
async function updateStack(
  location: StackLocation,
  logs: string,
  reporter: Reporter,
  interruption: Interruption,
): Promise<UpdateSummary> {
  clearDeadLocks(location, pulumiProject, () => noteKilled(logs, environment));
  const killed = isInDoubt(logs, environment);
  const stack = await explained(interruption.any, () => openStack(location));
  const summary = await runUpdate(stack, killed, reporter, interruption);
  if (!killed) return summary;
  // What the killed update was creating is unknown to its state. The update has created it again, which adopts what exists.
  await reporter.step("mending the state of an update that was killed", () =>
    explained(interruption.any, () =>
      stack.refresh({
        clearPendingCreates: true,
        target: [ownResource],
        color: "never",
        signal: interruption.terminate,
      }),
    ),
  );
  forgetKilled(logs, environment);
  return summary;
}

async function runUpdate(
  stack: Stack,
  compare: boolean,
  reporter: Reporter,
  interruption: Interruption,
): Promise<UpdateSummary> {
  return reporter.step(`update of ${environment}`, async (progress) => {
    let changed = 0;
    const observer = {
      onResource: (operation: string, name: string) => progress(`${++changed} changed, last: ${operation} ${name}`),
      onMessage: (severity: string, message: string) => reporter.note(`${severity}: ${message}`),
    };
    const settings = { compare, signal: interruption.terminate };
    return explained(interruption.any, () => update(stack, observer, settings));
  });
}

/** Runs a call of the Automation API, whose errors are the output of `pulumi`, and throws them for people instead. */
export async function explained<T>(interrupted: AbortSignal, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw interrupted.aborted
      ? new CommandError(
          exitCodes.interrupted,
          "interrupted; what was running has finished",
          "npm start goes on from here",
        )
      : updateFailed(error, environment);
  }
}

/** Pods that a tenant has at the least: where an autoscaler has not acted yet, fewer than it wants may be asked for. */
function wantedPods({ runtime, dashboard }: TenantPlan): number {
  return (runtime.autoscaler?.replicas.min ?? 0) + (dashboard.autoscaler?.replicas.min ?? 0);
}

/** One line per tenant: what runs where, and how to reach it. */
function overview(plan: EnvironmentPlan, readiness: readonly TenantReadiness[]): string {
  const table = new Table({
    head: ["tenant", "tier", "namespace", "pods ready", "runtime URL", "dashboard URL"],
    style: { head: [], border: [] },
  });
  plan.tenants.forEach((tenant, index) => {
    const seen = readiness[index];
    const pods = seen === undefined ? "unknown" : `${seen.ready}/${seen.desired}`;
    table.push([tenant.id, tenant.tier, tenant.namespace, pods, ...publicUrls(tenant)]);
  });
  return table.toString();
}

function publicUrls({ route }: TenantPlan): readonly [string, string] {
  const host = route?.hosts[0];
  return host === undefined ? ["none (no route)", "none (no route)"] : [`${host.url}/api`, `${host.url}/`];
}

/** Operations that leave a resource as it was; the removal guard reads the last update's outputs each time. */
const unchanging: ReadonlySet<string> = new Set(["same", "read"]);

function closing(summary: UpdateSummary, seconds: number): string {
  const counts = Object.entries(summary)
    .filter(([operation, count]) => !unchanging.has(operation) && count !== undefined && count > 0)
    .map(([operation, count]) => `${count} ${operation}`);
  const changes = counts.length === 0 ? "nothing changed" : counts.join(", ");
  const title = coloursFor(process.stdout).bold(`${environment} is up`);
  return `\n${title} after ${seconds.toFixed(1)} s; ${changes}.\n\n`;
}
