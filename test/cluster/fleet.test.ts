import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";

import type { FleetReport } from "../../fleet/report.ts";
import { fingerprints, namespaces, ownedBy } from "./support/client.ts";
import { byStack, document as report, fleet, onboarding, statuses } from "./support/fleet.ts";
import { openFleetWorkspace, type FleetWorkspace } from "./support/fleet-workspace.ts";
import { StateFiles } from "./support/states.ts";
import type { TenantRecord, Workspace } from "./support/workspace.ts";

/** Cells with two tenants each, with whom things happen; the others of the fleet are spread over four cells more. */
const near = ["acme", "globex", "initech", "umbrella", "hooli", "aviato"].map((id, index) => ({ id, cell: index % 3 }));
const far = Array.from({ length: 24 }, (_, index) => ({ id: `far-${index}`, cell: 3 + (index % 4) }));

/** Thirty tenants. Free ones are the quickest to make. */
const records: readonly TenantRecord[] = [...near, ...far].map((one) => ({ ...one, name: one.id, tier: "free" }));
const cells = 7;
const farStacks = ["dev-c003", "dev-c004", "dev-c005", "dev-c006"];
const stacks = ["dev", "dev-c000", "dev-c001", "dev-c002", ...farStacks];

let opened: FleetWorkspace;
let workspace: Workspace;
let objects: KubernetesObjectApi;
let states: StateFiles;

const idsOf = (tenants: readonly TenantRecord[]): readonly string[] => tenants.map(({ id }) => id).sort();
const configOf = (id: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "config", namespace: `tenant-${id}` },
});
const labelsOf = async (id: string) =>
  (await objects.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: `tenant-${id}` } })).metadata?.labels;

/** Updates of each stack so far. */
const updates = (): Record<string, number> => Object.fromEntries(stacks.map((stack) => [stack, states.updates(stack)]));
const inTheMiddle = (id: string, cell = 1) => onboarding(workspace, objects, { id, name: id, tier: "free", cell });

beforeAll(() => {
  opened = openFleetWorkspace(records, cells);
  ({ workspace, objects } = opened);
  states = new StateFiles(workspace.backendUrl);
  workspace.setConfig("tenantry:canaries", [0]);
});

afterAll(() => opened.close());

