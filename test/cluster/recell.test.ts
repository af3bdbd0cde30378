import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import type { MoveReport } from "../../fleet/move/report.ts";
import { cellOf } from "../../tenants/cells.ts";
import { eventually, isSettled } from "./support/client.ts";
import { document, fleet } from "./support/fleet.ts";
import { openFleetWorkspace, type FleetWorkspace } from "./support/fleet-workspace.ts";
import { killWithChildren } from "./support/kill.ts";
import { whatRuns } from "./support/running.ts";
import { StateFiles } from "./support/states.ts";
import { repository, type TenantRecord, type Workspace } from "./support/workspace.ts";

/** Among three cells: globex and hooli in the first, acme in the second, aviato in the third. A fourth cell takes hooli. */
const ids = ["acme", "aviato", "globex", "hooli"] as const;
const records: readonly TenantRecord[] = ids.map((id) => ({
  id,
  name: id,
  ...(id === "acme" ? { tier: "pro", protect: true } : { tier: "free" }),
}));

let opened: FleetWorkspace;
let workspace: Workspace;
let objects: KubernetesObjectApi;
let states: StateFiles;
/** What runs, before anything has moved. */
let running: Readonly<Record<string, string>>;

const move = (...args: readonly string[]) => document<MoveReport>("move", ...args);

const moved = ({ tenants }: MoveReport) =>
  Object.fromEntries(tenants.map(({ tenant, from, to, status }) => [tenant, `${from.join("+")} ${to} ${status}`]));

const updateAll = () => document("up", "--all");

/** An update that finds nothing to do in the cluster, and no tenant that it would make, change or remove. */
async function updateChangesNothing(): Promise<void> {
  const made = await updateAll();
  expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
  expect(made.stacks.filter(({ operations }) => Object.keys(operations).length > 0)).toEqual([]);
  expect(made.tenants).toEqual({ created: [], updated: [], deleted: [], unchanged: [...ids] });
  expect(await whatRuns(objects, ids)).toEqual(running);
}

function pin(id: string, cell: number | undefined): void {
  workspace.writeTenants(workspace.tenants().map((tenant) => (tenant.id === id ? { ...tenant, cell } : tenant)));
}

/** How many moves have begun to write. */
function backups(): number {
  return readdirSync(join(workspace.directory, ".tenantry", "fleet", "dev", "moves")).length;
}

/** Starts a move as a process of its own. */
function startMove() {
  return execa("node", [join(repository, "cli", "main.ts"), "fleet", "move", "dev"], {
    cwd: workspace.directory,
    detached: true,
    reject: false,
    all: true,
  });
}

beforeAll(async () => {
  opened = openFleetWorkspace(records, 1);
  ({ workspace, objects } = opened);
  states = new StateFiles(workspace.backendUrl);
  expect([3, 4].map((cells) => ids.map((id) => cellOf(id, cells)))).toEqual([
    [1, 2, 0, 0],
    [1, 2, 0, 3],
  ]);
  const made = await updateAll();
  expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
  for (const id of ids) {
    await eventually(`${id} has its pods`, () => isSettled(objects, `tenant-${id}`));
  }
  await eventually("nothing changes any more", async () => {
    running = await whatRuns(objects, ids);
    await sleep(3000);
    return JSON.stringify(await whatRuns(objects, ids)) === JSON.stringify(running);
  });
});

afterAll(async () => {
  pin("acme", undefined);
  workspace.writeTenants(workspace.tenants().map((tenant) => ({ ...tenant, protect: false })));
  const released = await updateAll();
  await opened.close();
  expect(released.exitCode, JSON.stringify(released.stacks)).toBe(0);
});

