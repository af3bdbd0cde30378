import { join } from "node:path";

import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { execa } from "execa";
import { expect } from "vitest";

import type { FleetReport, StackReport } from "../../../fleet/report.ts";
import type { StackStatus } from "../../../fleet/status.ts";
import { captureCommand, type CommandOutcome } from "../../support/command-line.ts";
import { eventually, namespaces } from "./client.ts";
import { repository, type TenantRecord, type Workspace } from "./workspace.ts";

/** Runs a verb on dev in this process. */
export function fleet(verb: string, ...args: readonly string[]): Promise<CommandOutcome> {
  return captureCommand("fleet", verb, "dev", ...args);
}

/** The JSON document that a verb prints, a report where nothing else is said, with its exit code. */
export async function document<Document = FleetReport>(
  verb: string,
  ...args: readonly string[]
): Promise<Document & { readonly exitCode: number }> {
  const { exitCode, stdout, stderr } = await fleet(verb, "--json", ...args);
  expect(stdout, stderr).not.toBe("");
  return { ...(JSON.parse(stdout) as Document), exitCode };
}

/** State of each stack, as `fleet status` tells it. */
export async function statuses(...args: readonly string[]): Promise<Record<string, string>> {
  const { stacks } = await document<{ readonly stacks: readonly StackStatus[] }>("status", ...args);
  return Object.fromEntries(stacks.map(({ stack, state }) => [stack, state]));
}

/** How the work on each stack ended. */
export function byStack({ stacks }: FleetReport): Record<string, StackReport["status"]> {
  return Object.fromEntries(stacks.map(({ stack, status }) => [stack, status]));
}

/** Starts a verb as a process of its own, in a group of its own as a terminal would. */
function startFleet(workspace: Workspace, verb: string) {
  return execa("node", [join(repository, "cli", "main.ts"), "fleet", verb, "dev", "--json"], {
    cwd: workspace.directory,
    detached: true,
    reject: false,
  });
}

/** The `pulumi` that a running `fleet` has started. */
export async function pulumiBelow(pid: number): Promise<number> {
  const { stdout } = await execa("ps", ["-eo", "pid=,ppid=,comm="]);
  const [found] = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === pid && command === "pulumi");
  expect(found, stdout).toBeDefined();
  return Number(found?.[0]);
}

/** A `fleet up` that is in the middle of making a new tenant. */
export async function onboarding(workspace: Workspace, objects: KubernetesObjectApi, record: TenantRecord) {
  workspace.writeTenants([...workspace.tenants(), record]);
  const running = startFleet(workspace, "up");
  await eventually(`${record.id} has a namespace`, async () => {
    return (await namespaces(objects)).includes(`tenant-${record.id}`);
  });
  // In an object: a promise of execa's would be awaited by the caller's await.
  return { pid: running.pid ?? 0, ended: running };
}
