import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, test, vi } from "vitest";

import { fleetLocation } from "../../cli/fleet-location.ts";
import { captureCommand as run } from "../support/command-line.ts";
import { stateFolder } from "./support/state-folder.ts";

const project = join(import.meta.dirname, "../..");
const state = stateFolder();

describe("where the stacks live", () => {
  test("the shell decides, and dev falls back to the embedded cluster", () => {
    const remote = { PULUMI_BACKEND_URL: "s3://states" };
    const { backendUrl, location } = fleetLocation(project, "dev", remote);
    expect(backendUrl).toBe("s3://states");
    expect(location.variables).not.toHaveProperty("PULUMI_BACKEND_URL");
    expect(fleetLocation(project, "prod", {})).toMatchObject({ backendUrl: "", location: { pulumiRoot: null } });
    expect(() => fleetLocation(state.directory, "dev", {})).toThrow(/there is no embedded cluster/);
    expect(fleetLocation(state.directory, "dev", { PULUMI_ACCESS_TOKEN: "x" })).toMatchObject({ backendUrl: "" });
  });

  test("a relative folder is one of the project, wherever the CLI runs", () => {
    const { backendUrl, location } = fleetLocation(project, "prod", {
      PULUMI_BACKEND_URL: "file://./state?no_tmp_dir=1",
    });
    expect(backendUrl).toBe(`file://${join(project, "state")}?no_tmp_dir=1`);
    expect(location.variables["PULUMI_BACKEND_URL"]).toBe(backendUrl);
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
    expect(stdout).toMatch(/^stack +state +tenants +why\nprod +new +\d+ +never made\nprod: 1 of 1 stack has work\.\n$/);
  });

  test("for scripts: one document", async () => {
    const { stdout } = await run("fleet", "status", "prod", "--json", "--tenant", "northwind");
    expect(JSON.parse(stdout)).toMatchObject({
      verb: "status",
      environment: "prod",
      stacks: [{ stack: "prod", state: "new", operations: null, lockedBy: null }],
    });
  });

  test("a tenant that nobody knows is named, also beside one that is known", async () => {
    for (const tenants of [["northwnd"], ["northwind", "northwnd"]]) {
      const { exitCode, stderr, stdout } = await run("fleet", "status", "prod", "--tenant", ...tenants);
      expect(exitCode).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/prod has no tenant "northwnd"\n.*northwind/);
    }
  });
});

describe("a backend that only the CLI knows", () => {
  const url = "postgres://owner:not-a@secret@127.0.0.1:1/states";
  const says = (text: string): void => {
    writeFileSync(
      join(state.directory, "pulumi"),
      `#!/bin/sh\n[ "$1" = version ] && echo v3.259.0 && exit\n${text} >&2\nexit 1\n`,
    );
    chmodSync(join(state.directory, "pulumi"), 0o755);
  };
  beforeEach(() => vi.stubEnv("PULUMI_BACKEND_URL", url));

  test.each([
    ["status", ["status", "prod"]],
    ["status for scripts", ["status", "prod", "--json"]],
    ["preview", ["preview", "prod"]],
    ["move for scripts", ["move", "prod", "--json"]],
  ])("%s says why it cannot be reached, and no password", async (_name, args) => {
    says(`echo 'error: unable to open state database "${url}": refused'`);
    const { exitCode, stdout, stderr } = await run("fleet", ...args);
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toMatch(/unable to open state database .*127\.0\.0\.1:1\/states.*: refused/);
    // In a document its quotes are escaped.
    expect(stdout + stderr).toMatch(/PULUMI_BACKEND_URL names \\?"postgres:\/\/127\.0\.0\.1:1\\?";/);
    expect(stdout + stderr).not.toMatch(/not-a|secret/);
  });

  test("nor is one named that is a parameter, in what Pulumi says or in the hint", async () => {
    const where = "postgres://127.0.0.1:1/states?sslmode=disable&password=hidden&user=owner";
    vi.stubEnv("PULUMI_BACKEND_URL", where);
    says(`echo 'error: unable to open state database "${where}": refused'`);
    for (const flags of [[], ["--json"]]) {
      const { stdout, stderr } = await run("fleet", "status", "prod", ...flags);
      expect(stdout + stderr).toMatch(/sslmode=disable&password=\.\.\.&user=owner.*: refused/);
      expect(stdout + stderr).not.toContain("hidden");
    }
  });

  test("an empty URL is said to be that", async () => {
    vi.stubEnv("PULUMI_BACKEND_URL", "");
    says("echo error: PULUMI_ACCESS_TOKEN must be set");
    const { stderr } = await run("fleet", "status", "prod");
    expect(stderr).toMatch(/PULUMI_ACCESS_TOKEN must be set\n.*PULUMI_BACKEND_URL is empty/);
  });
});

