import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { localPaths } from "../../local/paths.ts";
import { captureCommand as run } from "../support/command-line.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

let workspace: Workspace;
const home = process.cwd();

beforeAll(() => {
  workspace = makeWorkspace(inject("variables"));
  process.chdir(workspace.directory);
});

afterAll(async () => {
  const { exitCode, stderr } = await run("local", "down", "--purge");
  process.chdir(home);
  workspace.remove();
  expect(exitCode, stderr).toBe(0);
});

describe("start", () => {
  test("goes from nothing to Ready tenants and says what to do next", async () => {
    const before = await run("local", "kubeconfig");
    expect(before).toMatchObject({ exitCode: 3, stdout: "" });
    expect(before.stderr).toMatch(/there is no embedded cluster .* yet/);

    const { exitCode, stdout, stderr } = await run("start");
    expect(exitCode, stderr).toBe(0);
    for (const tenant of workspace.tenants()) {
      expect(stdout).toMatch(
        new RegExp(`│ ${tenant.id} .*│ tenant-${tenant.id} .*│ (\\d)/\\1 .*│ http://${tenant.id}\\.`),
      );
    }
    expect(stdout).toMatch(/dev is up after .* s; \d+ create/);
    expect(stdout).toMatch(/^Next:\n {2}eval "\$\(npm run -s local -- env\)" /m);
    expect(stdout).toMatch(/^ {2}npm run -s attack -- dev {2}/m);
  });

  test("run again changes nothing", async () => {
    const { exitCode, stdout, stderr } = await run("start");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/nothing changed/);
  });

  test("mends what a killed update left behind", async () => {
    const locks = join(localPaths(workspace.directory).pulumi.state, ".pulumi/locks/organization/tenantry/dev");
    mkdirSync(locks, { recursive: true });
    // No process has this number: it is above what Linux hands out.
    const lock = { pid: 2 ** 22 + 1, username: "root", hostname: hostname(), timestamp: new Date(0).toISOString() };
    writeFileSync(join(locks, "00000000-0000-0000-0000-000000000000.json"), JSON.stringify(lock));
    const { exitCode, stdout, stderr } = await run("start");
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/mending the state of an update that was killed/);
    expect(stdout).toMatch(/nothing changed/);
  });

  test("reports bad input and touches nothing", async () => {
    const good = workspace.tenants();
    workspace.writeTenants([...good, { id: "late", name: "Late", tier: "gold" }]);
    const { exitCode, stdout, stderr } = await run("start");
    workspace.writeTenants(good);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/Pulumi\.dev\.yaml:\d+:\d+ .*gold/);
  });
});

describe("local", () => {
  test("status tells the health of each part, in both forms", async () => {
    const text = await run("local", "status");
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toMatch(/kube-apiserver .*healthy/);
    const json = await run("local", "status", "--json");
    const { state, parts } = JSON.parse(json.stdout) as { state: string; parts: { name: string; health: string }[] };
    expect(state).toBe("up");
    expect(parts.map(({ health }) => health)).toEqual(parts.map(() => "healthy"));
  });

  test("env and kubeconfig lead to this cluster", async () => {
    const paths = localPaths(workspace.directory);
    expect((await run("local", "kubeconfig")).stdout).toBe(`${paths.cluster.kubeconfig}\n`);
    const { stdout } = await run("local", "env");
    expect(stdout).toContain(paths.cluster.kubeconfig);
    expect(stdout.split("\n").filter((line) => line !== "" && !line.startsWith("export "))).toEqual([]);
  });

  test("down stops it, up brings the same tenants back", async () => {
    expect((await run("local", "down")).exitCode).toBe(0);
    expect((await run("local", "status")).exitCode).toBe(3);
    const up = await run("local", "up");
    expect(up.exitCode, up.stderr).toBe(0);
    expect(up.stdout).toMatch(/^cluster up at .*\n\nNext:\n {2}npm start {2}/);
    const { exitCode, stdout } = await run("start");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/nothing changed/);
  });
});
