/** A process that runs the program for several stacks, on the real engine, without a resource of the cluster. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";

import { ProgramHost } from "../../fleet/host/program-host.ts";
import { eventually } from "./support/client.ts";
import { makeWorkspace, type PulumiResult, type PulumiRun, type Workspace } from "./support/workspace.ts";

/** Says who it is; waits or fails where its configuration says so. */
const program = `
import { existsSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { shared } from "./components/shared.ts";

const config = new pulumi.Config();
if (config.getBoolean("breaks")) {
  pulumi.output("x").apply(() => {
    throw new Error("thrown in an apply");
  });
  // As a mark that is made last waits for what is never made.
  new pulumi.ComponentResource("test:index:Last", "last", { waits: new Promise(() => undefined) });
}
if (config.getBoolean("refuses")) throw new pulumi.RunError("refused on purpose");
if (config.getBoolean("waits")) {
  writeFileSync("waiting", "");
  while (!existsSync("go-on")) await new Promise((resolve) => setTimeout(resolve, 50));
}
shared.runs += 1;
export const stack = pulumi.getStack();
export const word = config.requireSecret("word");
export const { runs } = shared;
export const pid = process.pid;
export const last = new pulumi.StackReference("last", { name: "organization/tenantry/" + stack }).name;
`;

let workspace: Workspace;
let hosts: ProgramHost[];

beforeEach(async () => {
  workspace = makeWorkspace(inject("variables"));
  hosts = [];
  writeFileSync(join(workspace.directory, "index.ts"), program);
  writeFileSync(join(workspace.directory, "components", "shared.ts"), "export const shared = { runs: 0 };\n");
  for (const stack of ["one", "two"]) {
    expect((await workspace.pulumi(["stack", "init", stack])).exitCode).toBe(0);
    await configure(stack, "word", `word of ${stack}`, "--secret");
  }
});

afterEach(() => {
  for (const host of hosts) host.kill();
  workspace.remove();
});

async function configure(stack: string, key: string, value: string, ...flags: readonly string[]): Promise<void> {
  const set = await workspace.pulumi(["config", "set", "--stack", stack, ...flags, key, value]);
  expect(set.exitCode, set.all).toBe(0);
}

async function startHost(): Promise<ProgramHost> {
  const location = {
    directory: workspace.directory,
    environment: "one",
    variables: inject("variables"),
    pulumiRoot: null,
  };
  const host = await ProgramHost.start(location, join(workspace.directory, "program.log"));
  hosts.push(host);
  return host;
}

function update(stack: string, host?: ProgramHost): PulumiRun {
  const client = host === undefined ? [] : ["--client", host.address];
  return workspace.pulumi(["up", "--stack", stack, "--yes", "--skip-preview", ...client]);
}

