import { join } from "node:path";

import { execa } from "execa";
import { describe, expect, it } from "vitest";

import { parseRuns, parseTenants } from "../../bench/command.ts";

const entry = join(import.meta.dirname, "..", "..", "bench", "run.ts");

function bench(...args: readonly string[]) {
  return execa(process.execPath, ["--disable-warning=ExperimentalWarning", entry, ...args], { reject: false });
}

describe("the command line of the benchmarks", () => {
  it("refuses an unknown name with exit code 2 and the list of names", async () => {
    const { exitCode, stderr, stdout } = await bench("onbord");
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      "'onbord' is invalid for argument 'name'. Allowed choices are onboard, fleet, cells, scale, guardrails.",
    );
    expect(stdout).toBe("");
  });

  it.each(["0", "-1", "five", "2.5", "51"])("refuses --runs %s with exit code 2", async (runs) => {
    const { exitCode, stderr } = await bench("onboard", `--runs=${runs}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`Found ${runs}; write a whole number from 1 to 50, such as 5.`);
  });

  it("explains itself with examples and exit code 0", async () => {
    const { exitCode, stdout } = await bench("--help");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("npm run bench -- onboard --breakdown");
    expect(stdout).toContain('(choices: "onboard", "fleet", "cells"');
  });

  it.each(["1", "10001", "ten", "-5", "2.5"])("refuses a fleet of %s", (tenants) => {
    expect(() => parseTenants(tenants)).toThrow(`Found ${tenants}; write a whole number from 2 to 10000.`);
  });

  it("takes cells of one tenant, and none in a single stack", async () => {
    expect((await bench("fleet", "--cell-size", "0")).stderr).toContain("Found 0; write a whole number from 1 to 999.");
    expect((await bench("fleet", "--cell-size", "1", "--single-stack", "0", "--runs", "0")).stderr).toContain("--runs");
    expect((await bench("fleet", "--single-stack", "few")).stderr).toContain("from 0 to 999.");
  });

  it("reads a number of tenants", () => expect(parseTenants("10000")).toBe(10_000));

  it("reads a number of runs", () => {
    expect(parseRuns("12")).toBe(12);
  });
});
