import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { AppsV1Api } from "@kubernetes/client-node";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { openCluster } from "./support/client.ts";
import { repository } from "./support/workspace.ts";

let folder: string;
let variables: Record<string, string>;

/** Links every installed package into a folder's node_modules, as an install would put copies there. */
function linkPackages(target: string): void {
  const source = join(repository, "node_modules");
  const names = readdirSync(source).flatMap((name) =>
    name.startsWith("@") ? readdirSync(join(source, name)).map((member) => join(name, member)) : [name],
  );
  for (const name of names.filter((entry) => !entry.startsWith("."))) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    symlinkSync(join(source, name), join(target, name));
  }
}

function run(command: string, args: readonly string[], directory: string) {
  return execa(command, args, { cwd: directory, env: variables, all: true, reject: false, stdin: "ignore" });
}

/** The Pulumi CLI in a folder; fails the test when the command fails, and returns what it printed. */
function pulumiIn(directory: string) {
  return async (...args: string[]): Promise<string> => {
    const result = await run("pulumi", [...args, "--non-interactive", "--color", "never"], directory);
    expect(result.exitCode, result.all).toBe(0);
    return result.stdout;
  };
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tenantry-package-")));
  variables = { ...inject("variables"), PULUMI_BACKEND_URL: `file://${folder}` };
  const modules = join(folder, "node_modules");
  linkPackages(modules);
  await execa("npm", ["run", "-s", "build"], { cwd: repository });
  const packed = await execa("npm", ["pack", "--loglevel=error", "--pack-destination", folder], { cwd: repository });
  mkdirSync(join(modules, "tenantry"));
  const archive = join(folder, packed.stdout.trim());
  await execa("tar", ["-xzf", archive, "-C", join(modules, "tenantry"), "--strip-components=1"]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the packed package", () => {
  test("gives the runtime component to somebody else's program, which comes up", async () => {
    const example = join(folder, "runtime");
    cpSync(join(repository, "docs", "examples", "runtime"), example, { recursive: true });
    const pulumi = pulumiIn(example);
    await pulumi("stack", "init", "example");
    await pulumi("config", "set", "image", "registry.example/agent:1");
    await pulumi("up", "--yes", "--skip-preview");
    const apps = openCluster(variables["KUBECONFIG"] ?? "").makeApiClient(AppsV1Api);
    const { items } = await apps.listNamespacedStatefulSet({ namespace: "agents" });
    expect(items.map(({ status }) => status?.readyReplicas)).toEqual([expect.any(Number)]);
    expect(await pulumi("stack", "output", "endpoint")).toMatch(/^http:\/\/.*\.agents\.svc/);
    await pulumi("preview", "--expect-no-changes");
    await pulumi("destroy", "--yes", "--skip-preview");
  });

  test("gives the tenant component, planned in code, which comes up", async () => {
    const example = join(folder, "tenant");
    cpSync(join(repository, "docs", "examples", "tenant"), example, { recursive: true });
    const pulumi = pulumiIn(example);
    await pulumi("stack", "init", "example");
    await pulumi("config", "set", "runtimeImage", "registry.example/runtime:1");
    await pulumi("config", "set", "dashboardImage", "registry.example/dashboard:1");
    await pulumi("config", "set", "--secret", "modelToken", "example-token");
    await pulumi("up", "--yes", "--skip-preview");
    expect((await pulumi("stack", "output", "namespace")).trim()).toBe("tenant-acme");
    expect(await pulumi("stack", "export")).not.toContain(Buffer.from("example-token").toString("base64"));
    // Nobody wrote `protect`, so the tenant is protected.
    const refused = await run("pulumi", ["destroy", "--yes", "--skip-preview", "--non-interactive"], example);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/protect/);
    await pulumi("state", "unprotect", "--all", "--yes");
    await pulumi("destroy", "--yes", "--skip-preview");
  });

  test("gives the command line with the files it needs", async () => {
    const program = join(folder, "program");
    mkdirSync(program);
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) cpSync(join(repository, file), join(program, file));
    const command = join(folder, "node_modules", "tenantry", "dist", "cli", "main.js");
    const plan = await run("node", [command, "plan", "dev", "--json"], program);
    expect(plan.exitCode, plan.all).toBe(0);
    expect((JSON.parse(plan.stdout) as { tenants: unknown[] }).tenants).toHaveLength(3);
    const page = await run("node", [command, "plan", "dev", "--html"], program);
    expect(page.exitCode, page.all).toBe(0);
    expect(readFileSync(join(program, "tenantry-dev-plan.html"), "utf8")).toContain("Content-Security-Policy");
    const up = await run("node", [command, "local", "up"], program);
    expect(up.exitCode, up.all).toBe(0);
    const down = await run("node", [command, "local", "down", "--purge"], program);
    expect(down.exitCode, down.all).toBe(0);
  });
});