async function outputs(stack: string): Promise<Record<string, unknown>> {
  const { stdout } = await workspace.pulumi(["stack", "output", "--stack", stack, "--json", "--show-secrets"]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The lines that tell of errors. */
function errors({ all }: PulumiResult): readonly string[] {
  return all.split("\n").filter((line) => line.includes("error: "));
}

describe("a process that runs the program", () => {
  test("gives each stack its own configuration, state and outputs, and loads the modules once", async () => {
    const host = await startHost();
    expect(host.residentBytes).toBe(0);
    for (const [index, stack] of ["one", "two", "one"].entries()) {
      const updated = await update(stack, host);
      expect(updated.exitCode, updated.all).toBe(0);
      expect(await outputs(stack)).toMatchObject({ stack, word: `word of ${stack}`, runs: index + 1 });
    }
    expect((await outputs("one"))["pid"]).toBe((await outputs("two"))["pid"]);
    // Whoever lends it goes by this. No Node with the SDK loaded is smaller.
    expect(host.residentBytes).toBeGreaterThan(50 * 2 ** 20);
    // Its twin, run by Pulumi's own language host: the same but for the process.
    expect((await update("two")).exitCode).toBe(0);
    expect(await outputs("two")).toMatchObject({ stack: "two", word: "word of two", runs: 1 });
    // The secret is one in the state, too.
    const { stdout } = await workspace.pulumi(["stack", "output", "--stack", "one", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ word: "[secret]" });
  });

  test("takes the short form of the runtime in Pulumi.yaml", async () => {
    writeFileSync(join(workspace.directory, "Pulumi.yaml"), "name: tenantry\nruntime: nodejs\n");
    const updated = await update("one", await startHost());
    expect(updated.exitCode, updated.all).toBe(0);
    expect(await outputs("one")).toMatchObject({ stack: "one", runs: 1 });
  });

  test("tells a refusal of the program as Pulumi does", async () => {
    await configure("one", "refuses", "true");
    const [plain, hosted] = [await update("one"), await update("one", await startHost())];
    expect(plain.exitCode).toBeGreaterThan(0);
    expect(hosted.exitCode).toBe(plain.exitCode);
    expect(errors(plain).join()).toContain("refused on purpose");
    expect(errors(hosted).join()).toContain("refused on purpose");
    expect(hosted.all).not.toContain("program-host");
  });

  test("ends an update whose program waits for ever for what an error has kept from being made", async () => {
    await configure("one", "breaks", "true");
    const failed = await update("one", await startHost());
    expect(failed.exitCode).toBeGreaterThan(0);
    expect(failed.all).toContain("thrown in an apply");
  });

  test("does not go on with rules that have changed since it loaded them", async () => {
    const host = await startHost();
    expect((await update("one", host)).exitCode).toBe(0);
    appendFileSync(join(workspace.directory, "preflight", "check.ts"), "// Stricter.\n");
    const refused = await update("one", host);
    expect(refused.exitCode).toBeGreaterThan(0);
    expect(refused.all).toContain("the program's files were changed while it ran; run the same command again");
  });

  test("does not go on with files that have changed since it loaded them", async () => {
    const host = await startHost();
    expect((await update("one", host)).exitCode).toBe(0);
    writeFileSync(join(workspace.directory, "components", "shared.ts"), "export const shared = { runs: 100 };\n");
    const refused = await update("one", host);
    expect(refused.exitCode).toBeGreaterThan(0);
    expect(refused.all).toContain("the program's files were changed while it ran; run the same command again");
    expect((await update("one", await startHost())).exitCode).toBe(0);
    expect(await outputs("one")).toMatchObject({ runs: 101 });
  });

  test("lets an update end whose fleet is gone, and then ends, with its socket", async () => {
    await configure("one", "waits", "true");
    const host = await startHost();
    const running = update("one", host);
    await eventually("the program waits", () => Promise.resolve(existsSync(join(workspace.directory, "waiting"))));
    host.end();
    writeFileSync(join(workspace.directory, "go-on"), "");
    expect((await running).exitCode).toBe(0);
    await eventually("the process has ended", () => Promise.resolve(host.ending === 0));
    expect(existsSync(host.address.slice("unix:".length))).toBe(false);
  });

  test("ends with an engine that is killed, so that nobody waits for it", async () => {
    await configure("one", "waits", "true");
    const host = await startHost();
    const running = update("one", host);
    await eventually("the program waits", () => Promise.resolve(existsSync(join(workspace.directory, "waiting"))));
    running.kill("SIGKILL");
    await running;
    await eventually("the process has ended", () => Promise.resolve(host.ending === 0));
  });

  test("fails its update where it is killed itself; the next one goes on", async () => {
    await configure("one", "waits", "true");
    const host = await startHost();
    const running = update("one", host);
    await eventually("the program waits", () => Promise.resolve(existsSync(join(workspace.directory, "waiting"))));
    host.kill();
    expect((await running).exitCode).toBeGreaterThan(0);
    writeFileSync(join(workspace.directory, "go-on"), "");
    const next = await update("one", await startHost());
    expect(next.exitCode, next.all).toBe(0);
  });

  test("says so where it cannot start, and leaves nothing", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("tenantry-program-"));
    mkdirSync(join(workspace.directory, "empty"));
    writeFileSync(join(workspace.directory, "empty", "Pulumi.yaml"), "runtime: { name: nodejs, options: {} }\n");
    const location = {
      directory: join(workspace.directory, "empty"),
      environment: "one",
      variables: {},
      pulumiRoot: null,
    };
    await expect(ProgramHost.start(location, join(workspace.directory, "program.log"))).rejects.toThrow(
      /the program's process ended before it was ready; see .*program\.log/,
    );
    const abandoned = new AbortController();
    const starting = ProgramHost.start(
      { ...location, directory: workspace.directory },
      join(workspace.directory, "program.log"),
      abandoned.signal,
    );
    abandoned.abort();
    await expect(starting).rejects.toThrow(/ended before it was ready/);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("tenantry-program-"))).toEqual(before);
  });
});