describe("a fleet of thirty tenants in seven cells", () => {
  test("a preview makes nothing, not even a stack", async () => {
    const preview = await report("preview");
    expect(preview.exitCode).toBe(0);
    expect(preview.tenants.created).toEqual(idsOf(records));
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
    expect(made.tenants.created).toEqual(idsOf(records));
    expect(await namespaces(objects)).toEqual(records.map(({ id }) => `tenant-${id}`).sort());
    for (const { stack, tenants } of made.stacks) {
      const cell = stacks.indexOf(stack) - 1;
      expect(Object.keys(tenants)).toEqual(idsOf(records.filter((record) => record["cell"] === cell)));
    }
    const waves = stderr
      .split("\n")
      .filter((line) => line.startsWith('{"type":"wave"'))
      .map((line) => (JSON.parse(line) as { stacks: readonly string[] }).stacks);
    expect(waves).toEqual([["dev"], ["dev-c000"], ["dev-c001", "dev-c002", ...farStacks]]);
  });

  test("once more changes nothing and starts no Pulumi: there is none to be found", async () => {
    const before = updates();
    vi.stubEnv("PATH", workspace.directory);
    const again = await report("up");
    vi.stubEnv("PATH", inject("variables")["PATH"]);
    expect(again.exitCode).toBe(0);
    expect(byStack(again)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "unchanged"])));
    expect(again.tenants.unchanged).toHaveLength(records.length);
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
    const others = Object.fromEntries(stacks.map((stack) => [stack, "unchanged"]));
    expect(byStack(made)).toEqual({ ...others, "dev-c001": "done" });
    expect(made.tenants).toMatchObject({ created: ["stark"], updated: [], deleted: [] });
    expect(updates()).toEqual({ ...before, "dev-c001": (before["dev-c001"] ?? 0) + 1 });
    expect(await fingerprints(objects, "tenant-globex")).toEqual(neighbour);
  });

  test("a broken cell stops no other; mended, the same command does what was left", async () => {
    // A name rolls no pods, so this is quick.
    workspace.writeTenants(workspace.tenants().map((tenant) => ({ ...tenant, name: `${tenant.id} two` })));
    const broken = workspace.tenants().filter(({ cell }) => cell === 1);
    const good = readFileSync(states.file("dev-c001"));
    writeFileSync(states.file("dev-c001"), good.subarray(0, 1000));
    const { exitCode, stdout } = await fleet("up");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^ {2}failed: dev-c001: its state cannot be read: /m);
    expect(stdout).toMatch(/^Next: npm run fleet -- up dev$/m);
    writeFileSync(states.file("dev-c001"), good);
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "changed", "dev-c002": "current" });

    const resumed = await report("up");
    expect(resumed.exitCode).toBe(0);
    expect(byStack(resumed)).toMatchObject({ "dev-c000": "unchanged", "dev-c001": "done", "dev-c002": "unchanged" });
    expect(resumed.tenants.updated).toEqual(idsOf(broken));
  });

  test("a tenant that drifted is found and repaired, and its neighbour in the cell is left alone", async () => {
    await objects.delete(configOf("acme"));
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

  test("a repair of one tenant does not pass for an update of its neighbour, whose change is applied by the next one", async () => {
    const before = await fingerprints(objects, "tenant-umbrella");
    workspace.writeTenants(
      workspace.tenants().map((tenant) => (tenant.id === "umbrella" ? { ...tenant, name: "Umbrella three" } : tenant)),
    );
    // As an update that failed early leaves it: it has begun, and nothing is applied.
    const target = ["--target", "**::update", "--stack", "dev-c000", "--config-file", "Pulumi.dev.yaml"];
    const begun = await workspace.pulumi(["up", ...target, "--yes", "--skip-preview"]);
    expect(begun.exitCode, begun.all).toBe(0);
    expect(await statuses()).toMatchObject({ "dev-c000": "unfinished" });
    const repaired = await report("repair", "--tenant", "acme");
    expect(repaired.exitCode, JSON.stringify(repaired.stacks)).toBe(0);
    expect(await fingerprints(objects, "tenant-umbrella")).toEqual(before);
    expect(await statuses()).toMatchObject({ "dev-c000": "unfinished" });

    const made = await report("up");
    expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
    expect(made.tenants).toMatchObject({ created: [], updated: ["umbrella"], deleted: [] });
    expect(await statuses()).toMatchObject({ "dev-c000": "current" });
  });

  test("a repair from other files leaves work behind, so that the tenant is put back once the files are", async () => {
    const before = workspace.tenants();
    const [acme, neighbour] = [await labelsOf("acme"), await fingerprints(objects, "tenant-umbrella")];
    workspace.writeTenants(
      before.map((tenant) => (tenant.id === "acme" ? { ...tenant, labels: { tried: "x" } } : tenant)),
    );
    const repaired = await report("repair", "--tenant", "acme");
    expect(repaired.exitCode, JSON.stringify(repaired.stacks)).toBe(0);
    expect(await labelsOf("acme")).toMatchObject({ tried: "x" });
    expect(await fingerprints(objects, "tenant-umbrella")).toEqual(neighbour);

    workspace.writeTenants(before);
    expect(await statuses()).toMatchObject({ "dev-c000": "unfinished" });
    const made = await report("up");
    expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
    expect(made.tenants).toMatchObject({ created: [], updated: ["acme"], deleted: [] });
    expect(await labelsOf("acme")).toEqual(acme);
    expect(await statuses()).toMatchObject({ "dev-c000": "current" });
  });

  test("destroy of one tenant removes it and nobody else; still in the list, the next update makes it again", async () => {
    const neighbour = await fingerprints(objects, "tenant-acme");
    const removed = await report("destroy", "--yes", "--tenant", "umbrella");
    expect(removed.exitCode, JSON.stringify(removed.stacks)).toBe(0);
    expect(byStack(removed)).toEqual({ "dev-c000": "done" });
    expect(removed.tenants.deleted).toEqual(["umbrella"]);
    expect(await namespaces(objects)).not.toContain("tenant-umbrella");
    expect(readFileSync(states.file("dev-c000"), "utf8")).not.toContain("::umbrella");
    // Once more there is nothing of it, and its stack is not for that reason removed as a whole.
    const again = await report("destroy", "--yes", "--tenant", "umbrella");
    expect(byStack(again)).toEqual({ "dev-c000": "unchanged" });
    expect(await fingerprints(objects, "tenant-acme")).toEqual(neighbour);

    expect(await statuses()).toMatchObject({ "dev-c000": "unfinished", "dev-c001": "current" });
    const made = await report("up");
    expect(made.tenants).toMatchObject({ created: ["umbrella"], updated: [], deleted: [] });
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
    expect(readFileSync(states.file("dev-c001"), "utf8")).not.toContain('"pending_operations"');
    expect((await report("up")).exitCode).toBe(0);
  });

  test("kill -9 of the command: Pulumi finishes by itself, and the next run waits for it", async () => {
    const running = await inTheMiddle("cyberdyne");
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    expect(states.lockHolders("dev-c001")).toHaveLength(1);
    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(states.lockHolders("dev-c001")).toEqual([]);
    expect(await statuses()).toMatchObject({ "dev-c001": "current" });
  });

  test("kill -9 of Pulumi: the next run knows its lock for dead, compares with no other environment's cluster, and adopts what it had made", async () => {
    const running = await inTheMiddle("tyrell");
    await states.killInOperation("dev-c001");
    const failed = await running.ended;
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toContain("SIGKILL");
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "unfinished" });

    // As with another cluster's KUBECONFIG: the platform on it is not ours, and what the state knows is not there.
    await objects.delete(configOf("globex"));
    await ownedBy(objects, "somebody-else");
    const refused = await report("up");
    await ownedBy(objects, "tenantry-dev");
    expect(refused.exitCode).toBe(1);
    expect(refused.stacks.find(({ stack }) => stack === "dev-c001")?.reason).toMatch(
      /^preflight: 1 of \d+ checks .* failed/,
    );
    expect(readFileSync(states.file("dev-c001"), "utf8")).toContain('::globex-config"');

    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(Object.keys(await fingerprints(objects, "tenant-globex"))).toContain("ConfigMap/config");
    const preview = await workspace.pulumi(["preview", "--stack", "dev-c001", "--expect-no-changes"]);
    expect(preview.exitCode, preview.all).toBe(0);
    expect(await statuses()).toMatchObject({ "dev-c001": "current" });
  });

  test("kill -9 of Pulumi in a cell's first update: no state knows its tenant, so it may not leave the list before it is adopted", async () => {
    workspace.setConfig("tenantry:cells", cells + 1);
    const before = workspace.tenants();
    const running = await inTheMiddle("soylent", cells);
    const [holder] = states.lockHolders("dev-c007");
    process.kill(holder ?? 0, "SIGKILL");
    expect((await running.ended).exitCode).toBe(1);
    expect(readFileSync(states.file("dev-c007"), "utf8")).not.toContain("soylent");
    const wanted = workspace.tenants();
    workspace.writeTenants(before);
    for (const args of [["up"], ["preview"], ["destroy", "--yes"]]) {
      const [verb = "", ...flags] = args;
      const { exitCode, stderr } = await fleet(verb, ...flags);
      expect(stderr).toMatch(/pulumi was killed while it made soylent \(dev-c007\), and no state tells what of them/);
      expect(exitCode).toBe(2);
    }
    expect(await namespaces(objects)).toContain("tenant-soylent");

    workspace.writeTenants(wanted);
    const next = await report("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(next.tenants.created).toEqual(["soylent"]);
    // The generated secrets of the second attempt are those that the cluster has: nothing is left to change.
    const preview = await workspace.pulumi(["preview", "--stack", "dev-c007", "--refresh", "--expect-no-changes"]);
    expect(preview.exitCode, preview.all).toBe(0);
    expect(await statuses()).toMatchObject({ "dev-c007": "current" });
    workspace.writeTenants(before);
    expect((await report("up")).tenants.deleted).toEqual(["soylent"]);
    expect(await namespaces(objects)).not.toContain("tenant-soylent");
  });
});
