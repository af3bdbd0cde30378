/** A fleet whose states are rows of a real PostgreSQL, which the CLI serves; `fleet` asks the CLI for them. */
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { StackStatus } from "../../fleet/status.ts";
import { namespaces } from "./support/client.ts";
import { byStack, document, fleet, onboarding, pulumiBelow, statuses } from "./support/fleet.ts";
import { openFleetWorkspace, type FleetWorkspace } from "./support/fleet-workspace.ts";
import { startPostgres, type Postgres } from "./support/postgres.ts";
import type { Workspace } from "./support/workspace.ts";

const records = ["acme", "globex"].map((id, cell) => ({ id, name: id, tier: "free", cell }));
const stacks = ["dev", "dev-c000", "dev-c001"];
const current = Object.fromEntries(stacks.map((stack) => [stack, "current"]));

let postgres: Postgres;
let opened: FleetWorkspace;
let workspace: Workspace;
let objects: KubernetesObjectApi;

beforeAll(async () => {
  postgres = await startPostgres();
  opened = openFleetWorkspace(records, 2, postgres);
  ({ workspace, objects } = opened);
}, 600_000);

afterAll(() => opened.close(() => postgres.stop()));

describe("a fleet whose states are in a database", () => {
  test("comes up, and then has no work", async () => {
    const made = await document("up");
    expect(made.exitCode, JSON.stringify(made.stacks)).toBe(0);
    expect(byStack(made)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "done"])));
    expect(await namespaces(objects)).toEqual(["tenant-acme", "tenant-globex"]);
    expect(await statuses()).toEqual(current);
    const again = await document("up");
    expect(byStack(again)).toEqual(Object.fromEntries(stacks.map((stack) => [stack, "unchanged"])));
  });

  test("one changed tenant is work for one cell", async () => {
    workspace.writeTenants(workspace.tenants().map((each) => (each.id === "globex" ? { ...each, name: "Two" } : each)));
    expect(await statuses()).toEqual({ ...current, "dev-c001": "changed" });
    const updated = await document("up");
    expect(updated.exitCode).toBe(0);
    expect(updated.tenants).toMatchObject({ created: [], updated: ["globex"], deleted: [] });
  });

  test("kill -9 of Pulumi: the lock stays until somebody cancels it, then the next run adopts what was made", async () => {
    const running = await onboarding(workspace, objects, { id: "tyrell", name: "Tyrell", tier: "free", cell: 1 });
    process.kill(await pulumiBelow(running.pid), "SIGKILL");
    expect((await running.ended).exitCode).toBe(1);
    const { exitCode, stdout } = await fleet("up");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/failed: dev-c001: the stack is currently locked by 1 lock.*`pulumi cancel`/);
    // The database's password is in the backend's URL, and must not be in what people see.
    expect(stdout).not.toContain("not-a-secret");
    const { stacks: found } = await document<{ readonly stacks: readonly StackStatus[] }>("status");
    expect(found.find(({ stack }) => stack === "dev-c001")).toMatchObject({ state: "unfinished", lockedBy: null });

    const cancelled = await workspace.pulumi(["cancel", "--stack", "dev-c001", "--yes"]);
    expect(cancelled.exitCode, cancelled.all).toBe(0);
    const next = await document("up");
    expect(next.exitCode, JSON.stringify(next.stacks)).toBe(0);
    expect(await namespaces(objects)).toEqual(["tenant-acme", "tenant-globex", "tenant-tyrell"]);
    expect(await statuses()).toEqual(current);
    const preview = await workspace.pulumi(["preview", "--stack", "dev-c001", "--refresh", "--expect-no-changes"]);
    expect(preview.exitCode, preview.all).toBe(0);
  });

  test("history is not pruned from here, which is said before anything is asked", async () => {
    const { exitCode, stderr } = await fleet("prune");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is not in a folder or an S3 bucket");
  });
});
