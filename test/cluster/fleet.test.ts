import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { KubernetesObjectApi } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";

import type { FleetReport, StackReport } from "../../fleet/report.ts";
import type { StackStatus } from "../../fleet/status.ts";
import { captureCommand, type CommandOutcome } from "../support/command-line.ts";
import { eventually, fingerprints, namespaces, openCluster } from "./support/client.ts";
import { makeWorkspace, repository, type TenantRecord, type Workspace } from "./support/workspace.ts";

/** Six tenants in three cells, two in each. Free ones are the quickest to make. */
const records: readonly TenantRecord[] = ["acme", "globex", "initech", "umbrella", "hooli", "aviato"].map(
  (id, index) => ({
    id,
    name: id,
    tier: "free",
    cell: index % 3,
  }),
);
const stacks = ["dev", "dev-c000", "dev-c001", "dev-c002"];

let workspace: Workspace;
let objects: KubernetesObjectApi;
const home = process.cwd();

/** Runs a verb on dev in this process. */
function fleet(verb: string, ...args: readonly string[]): Promise<CommandOutcome> {
  return captureCommand("fleet", verb, "dev", ...args);
}

/** The report of a verb that prints one, with its exit code. */
async function report(verb: string, ...args: readonly string[]): Promise<FleetReport & { readonly exitCode: number }> {
  const { exitCode, stdout, stderr } = await fleet(verb, "--json", ...args);
  expect(stdout, stderr).not.toBe("");
  return { ...(JSON.parse(stdout) as FleetReport), exitCode };
}

async function statuses(...args: readonly string[]): Promise<Record<string, string>> {
  const { stdout, stderr } = await fleet("status", "--json", ...args);
  expect(stdout, stderr).not.toBe("");
  const { stacks: found } = JSON.parse(stdout) as { stacks: readonly StackStatus[] };
  return Object.fromEntries(found.map(({ stack, state }) => [stack, state]));
}

function byStack({ stacks: reports }: FleetReport): Record<string, StackReport["status"]> {
  return Object.fromEntries(reports.map(({ stack, status }) => [stack, status]));
}

/** Every update, also one that fails, leaves files in the backend's history: their number per stack counts updates. */
function updates(): Record<string, number> {
  const folder = join(workspace.backendUrl.slice("file://".length), ".pulumi", "history", "tenantry");
  return Object.fromEntries(
    stacks.map((stack) => [
      stack,
      readdirSync(join(folder, stack)).filter((name) => name.endsWith(".history.json")).length,
    ]),
  );
}

function stateFile(stack: string): string {
  return join(workspace.backendUrl.slice("file://".length), ".pulumi", "stacks", "tenantry", `${stack}.json`);
}

/** Starts a verb as a process of its own, in a group of its own as a terminal would. */
function startFleet(verb: string) {
  return execa("node", [join(repository, "cli", "main.ts"), "fleet", verb, "dev", "--json"], {
    cwd: workspace.directory,
    detached: true,
    reject: false,
  });
}

/** Names of the processes that hold locks on a stack. */
function lockHolders(stack: string): readonly number[] {
  const folder = join(
    workspace.backendUrl.slice("file://".length),
    ".pulumi",
    "locks",
    "organization",
    "tenantry",
    stack,
  );
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => (JSON.parse(readFileSync(join(folder, name), "utf8")) as { pid: number }).pid);
}

/** A new tenant in a cell that is in the middle of being made. */
async function inTheMiddle(id: string, cell = 1) {
  workspace.writeTenants([...workspace.tenants(), { id, name: id, tier: "free", cell }]);
  const running = startFleet("up");
  await eventually(`${id} has a namespace`, async () => (await namespaces(objects)).includes(`tenant-${id}`));
  // In an object: a promise of execa's would be awaited by the caller's await.
  return { pid: running.pid ?? 0, ended: running };
}

beforeAll(() => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  objects = KubernetesObjectApi.makeApiClient(openCluster(variables["KUBECONFIG"] ?? ""));
  for (const [name, value] of Object.entries({ ...variables, PULUMI_BACKEND_URL: workspace.backendUrl })) {
    vi.stubEnv(name, value);
  }
  workspace.writeTenants(records);
  workspace.setConfig("tenantry:cells", 3);
  workspace.setConfig("tenantry:canaries", [0]);
  process.chdir(workspace.directory);
});

afterAll(async () => {
  const removed = await report("destroy");
  const left = await namespaces(objects);
  process.chdir(home);
  vi.unstubAllEnvs();
  workspace.remove();
  expect(removed.exitCode, JSON.stringify(removed.stacks)).toBe(0);
  expect(left).toEqual([]);
});

