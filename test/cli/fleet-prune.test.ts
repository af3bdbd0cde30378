import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, expect, test, vi } from "vitest";

import { fleetPrune } from "../../cli/fleet-prune.ts";
import type { PruneReport } from "../../fleet/prune.ts";
import { captureCommand as run } from "../support/command-line.ts";
import { stateFolder } from "./support/state-folder.ts";

const state = stateFolder();

function put(path: string): void {
  mkdirSync(join(state.directory, ".pulumi", path, ".."), { recursive: true });
  writeFileSync(join(state.directory, ".pulumi", path), "{}");
}

const left = (stack: string) => readdirSync(join(state.directory, ".pulumi/history/tenantry", stack)).length;

beforeEach(() => {
  for (const stack of ["prod", "prod-c012", "production", "prod-c0"]) {
    put(`stacks/tenantry/${stack}.json`);
    for (let update = 1; update <= 25; update++) put(`history/tenantry/${stack}/${stack}-${update}.history.json`);
  }
});
test("every stack of the environment is pruned, also a cell that it has no more, and no other", async () => {
  const { exitCode, stdout, stderr } = await run("fleet", "prune", "prod");
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toBe(
    [
      "stack      updates kept  removed  size",
      "prod       20            5        10 B",
      "prod-c012  20            5        10 B",
      "prod: 10 objects of 20 B removed; the newest 20 updates of each stack stay.\n",
    ].join("\n"),
  );
  expect(["prod", "prod-c012", "production", "prod-c0"].map(left)).toEqual([20, 20, 25, 25]);
});

test("a dry run says the same and removes nothing", async () => {
  const dry = await run("fleet", "prune", "prod", "--keep", "1", "--dry-run");
  expect(dry.stdout).toMatch(
    /prod: 48 objects of 96 B would be removed; nothing was; the newest update of each stack stays\.\n$/,
  );
  expect(left("prod")).toBe(25);
  const { stdout } = await run("fleet", "prune", "prod", "--keep", "1", "--json");
  expect(JSON.parse(stdout) as PruneReport).toMatchObject({
    verb: "prune",
    environment: "prod",
    keep: 1,
    dryRun: false,
    removed: 48,
  });
  expect(left("prod")).toBe(1);
});

test("Ctrl-C leaves the stacks that were not begun, and is told in one document or to people", async () => {
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const line = { directory: join(import.meta.dirname, "../.."), environment: "prod" };
  const [before, stop] = [process.exitCode, AbortSignal.abort()];
  try {
    await fleetPrune({ ...line, flags: { json: true } }, stop);
    expect(process.exitCode).toBe(130);
    expect(JSON.parse(written.mock.calls.join(""))).toMatchObject({ stacks: [{ status: "left" }, { status: "left" }] });
    await expect(fleetPrune({ ...line, flags: {} }, stop)).rejects.toMatchObject({ exitCode: 130 });
  } finally {
    process.exitCode = before;
    written.mockRestore();
  }
  expect(left("prod")).toBe(25);
});

test("a locked stack is left alone, and told of", async () => {
  put("locks/organization/tenantry/prod/one.json");
  const { exitCode, stdout } = await run("fleet", "prune", "prod");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^prod +25 +0 +0 B +left: locked by process/m);
  expect([left("prod"), left("prod-c012")]).toEqual([25, 20]);
});

test("a history that cannot be read is a failure, of that stack alone", async () => {
  rmSync(join(state.directory, ".pulumi/history/tenantry/prod"), { recursive: true });
  put("history/tenantry/prod");
  const { exitCode, stdout } = await run("fleet", "prune", "prod");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^prod +0 +0 +0 B +failed: its history cannot be pruned: ENOTDIR/m);
  expect(left("prod-c012")).toBe(20);
});

test.each([
  ["an environment that does not exist", ["nope", "--keep", "3"]],
  ["nothing to be kept", ["prod", "--keep", "0"]],
  ["half an update", ["prod", "--keep", "1.5"]],
])("%s is wrong input, and nothing is removed", async (_what, args) => {
  const { exitCode, stderr } = await run("fleet", "prune", ...args);
  expect(exitCode, stderr).toBe(2);
  expect(left("prod")).toBe(25);
});

test("a backend without files of its own is wrong input", async () => {
  vi.stubEnv("PULUMI_BACKEND_URL", "https://api.pulumi.example");
  const { exitCode, stderr } = await run("fleet", "prune", "prod");
  expect(exitCode).toBe(2);
  expect(stderr).toContain("the history of prod is not in a folder or an S3 bucket");
  vi.stubEnv("PULUMI_BACKEND_URL", "");
  const empty = await run("fleet", "prune", "prod");
  expect(empty.exitCode).toBe(2);
  expect(empty.stderr).toContain("PULUMI_BACKEND_URL is empty");
});

test("a backend that is not there yet has no history", async () => {
  rmSync(join(state.directory, ".pulumi"), { recursive: true });
  const { exitCode, stdout } = await run("fleet", "prune", "prod");
  expect(exitCode).toBe(0);
  expect(stdout).toBe("prod: no stack of it is where PULUMI_BACKEND_URL says; nothing to prune.\n");
  expect(existsSync(join(state.directory, ".pulumi"))).toBe(false);
});