describe("the summary of a preview", () => {
  test("needs a folder, which is asked for before anything runs", async () => {
    const missing = await run("fleet", "preview", "prod", "--markdown", join(state.directory, "nowhere", "summary.md"));
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toMatch(/there is no folder .*nowhere for .*summary\.md\n.*mkdir -p /);
    const folder = await run("fleet", "preview", "prod", "--markdown", state.directory);
    expect(folder.exitCode).toBe(2);
    expect(folder.stderr).toContain("is a folder");
    expect(missing.stdout + folder.stdout).toBe("");
  });
});

describe("a summary that cannot be written", () => {
  beforeEach(() => {
    // Where the rest of the summary would be is a folder.
    mkdirSync(join(state.directory, "summary.whole.md"));
    writeFileSync(join(state.directory, "pulumi"), "#!/bin/sh\necho v3.259.0\n", { mode: 0o755 });
  });
  const preview = (...flags: readonly string[]) =>
    run("fleet", "preview", "prod", "--markdown", join(state.directory, "summary.md"), ...flags);

  test("is the one document that a script gets", async () => {
    const { exitCode, stdout } = await preview("--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { message: expect.stringMatching(/^the summary cannot be written: /) as unknown },
    });
  });

  test("is told to people after what the preview found", async () => {
    const { exitCode, stdout, stderr } = await preview();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("northwind");
    expect(stderr).toMatch(/the summary cannot be written: /);
  });
});

