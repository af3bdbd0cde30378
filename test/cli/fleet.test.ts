import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { retryOf } from "../../cli/fleet.ts";
import { fleetLocation } from "../../cli/fleet-location.ts";
import { captureCommand as run } from "../support/command-line.ts";

const project = join(import.meta.dirname, "../..");
let state: string;
const signals = ["SIGINT", "SIGTERM"] as const;
const listening = signals.map((signal) => process.listeners(signal));

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "tenantry-state-"));
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  // Nothing in here may start Pulumi.
  vi.stubEnv("PATH", state);
});
afterEach(() => {
  // Each command listens for as long as its process lives, which outside of tests ends with it.
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (listening[index]?.includes(listener) !== true) process.off(signal, listener);
    }
  }
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true });
});

describe("where the stacks live", () => {
  test("the shell decides, and dev falls back to the embedded cluster", () => {
    const remote = { PULUMI_BACKEND_URL: "s3://states" };
    const { backendUrl, location } = fleetLocation(project, "dev", remote);
    expect(backendUrl).toBe("s3://states");
    expect(location.variables).not.toHaveProperty("PULUMI_BACKEND_URL");
    expect(fleetLocation(project, "prod", {})).toMatchObject({ backendUrl: "", location: { pulumiRoot: null } });
    expect(() => fleetLocation(state, "dev", {})).toThrow(/there is no embedded cluster/);
    expect(fleetLocation(state, "dev", { PULUMI_ACCESS_TOKEN: "x" })).toMatchObject({ backendUrl: "" });
  });
});

test("cells share a cache of compiled code and ask for no newer CLI, unless the shell says otherwise", () => {
  expect(fleetLocation(project, "prod", {}).location.variables).toEqual({
    NODE_COMPILE_CACHE: join(project, ".tenantry", "node-compile-cache"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const own = { NODE_COMPILE_CACHE: "elsewhere", PULUMI_SKIP_UPDATE_CHECK: "false" };
  expect(fleetLocation(project, "prod", own).location.variables).toEqual(own);
});

describe("status without any stack", () => {
  test("for people: what has work, and exit code 1", async () => {
    const { exitCode, stdout } = await run("fleet", "status", "prod");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^stack +state +tenants +why\nprod +new +\d+ +never made\nprod: 1 of 1 stacks have work\.\n$/,
    );
  });

  test("for scripts: one document", async () => {
    const { stdout } = await run("fleet", "status", "prod", "--json", "--tenant", "northwind");
    expect(JSON.parse(stdout)).toMatchObject({
      verb: "status",
      environment: "prod",
      stacks: [{ stack: "prod", state: "new", operations: null, lockedBy: null }],
    });
  });
});

test("the command that goes on has every flag that chose the stacks", () => {
  const flags = { tenant: ["acme"], changedSince: "main", all: true, refresh: true, parallel: 3 };
  expect(retryOf("up", "prod", flags)).toBe(
    "npm run fleet -- up prod --tenant acme --changed-since main --all --refresh --parallel 3",
  );
  expect(retryOf("up", "prod", {})).toBe("npm run fleet -- up prod");
});

test("destroy of what does not exist has nothing to do, and needs no Pulumi", async () => {
  const { exitCode, stdout, stderr } = await run("fleet", "destroy", "prod");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain("nothing changed");
});

test("an update without Pulumi is a missing tool, and nothing is begun", async () => {
  const { exitCode, stderr } = await run("fleet", "up", "prod");
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/no pulumi to run/);
});

describe("move", () => {
  /** A cell that the environment has no more, with the tenants of a finished update; or of one that did not end. */
  function surplus(tenants: readonly string[], begun = "old"): void {
    const urn = (type: string, name: string): string => `urn:pulumi:prod-c000::tenantry::${type}::${name}`;
    const root = urn("pulumi:pulumi:Stack", "tenantry-prod-c000");
    const finished = { fingerprint: "old", resources: tenants.length + 1 };
    const resources = [
      { urn: root, type: "pulumi:pulumi:Stack", outputs: { fleet: { finished } } },
      { urn: urn("tenantry:index:Update", "update"), type: "tenantry:index:Update", inputs: { fingerprint: begun } },
      ...tenants.map((id) => {
        const type = "tenantry:index:TenantStack";
        return { urn: urn(type, id), type, parent: root };
      }),
    ];
    const folder = join(state, ".pulumi", "stacks", "tenantry");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "prod-c000.json"),
      JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
    );
  }

  test("with everybody in place needs no Pulumi", async () => {
    const { exitCode, stdout, stderr } = await run("fleet", "move", "prod");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe("Every tenant of prod is where it belongs.\n");
  });

  test("as a dry run says who would move, for people and for scripts, and needs no Pulumi", async () => {
    surplus(["northwind"]);
    const { exitCode, stdout, stderr } = await run("fleet", "move", "prod", "--dry-run");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("  prod-c000 -> prod: 1 (northwind)\n  to be empty then: prod-c000\n");
    const scripts = await run("fleet", "move", "prod", "--dry-run", "--json");
    expect(JSON.parse(scripts.stdout)).toMatchObject({
      verb: "move",
      dryRun: true,
      tenants: [{ tenant: "northwind", from: ["prod-c000"], to: "prod", status: "planned" }],
    });
  });

  test("is refused with everything that is in the way; a dry run tells it and ends with 1", async () => {
    surplus(["northwind", "gone"], "later");
    const { exitCode, stderr } = await run("fleet", "move", "prod");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /nothing was changed: prod-c000: it holds gone, which is in no list any more; prod-c000: its last update did not end/,
    );
    expect((await run("fleet", "move", "prod", "--dry-run")).exitCode).toBe(1);
  });
});

test.each([
  ["an environment that does not exist", ["up", "nope"]],
  ["a tenant that does not exist", ["preview", "prod", "--tenant", "ghost"]],
  ["a tenant that does not exist", ["status", "prod", "--tenant", "ghost"]],
  ["no stack at once", ["up", "prod", "--parallel", "0"]],
  ["a tenant that does not exist", ["move", "prod", "--tenant", "ghost"]],
  ["repair of nobody", ["repair", "prod"]],
  ["destroy of one tenant", ["destroy", "prod", "--tenant", "northwind"]],
  ["a verb that does not exist", ["upp", "prod"]],
])("%s is wrong input", async (_what, args) => {
  const { exitCode, stderr } = await run("fleet", ...args);
  expect(exitCode, stderr).toBe(2);
  expect(stderr).not.toMatch(/unexpected error/);
});