describe("tenants that run move between stacks", () => {
  let before: readonly string[];
  beforeEach(() => (before = states.all()));

  test("with nothing to move, nothing is written", async () => {
    const stamp = statSync(states.file("dev")).mtimeMs;
    expect(await move()).toMatchObject({ exitCode: 0, tenants: [], backup: null });
    expect(statSync(states.file("dev")).mtimeMs).toBe(stamp);
  });

  test("from one stack to three cells: an update refuses and names the command, and a dry run writes nothing", async () => {
    workspace.setConfig("tenantry:cells", 3);
    const { exitCode, stderr } = await fleet("up");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/next: npm run fleet -- move dev /);
    const plain = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(plain.exitCode).not.toBe(0);
    expect(plain.all).toContain("npm run fleet -- move dev");

    const bytes = readFileSync(states.file("dev"), "utf8");
    const planned = await move("--dry-run");
    expect(planned.exitCode).toBe(0);
    expect(moved(planned)).toEqual({
      acme: "dev dev-c001 planned",
      aviato: "dev dev-c002 planned",
      globex: "dev dev-c000 planned",
      hooli: "dev dev-c000 planned",
    });
    expect(readFileSync(states.file("dev"), "utf8")).toBe(bytes);
    expect(Object.keys(states.tenants())).toEqual(["dev"]);
  });

  test("while somebody works on a stack, nothing moves; without the lock, everything does", async () => {
    // A stack that exists already, and encrypts with a salt of its own.
    const init = await workspace.pulumi(["stack", "init", "dev-c002", "--no-select"]);
    expect(init.exitCode, init.all).toBe(0);
    rmSync(join(workspace.directory, "Pulumi.dev-c002.yaml"));
    const locks = states.locks("dev-c002");
    mkdirSync(locks, { recursive: true });
    const lock = join(locks, "somebody.json");
    writeFileSync(lock, JSON.stringify({ pid: process.pid, hostname: hostname() }));
    const bytes = readFileSync(states.file("dev"), "utf8");
    const { exitCode, stderr } = await fleet("move");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/nothing was changed: dev-c002: locked: another update of dev-c002 is running/);
    expect(readFileSync(states.file("dev"), "utf8")).toBe(bytes);
    rmSync(lock);

    const done = await move();
    expect(done.exitCode, JSON.stringify(done.failed)).toBe(0);
    expect(Object.values(moved(done)).every((line) => line.endsWith(" moved"))).toBe(true);
    expect(states.tenants()).toEqual({
      dev: [],
      "dev-c000": ["globex", "hooli"],
      "dev-c001": ["acme"],
      "dev-c002": ["aviato"],
    });
    expect(states.all()).toEqual(before);
    expect(await whatRuns(objects, ids)).toEqual(running);
    const kept = join(workspace.directory, done.backup ?? "");
    expect(readdirSync(kept)).toEqual(["dev-c002.json", "dev.json"]);
    expect(statSync(join(kept, "dev.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(kept, "dev.json"), "utf8")).not.toContain('"plaintext"');
    for (const stack of Object.keys(states.tenants())) {
      expect(readFileSync(states.file(stack), "utf8")).not.toContain('"plaintext"');
    }
    expect(readFileSync(states.file("dev-c002"), "utf8")).toContain('"ciphertext"');
  });

  test("a preview of a cell finds nothing to do but its own record, and then an update changes nothing", async () => {
    const cell = ["preview", "--stack", "dev-c001", "--config-file", "Pulumi.dev.yaml"];
    const preview = await workspace.pulumi([...cell, "--json"]);
    // The environment's stack has not said yet which platform stands, which a preview only warns of.
    expect(preview.exitCode, preview.all).toBe(0);
    const { steps } = JSON.parse(preview.stdout) as { steps: readonly { op: string; urn: string }[] };
    expect(steps.filter(({ op }) => op !== "same" && op !== "read").map(({ urn }) => urn.split("::").at(-1))).toEqual([
      "update",
      "update.finished",
    ]);
    await updateChangesNothing();
    const after = await workspace.pulumi([...cell, "--expect-no-changes"]);
    expect(after.exitCode, after.all).toBe(0);
  });

  test("a protected tenant is as protected in its new stack", async () => {
    const acme = states.resources("dev-c001").find(({ type }) => type === "kubernetes:core/v1:Namespace");
    expect(acme).toMatchObject({ protect: true });
    const all = workspace.tenants();
    workspace.writeTenants(all.filter(({ id }) => id !== "acme"));
    const refused = await workspace.pulumi(["up", "--stack", "dev-c001", "--config-file", "Pulumi.dev.yaml", "--yes"]);
    workspace.writeTenants(all);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toContain("acme: protected, and no longer in the list");
  });

  test("a fourth cell takes one tenant; killed between the two writes, the next run finds it in both stacks and goes on", async () => {
    workspace.setConfig("tenantry:cells", 4);
    const others = ["dev", "dev-c001", "dev-c002"].map((stack) => readFileSync(states.file(stack), "utf8"));
    const process_ = startMove();
    await vi.waitFor(() => expect(states.tenants()["dev-c003"]).toEqual(["hooli"]), { timeout: 60_000, interval: 2 });
    process.kill(process_.pid ?? 0, "SIGKILL");
    await process_;
    expect(states.tenants()).toMatchObject({ "dev-c000": ["globex", "hooli"], "dev-c003": ["hooli"] });
    expect((await fleet("up")).exitCode).toBe(2);

    const resumed = await move();
    expect(resumed.exitCode, JSON.stringify(resumed.failed)).toBe(0);
    expect(moved(resumed)).toEqual({ hooli: "dev-c000 dev-c003 moved" });
    expect(states.all()).toEqual(before);
    expect(["dev", "dev-c001", "dev-c002"].map((stack) => readFileSync(states.file(stack), "utf8"))).toEqual(others);
    expect(await whatRuns(objects, ids)).toEqual(running);
    await updateChangesNothing();
  });

  test("a pin moves a tenant; killed anywhere, with the Pulumi that it runs, it is in one stack in the end", async () => {
    const has = (stack: string): boolean => states.tenants()[stack]?.includes("acme") === true;
    const isLocked = (stack: string): boolean =>
      existsSync(states.locks(stack)) && readdirSync(states.locks(stack)).length > 0;
    const points: readonly (readonly [string, (from: string, to: string, before: number) => boolean])[] = [
      ["a backup is written", (_from, _to, count) => backups() > count],
      ["the new state is being written", (_from, to) => isLocked(to)],
      ["the new state is written", (_from, to) => has(to)],
      ["the old state is being written", (from) => isLocked(from)],
      ["the old state is written", (from) => !has(from)],
    ];
    const held = new Map<string, readonly string[]>();
    for (const [attempt, [point, isReached]] of points.entries()) {
      const [from, to] = attempt % 2 === 0 ? [1, 3] : [3, 1];
      const [source, target] = [`dev-c00${from}`, `dev-c00${to}`];
      const count = backups();
      pin("acme", to);
      const started = startMove();
      const over = new AbortController();
      void started.finally(() => over.abort());
      while (!over.signal.aborted && !isReached(source, target, count)) await sleep(1);
      killWithChildren(started.pid ?? 0);
      await started;
      held.set(point, [source, target].filter(has));
      const resumed = await move();
      expect(resumed.exitCode, JSON.stringify(resumed.failed)).toBe(0);
      expect(states.all()).toEqual(before);
      expect([source, target].filter(has)).toEqual([target]);
    }
    expect(held.get("a backup is written")).toEqual(["dev-c001"]);
    expect(held.get("the new state is written")).toEqual(["dev-c001", "dev-c003"]);
    expect(held.get("the old state is written")).toEqual(["dev-c003"]);
    expect(await whatRuns(objects, ids)).toEqual(running);
  });

  test("Ctrl-C ends a move with 130 and nothing half done, and the same command goes on", async () => {
    const count = backups();
    pin("acme", 0);
    const stopped = startMove();
    await vi.waitFor(() => expect(backups()).toBeGreaterThan(count), { timeout: 60_000, interval: 5 });
    process.kill(-(stopped.pid ?? 0), "SIGINT");
    const { exitCode, all } = await stopped;
    expect(exitCode, all).toBe(130);
    expect(all).toMatch(/^Next: npm run fleet -- move dev$/m);
    expect((await move("--tenant", "acme")).exitCode).toBe(0);
    expect(states.all()).toEqual(before);
    expect(states.tenants()["dev-c000"]).toEqual(["acme", "globex"]);
    await updateChangesNothing();
  });

  test("back to one stack: the cells are empty, and plain Pulumi sees no change either", async () => {
    workspace.setConfig("tenantry:cells", 1);
    const done = await move();
    expect(done.exitCode, JSON.stringify(done.failed)).toBe(0);
    expect(done.emptied).toEqual(["dev-c000", "dev-c001", "dev-c002", "dev-c003"]);
    expect(states.tenants()).toEqual({ dev: [...ids], "dev-c000": [], "dev-c001": [], "dev-c002": [], "dev-c003": [] });
    expect(states.all()).toEqual(before);
    expect(await whatRuns(objects, ids)).toEqual(running);
    await updateChangesNothing();
    const after = await workspace.pulumi(["preview", "--stack", "dev", "--expect-no-changes"]);
    expect(after.exitCode, after.all).toBe(0);
  });
});