describe("destroy", () => {
  /** The environment's own stack, with these tenants. */
  function holding(tenants: readonly string[], outputs: object = {}): void {
    const urn = (type: string, name: string): string => `urn:pulumi:prod::tenantry::${type}::${name}`;
    const component = "tenantry:index:TenantStack";
    const resources = [
      { urn: urn("pulumi:pulumi:Stack", "tenantry-prod"), type: "pulumi:pulumi:Stack", outputs },
      ...tenants.map((id) => ({ urn: urn(component, id), type: component })),
    ];
    state.write("prod", { resources });
  }

  test("without a terminal to ask at needs --yes, and says so", async () => {
    const { exitCode, stderr } = await run("fleet", "destroy", "prod");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no terminal to ask at whether to remove every tenant of prod; nothing was removed/);
    expect(stderr).toContain("npm run fleet -- destroy prod --yes");
    const one = await run("fleet", "destroy", "prod", "--tenant", "northwind");
    expect(one.exitCode).toBe(2);
    expect(one.stderr).toMatch(/whether to remove northwind of prod/);
    expect(one.stderr).toContain("npm run fleet -- destroy prod --tenant northwind --yes");
  });

  test("of what does not exist has nothing to do, and needs no Pulumi", async () => {
    const { exitCode, stdout, stderr } = await run("fleet", "destroy", "prod", "--yes");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("nothing changed");
  });

  test("refuses protected tenants before anything is touched, alone and among others", async () => {
    holding(["gone", "kept", "northwind"], { protectedTenants: ["kept"] });
    for (const [args, named] of [
      [[], "kept, northwind"],
      [["--tenant", "gone", "kept"], "kept"],
      // The list protects it, whatever the last update has left.
      [["--tenant", "northwind"], "northwind"],
    ] as const) {
      const { exitCode, stderr } = await run("fleet", "destroy", "prod", "--yes", ...args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${named}: protected; nothing was removed`);
    }
    const free = await run("fleet", "destroy", "prod", "--yes", "--tenant", "gone");
    expect(free.exitCode).toBe(3);
    expect(free.stderr).toMatch(/no pulumi to run/);
  });

  test("of a tenant that its stack does not hold leaves the stack alone", async () => {
    holding(["gone"]);
    const { exitCode, stdout, stderr } = await run("fleet", "destroy", "prod", "--yes", "--tenant", "northwind");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("nothing changed");
  });

  test("a repair of a tenant that is in no list any more would remove it, so it is refused", async () => {
    holding(["gone"]);
    const { exitCode, stderr } = await run("fleet", "repair", "prod", "--tenant", "gone");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("gone: in no list any more, so there is nothing to bring back; nothing was changed");
  });
});

describe("a creation that was cut off", () => {
  /** The environment's own stack, in which a `pulumi` was killed while it made a namespace of a tenant. */
  function cutOff(id: string): void {
    const root = "urn:pulumi:prod::tenantry::pulumi:pulumi:Stack::tenantry-prod";
    const type = "tenantry:index:TenantStack";
    const parent = `urn:pulumi:prod::tenantry::${type}::${id}`;
    const urn = `urn:pulumi:prod::tenantry::${type}$kubernetes:core/v1:Namespace::${id}-namespace`;
    const pending = { type: "creating", resource: { urn, custom: true, type: "kubernetes:core/v1:Namespace", parent } };
    const resources = [
      { urn: root, type: "pulumi:pulumi:Stack" },
      { urn: parent, type, parent: root },
    ];
    state.write("prod", { resources, pending_operations: [pending] });
  }

  test.each([
    ["up", []],
    ["preview", []],
    ["repair", ["--tenant", "northwind"]],
    ["destroy", ["--yes"]],
  ])("of a tenant that is in no list stops %s: nobody would know of its namespace", async (verb, flags) => {
    cutOff("gone");
    const { exitCode, stderr } = await run("fleet", verb, "prod", ...flags);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /pulumi was killed while it made gone \(prod\), .*; nothing was changed\n.*put their records/,
    );
  });

  test("of a tenant in the list is made again by the next update, which nothing stops", async () => {
    cutOff("northwind");
    expect((await run("fleet", "up", "prod")).stderr).toMatch(/no pulumi to run/);
    expect((await run("fleet", "status", "prod")).stdout).toMatch(/1 operation was cut off/);
  });
});

test("an update without Pulumi is a missing tool, and nothing is begun", async () => {
  const { exitCode, stderr } = await run("fleet", "up", "prod");
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/no pulumi to run/);
});

test.each([
  ["an environment that does not exist", ["up", "nope"]],
  ["a tenant that does not exist", ["preview", "prod", "--tenant", "ghost"]],
  ["a tenant that does not exist", ["status", "prod", "--tenant", "ghost"]],
  ["no stack at once", ["up", "prod", "--parallel", "0"]],
  ["a tenant that does not exist", ["move", "prod", "--tenant", "ghost"]],
  ["repair of nobody", ["repair", "prod"]],
  ["destroy of a tenant that does not exist", ["destroy", "prod", "--yes", "--tenant", "ghost"]],
  ["a verb that does not exist", ["upp", "prod"]],
])("%s is wrong input", async (_what, args) => {
  const { exitCode, stderr } = await run("fleet", ...args);
  expect(exitCode, stderr).toBe(2);
  expect(stderr).not.toMatch(/unexpected error/);
});