describe("a fleet of six tenants in three cells", () => {
  test("a preview makes nothing, not even a stack", async () => {
    const preview = await report("preview");
    expect(preview.exitCode).toBe(0);
    expect(preview.tenants.created).toEqual(records.map(({ id }) => id).sort());
    expect(readdirSync(workspace.backendUrl.slice("file://".length))).toEqual([]);
  });

  test("a cell without its platform refuses, in plain Pulumi too", async () => {
    for (const stack of ["dev", "dev-c001"]) {
      const created = await workspace.pulumi(["stack", "init", stack, "--no-select"]);
      expect(created.exitCode, created.all).toBe(0);
    }
    const args = ["--stack", "dev-c001", "--config-file", "Pulumi.dev.yaml", "--yes", "--skip-preview"];
    const refused = await workspace.pulumi(["up", ...args]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/the platform of dev, .* is not up\. First run: pulumi up -s dev; nothing was changed/);
    expect(await namespaces(objects)).toEqual([]);
  });

  test("comes up: the platform, the canary, the others; each tenant in its cell", async () => {
    const { exitCode, stdout, stderr } = await fleet("up", "--json");
    expect(exitCode, stderr).toBe(0);
    const made = JSON.parse(stdout) as FleetReport;
    expect(made.tenants.created).toEqual(records.map(({ id }) => id).sort());
    expect(await namespaces(objects)).toEqual(records.map(({ id }) => `tenant-${id}`).sort());
    for (const { stack, tenants } of made.stacks) {
      const cell = stacks.indexOf(stack) - 1;
      expect(Object.keys(tenants)).toEqual(
        records
          .filter((record) => record["cell"] === cell)
          .map(({ id }) => id)
          .sort(),
      );
    }
    const waves = stderr
      .split("\n")
      .filter((line) => line.startsWith('{"type":"wave"'))
      .map((line) => (JSON.parse(line) as { stacks: readonly string[] }).stacks);
    expect(waves).toEqual([["dev"], ["dev-c000"], ["dev-c001", "dev-c002"]]);
  });

  test("once more changes nothing and starts no Pulumi: there is none to be found", async () => {
    const before = updates();
    vi.stubEnv("PATH", workspace.directory);
    const again = await report("up");
    vi.stubEnv("PATH", inject("variables")["PATH"]);
    expect(again.exitCode).toBe(0);
    expect(byStack(again)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "unchanged"])));
    expect(again.tenants.unchanged).toHaveLength(6);
    expect(updates()).toEqual(before);
    expect(await statuses()).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "current"])));
  });

  test("plain Pulumi sees no change either, with the environment's file and without", async () => {
    for (const flags of [["--config-file", "Pulumi.dev.yaml"], []]) {
      const args = ["preview", "--stack", "dev-c001", "--expect-no-changes", ...flags];
      const preview = await workspace.pulumi(args);
      expect(preview.exitCode, preview.all).toBe(0);
    }
  });

  test("onboarding touches one cell, and in it nobody else", async () => {
    const before = updates();
    const neighbour = await fingerprints(objects, "tenant-globex");
    workspace.writeTenants([...workspace.tenants(), { id: "stark", name: "Stark", tier: "free", cell: 1 }]);
    const preview = await report("preview");
    expect(preview.tenants).toMatchObject({ created: ["stark"], updated: [], deleted: [] });
    expect(updates()).toEqual(before);

    const made = await report("up");
    expect(made.exitCode).toBe(0);
    expect(byStack(made)).toEqual({
      dev: "unchanged",
      "dev-c000": "unchanged",
      "dev-c001": "done",
      "dev-c002": "unchanged",
    });
    expect(made.tenants).toMatchObject({ created: ["stark"], updated: [], deleted: [] });
    expect(updates()).toEqual({ ...before, "dev-c001": (before["dev-c001"] ?? 0) + 1 });
    expect(await fingerprints(objects, "tenant-globex")).toEqual(neighbour);
  });

  test("a broken cell stops no other; mended, the same command does what was left", async () => {
    // A name rolls no pods, so this is quick.
    workspace.writeTenants(workspace.tenants().map((tenant) => ({ ...tenant, name: `${tenant.id} two` })));
    const broken = workspace.tenants().filter(({ cell }) => cell === 1);
    const good = readFileSync(stateFile("dev-c001"));
    writeFileSync(stateFile("dev-c001"), good.subarray(0, 1000));
    const { exitCode, stdout } = await fleet("up");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}failed: dev-c001: its state cannot be read: /m);
    expect(stdout).toMatch(/^Next: npm run fleet -- up dev$/m);
    writeFileSync(stateFile("dev-c001"), good);
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "changed", "dev-c002": "current" });

    const resumed = await report("up");
    expect(resumed.exitCode).toBe(0);
    expect(byStack(resumed)).toMatchObject({ "dev-c000": "unchanged", "dev-c001": "done", "dev-c002": "unchanged" });
    expect(resumed.tenants.updated).toEqual(broken.map(({ id }) => id).sort());
  });

  test("a tenant that drifted is found and repaired, and its neighbour in the cell is left alone", async () => {
    await objects.delete({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "config", namespace: "tenant-acme" },
    });
    expect(await statuses()).toMatchObject({ "dev-c000": "current" });
    expect(await statuses("--refresh", "--tenant", "acme")).toEqual({ "dev-c000": "drifted" });
    const neighbour = await fingerprints(objects, "tenant-umbrella");
    const repaired = await report("repair", "--tenant", "acme");
    expect(repaired.exitCode).toBe(0);
    expect(repaired.tenants).toMatchObject({ created: [], updated: ["acme"], unchanged: ["umbrella"] });
    expect(Object.keys(await fingerprints(objects, "tenant-acme"))).toContain("ConfigMap/config");
    expect(await fingerprints(objects, "tenant-umbrella")).toEqual(neighbour);
    expect(await statuses()).toMatchObject({ "dev-c000": "current" });
  });

  test("a tenant that would move is refused before anything begins", async () => {
    const before = workspace.tenants();
    const counted = updates();
    workspace.writeTenants(before.map((tenant) => (tenant.id === "acme" ? { ...tenant, cell: 2 } : tenant)));
    const { exitCode, stderr } = await fleet("up");
    workspace.writeTenants(before);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/acme \(dev-c000 has it, dev-c002 would make it\); nothing was changed/);
    expect(updates()).toEqual(counted);
  });

  test("Ctrl-C lets what runs finish its operations, ends with 130, and the same command goes on", async () => {
    const running = await inTheMiddle("wayne");
    process.kill(-running.pid, "SIGINT");
    const { exitCode, stdout } = await running.ended;
    expect(exitCode).toBe(130);
    expect(byStack(JSON.parse(stdout) as FleetReport)).toMatchObject({ "dev-c001": "interrupted" });
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "unfinished" });
    // Nothing was cut off: the state knows how every operation ended.
    expect(readFileSync(stateFile("dev-c001"), "utf8")).not.toContain('"pending_operations"');
    expect((await report("up")).exitCode).toBe(0);
  });

  test("kill -9 of the command: Pulumi finishes by itself, and the next run waits for it", async () => {
    const running = await inTheMiddle("cyberdyne");
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    expect(lockHolders("dev-c001")).toHaveLength(1);
    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(lockHolders("dev-c001")).toEqual([]);
    expect(await statuses()).toMatchObject({ "dev-c001": "current" });
  });

  test("kill -9 of Pulumi: the next run knows its lock for dead, and adopts what it had made", async () => {
    const running = await inTheMiddle("tyrell");
    const [holder] = lockHolders("dev-c001");
    process.kill(holder ?? 0, "SIGKILL");
    const failed = await running.ended;
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("SIGKILL");
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "unfinished" });
    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    const preview = await workspace.pulumi(["preview", "--stack", "dev-c001", "--expect-no-changes"]);
    expect(preview.exitCode, preview.all).toBe(0);
    expect(await statuses()).toMatchObject({ "dev-c001": "current" });
  });

  test("kill -9 of Pulumi in a cell's first update: no state knows its tenant, so it may not leave the list before it is adopted", async () => {
    workspace.setConfig("tenantry:cells", 4);
    const before = workspace.tenants();
    const running = await inTheMiddle("soylent", 3);
    const [holder] = lockHolders("dev-c003");
    process.kill(holder ?? 0, "SIGKILL");
    expect((await running.ended).exitCode).toBe(1);
    expect(readFileSync(stateFile("dev-c003"), "utf8")).not.toContain("soylent");
    const wanted = workspace.tenants();
    workspace.writeTenants(before);
    for (const args of [["up"], ["preview"], ["destroy", "--yes"]]) {
      const [verb = "", ...flags] = args;
      const { exitCode, stderr } = await fleet(verb, ...flags);
      expect(stderr).toMatch(/pulumi was killed while it made soylent \(dev-c003\), and no state tells what of them/);
      expect(exitCode).toBe(2);
    }
    expect(await namespaces(objects)).toContain("tenant-soylent");

    workspace.writeTenants(wanted);
    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(next.tenants.created).toEqual(["soylent"]);
    // The generated secrets of the second attempt are those that the cluster has: nothing is left to change.
    const args = ["preview", "--stack", "dev-c003", "--refresh", "--expect-no-changes"];
    const preview = await workspace.pulumi(args);
    expect(preview.exitCode, preview.all).toBe(0);
    expect(await statuses()).toMatchObject({ "dev-c003": "current" });
    workspace.writeTenants(before);
    expect((await report("up")).tenants.deleted).toEqual(["soylent"]);
    expect(await namespaces(objects)).not.toContain("tenant-soylent");
  });
});
