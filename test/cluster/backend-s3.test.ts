/** A fleet whose states are in a bucket of a real S3 server, with faults in the middle of updates. */
import { hostname } from "node:os";
import { join } from "node:path";

import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";

import { openBackend } from "../../fleet/backend.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import type { PruneReport } from "../../fleet/prune.ts";
import type { StackStatus } from "../../fleet/status.ts";
import { fingerprints, namespaces } from "./support/client.ts";
import { byStack, document, fleet, onboarding, statuses } from "./support/fleet.ts";
import { openFleetWorkspace, type FleetWorkspace } from "./support/fleet-workspace.ts";
import { S3Server, type SeenRequest } from "./support/s3.ts";
import type { TenantRecord, Workspace } from "./support/workspace.ts";

/** Two cells with two tenants each. Free ones are the quickest to make. */
const records: readonly TenantRecord[] = ["acme", "globex", "initech", "umbrella"].map((id, index) => {
  return { id, name: id, tier: "free", cell: index % 2 };
});
const stacks = ["dev", "dev-c000", "dev-c001"];
/** No process has this number: it is above what Linux hands out. */
const nobody = 2 ** 22 + 1;

let server: S3Server;
let opened: FleetWorkspace;
let workspace: Workspace;
let objects: KubernetesObjectApi;

const stateOf = (stack: string): string => `.pulumi/stacks/tenantry/${stack}.json`;
const locksOf = (stack: string): string => `.pulumi/locks/organization/tenantry/${stack}/`;
const isAbout = (stack: string, { key }: SeenRequest): boolean => key.includes(stack);

/** Every tenant has what a tenant has that was made without any fault, and nothing twice. */
async function expectWhole(): Promise<void> {
  const ids = workspace.tenants().map(({ id }) => id);
  expect(await namespaces(objects)).toEqual(ids.map((id) => `tenant-${id}`).sort());
  const names = Object.keys(await fingerprints(objects, "tenant-acme"));
  for (const id of ids) expect(Object.keys(await fingerprints(objects, `tenant-${id}`)), id).toEqual(names);
  const preview = await workspace.pulumi(["preview", "--stack", "dev-c001", "--refresh", "--expect-no-changes"]);
  expect(preview.exitCode, preview.all).toBe(0);
  for (const stack of stacks) {
    expect(server.keys(stateOf(stack)).filter((key) => !key.endsWith(".bak"))).toEqual([stateOf(stack)]);
    expect(server.keys(locksOf(stack))).toEqual([]);
  }
}

/** Gives every tenant another name, so that each cell has a quick update, and adds one to cell 1. */
function change(round: string): void {
  const renamed = workspace.tenants().map((tenant) => ({ ...tenant, name: `${tenant.id} ${round}` }));
  workspace.writeTenants([...renamed, { id: `new-${round}`, name: round, tier: "free", cell: 1 }]);
}

beforeAll(async () => {
  server = await S3Server.start();
  opened = openFleetWorkspace(records, 2, server);
  ({ workspace, objects } = opened);
}, 900_000);

afterEach(() => {
  server.fault = () => null;
});

afterAll(() => opened.close(() => server.stop()));

describe("a fleet whose states are in a bucket", () => {
  test("comes up, each stack with a state of its own", async () => {
    const made = await document("up");
    expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
    expect(byStack(made)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "done"])));
    await expectWhole();
  });

  test("once more starts no Pulumi, and asks the bucket once for all states", async () => {
    expect(await statuses()).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "current"])));
    server.seen.length = 0;
    vi.stubEnv("PATH", workspace.directory);
    const again = await document("up");
    vi.stubEnv("PATH", inject("variables")["PATH"]);
    expect(again.exitCode).toBe(0);
    expect(byStack(again)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "unchanged"])));
    expect(server.seen).toEqual([{ method: "GET", key: ".pulumi/stacks/tenantry/" }]);
  });

  test("one changed tenant is work for one cell", async () => {
    workspace.writeTenants(workspace.tenants().map((each) => (each.id === "globex" ? { ...each, name: "Two" } : each)));
    expect(await statuses()).toEqual({ dev: "current", "dev-c000": "current", "dev-c001": "changed" });
    const updated = await document("up");
    expect(updated.exitCode).toBe(0);
    expect(updated.tenants).toMatchObject({ created: [], updated: ["globex"], deleted: [] });
  });

  test("a lock that is not known to be ours is told of, and stays", async () => {
    const logs = join(workspace.directory, ".tenantry", "fleet", "dev");
    const cache = new ReadingCache(join(logs, "none.json"));
    const cli = () => Promise.reject(new Error("the CLI was started"));
    const backend = openBackend({
      url: server.backendUrl,
      directory: workspace.directory,
      project: "tenantry",
      logs,
      cli,
      cache,
    });
    for (const host of [`${hostname()}-other`, hostname()]) {
      const timestamp = new Date().toISOString();
      await server.put(`${locksOf("dev-c001")}one.json`, JSON.stringify({ pid: nobody, hostname: host, timestamp }));
      const locks = await backend.locks("dev-c001");
      expect(locks).toMatchObject([{ pid: nobody, host, alive: true }]);
      expect(await backend.removeDeadLocks(locks)).toBe(0);
      const { stacks: found } = await document<{ readonly stacks: readonly StackStatus[] }>("status");
      expect(found.map(({ lockedBy }) => lockedBy)).toEqual([null, null, nobody]);
      const refused = await workspace.pulumi(["up", "--stack", "dev-c001", "--yes", "--skip-preview"]);
      expect(refused.exitCode).not.toBe(0);
      expect(server.keys(locksOf("dev-c001"))).toHaveLength(1);
    }
    const cancelled = await workspace.pulumi(["cancel", "--stack", "dev-c001", "--yes"]);
    expect(cancelled.exitCode, cancelled.all).toBe(0);
    expect(await backend.locks("dev-c001")).toEqual([]);
  });
});

