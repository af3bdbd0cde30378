import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, it, test, vi } from "vitest";

import { buildProgram, runCommandLine } from "../../cli/program.ts";

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Runs a command line; returns the exit code and all that it printed. */
async function run(...args: string[]): Promise<{ exitCode: number; text: string; stdout: string }> {
  let text = "";
  let stdout = "";
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      text += String(chunk);
      if (stream === "stdout") stdout += String(chunk);
      return true;
    });
  }
  const exitCode = await runCommandLine(args);
  vi.restoreAllMocks();
  return { exitCode, text, stdout };
}

test("every command has help with examples or needs none", async () => {
  const { exitCode, text } = await run("--help");
  expect(exitCode).toBe(0);
  for (const { name } of buildProgram().commands.map((command) => ({ name: command.name() }))) {
    expect(text).toContain(name);
    expect((await run(name, "--help")).text, name).toMatch(/Examples:/);
  }
});

test("a misspelt command is wrong input and gets a suggestion", async () => {
  const { exitCode, text } = await run("plam", "dev");
  expect(exitCode).toBe(2);
  expect(text).toMatch(/Did you mean plan\?/);
});

test.each([[["plan"]], [["plan", "dev", "--jsno"]], [["local", "dwon"]]])("%s is wrong input", async (args) => {
  expect((await run(...args)).exitCode).toBe(2);
});

test("plan prints the environment and nothing else", async () => {
  const { exitCode, text } = await run("plan", "dev", "--json");
  expect(exitCode).toBe(0);
  expect(Object.keys(JSON.parse(text) as object)).toEqual(
    expect.arrayContaining(["environment", "tenants", "problems", "capacity", "proof"]),
  );
});

test("plan of an environment without a file is wrong input and names what exists", async () => {
  const { exitCode, text } = await run("plan", "prdo");
  expect(exitCode).toBe(2);
  expect(text).toMatch(/Pulumi\.prdo\.yaml.*prod/s);
});

test("outside a program's folder it says where to go", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-empty-"));
  process.chdir(folder);
  const { exitCode, text } = await run("plan", "dev");
  process.chdir(home);
  rmSync(folder, { recursive: true });
  expect(exitCode).toBe(2);
  expect(text).toMatch(/no Pulumi\.yaml in/);
});

describe("with --json, a failure", () => {
  const usage = "tenantry --help";
  it.each([
    [["plan", "--json"], "missing required argument 'environment'"],
    [["plan", "dev", "prod", "--json"], "too many arguments for 'plan'. Expected 1 argument but got 2: dev, prod."],
    [["plam", "--json"], "unknown command 'plam'\n(Did you mean plan?)"],
    [["--json"], "unknown option '--json'"],
  ])("of the command line is one document: %j", async (args, message) => {
    const { exitCode, stdout } = await run(...args);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { message, hint: usage, exitCode: 2 } });
  });

  it.each([
    ["plan", "dev", "--json"],
    ["local", "status", "--json"],
  ])("outside a program's folder is one document: %s %s", async (...args) => {
    const folder = mkdtempSync(join(tmpdir(), "tenantry-empty-"));
    process.chdir(folder);
    const { exitCode, stdout } = await run(...args);
    const message = `no Pulumi.yaml in ${process.cwd()}`;
    process.chdir(home);
    rmSync(folder, { recursive: true });
    const hint = "run the command in the folder of your Tenantry program";
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { message, hint, exitCode: 2 } });
  });

  it("that the verb has put into its own document is told once", async () => {
    const { exitCode, stdout } = await run("plan", "prdo", "--json");
    expect(exitCode).toBe(2);
    expect(Object.keys(JSON.parse(stdout) as object)).toContain("problems");
  });

  it("is none where help was asked for, and without --json nothing is added", async () => {
    expect((await run("plan", "--json", "--help")).stdout).toMatch(/^Usage: /);
    expect((await run("plan")).stdout).toBe("");
    expect((await run("plan", "--", "--json", "more")).stdout).toBe("");
  });
});

test("plan explains two tenants, and does not draw the matrix at the same time", async () => {
  const { exitCode, text } = await run("plan", "dev", "--explain", "acme", "globex");
  expect(exitCode).toBe(0);
  expect(text).toMatch(/^acme -> globex$/m);
  expect((await run("plan", "dev", "--matrix", "--explain", "acme", "globex")).exitCode).toBe(2);
  expect((await run("plan", "dev", "--matrix")).text).toContain("6 directions between 3 tenants");
});
