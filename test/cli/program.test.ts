import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, test, vi } from "vitest";

import { buildProgram, runCommandLine } from "../../cli/program.ts";

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Runs a command line; returns the exit code and all that it printed. */
async function run(...args: string[]): Promise<{ exitCode: number; text: string }> {
  let text = "";
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    });
  }
  const exitCode = await runCommandLine(args);
  vi.restoreAllMocks();
  return { exitCode, text };
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