describe("faults in the middle of an update", () => {
  test("a connection that is cut and a server that is busy are tried again, and nobody notices", async () => {
    change("cut");
    let puts = 0;
    const faults: string[] = [];
    server.fault = (request) => {
      if (request.method !== "PUT" || !isAbout("dev-c001", request)) return null;
      puts += 1;
      if (puts !== 4 && puts !== 9) return null;
      faults.push(request.key);
      return puts === 4 ? "cut" : "unavailable";
    };
    const made = await document("up");
    expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
    expect(faults).toHaveLength(2);
    await expectWhole();
  });

  test("a bucket that denies, as when credentials end, fails that cell and says why; the others go on, and the next run heals it", async () => {
    change("denied");
    let writes = 0;
    server.fault = (request) => {
      if (!isAbout("dev-c001", request)) return null;
      if (request.method === "PUT" && request.key === stateOf("dev-c001")) writes += 1;
      return writes >= 4 ? "denied" : null;
    };
    const { exitCode, stdout, stderr } = await fleet("up");
    expect(exitCode, stderr).toBe(1);
    expect(stdout).toMatch(/^ {2}failed: dev-c001: .*(403|AccessDenied|out of order)/m);
    expect(stdout).toMatch(/tenants updated: 2 \(acme, initech\)/);
    expect(await statuses()).toMatchObject({ dev: "current", "dev-c000": "current", "dev-c001": "broken" });

    server.fault = () => null;
    expect(await statuses()).toMatchObject({ "dev-c000": "current", "dev-c001": "unfinished" });
    const healed = await document("up");
    expect(healed.exitCode, JSON.stringify(healed.stacks)).toBe(0);
    expect(byStack(healed)).toEqual({ dev: "unchanged", "dev-c000": "unchanged", "dev-c001": "done" });
    await expectWhole();
  }, 600_000);

  test("kill -9 of Pulumi: the next run knows its lock for ours and dead, and adopts what it had made", async () => {
    const running = await onboarding(workspace, objects, { id: "tyrell", name: "Tyrell", tier: "free", cell: 1 });
    const { stacks: found } = await document<{ readonly stacks: readonly StackStatus[] }>("status");
    const holder = found.find(({ stack }) => stack === "dev-c001")?.lockedBy ?? 0;
    expect(holder).toBeGreaterThan(0);
    process.kill(holder, "SIGKILL");
    const failed = await running.ended;
    expect(failed.exitCode).toBe(1);
    expect(server.keys(locksOf("dev-c001"))).toHaveLength(1);
    const next = await document("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    await expectWhole();
  });

  test("history is pruned without touching states, and by each update where the environment says so", async () => {
    const history = () =>
      server.keys(".pulumi/history/tenantry/dev-c001/").filter((key) => key.endsWith(".history.json"));
    const rest = () => server.keys().filter((key) => !/^\.pulumi\/(history|backups)\//.test(key));
    const [before, states] = [history(), rest()];
    expect(before.length).toBeGreaterThan(3);
    const planned = await document<PruneReport>("prune", "--keep", "2", "--dry-run");
    expect(history()).toEqual(before);
    const pruned = await document<PruneReport>("prune", "--keep", "2");
    expect(pruned).toEqual({ ...planned, dryRun: false });
    expect(pruned.removed).toBeGreaterThan(0);
    expect(history()).toEqual(before.slice(-2));
    expect(rest()).toEqual(states);
    expect(await statuses()).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "current"])));

    workspace.setConfig("tenantry:history", { keep: 1 });
    workspace.writeTenants(
      workspace.tenants().map((each) => (each.id === "globex" ? { ...each, name: "Last" } : each)),
    );
    const updated = await document("up");
    expect(updated.exitCode, JSON.stringify(updated.stacks)).toBe(0);
    expect(updated.stacks.map(({ pruned: { status, updates } = {} }) => [status, updates])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
      ["done", 1],
    ]);
    expect(history()).toHaveLength(1);
    expect(history()[0]).not.toBe(before.at(-1));
    const told = await workspace.pulumi(["stack", "history", "--stack", "dev-c001", "--json"]);
    expect(JSON.parse(told.stdout)).toHaveLength(1);
  });

  test("a bucket that cannot be reached at all is one plain error", async () => {
    server.fault = () => "cut";
    const { exitCode, stderr } = await fleet("up");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the stacks in s3:\/\/states\/fleets\/ at 127\.0\.0\.1:[0-9]+ cannot be listed: /);
    expect(stderr).not.toMatch(/unexpected error/);
  });
});
