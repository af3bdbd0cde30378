import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { changedStacks, fleetAt } from "../../fleet/changed-since.ts";
import { planFleet } from "../../fleet/inventory.ts";
import { soundEnvironment, stackText } from "../tenants/support/project.ts";

let repository: string;
let project: string;

function git(...args: readonly string[]): void {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  execFileSync("git", [...identity, ...args], { cwd: repository, stdio: "pipe" });
}

/** Writes an environment of three cells and commits it. */
function commit(tenants: string, files: Readonly<Record<string, string>> = {}): void {
  write(tenants, files);
  git("add", "--all");
  git("commit", "--quiet", "--message", "change");
}

function write(tenants: string, files: Readonly<Record<string, string>> = {}): void {
  const config = "tenantry:cells: 3\ntenantry:tenantFiles: [customers/*.yaml]";
  const all = {
    "Pulumi.dev.yaml": stackText({ tenants, config }),
    "index.ts": "export {};\n",
    "package.json": "{}",
    ...files,
  };
  for (const [path, content] of Object.entries(all)) writeFileSync(join(project, path), content);
}

const acme = "- { id: acme, name: Acme, tier: free, cell: 0 }";
const globex = "- { id: globex, name: Globex, tier: free, cell: 1 }";
const inFile = { "customers/more.yaml": "- { id: initech, name: Initech, tier: free, cell: 2 }\n" };

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "tenantry-git-"));
  // A program in a folder of a larger repository.
  project = join(repository, "infra");
  mkdirSync(join(project, "customers"), { recursive: true });
  git("init", "--quiet");
  commit(`${acme}\n${globex}`, inFile);
  git("tag", "before");
});
afterEach(() => rmSync(repository, { recursive: true }));

async function changed(ref = "before"): Promise<readonly string[]> {
  return [...changedStacks(planFleet(project, "dev"), await fleetAt(project, "dev", ref))];
}

test("nothing has changed since now", async () => {
  expect(await changed("HEAD")).toEqual([]);
  expect(await changed()).toEqual([]);
});

test("a changed record changes its cell, in the stack file and in a tenant file, committed or not", async () => {
  commit(`${acme.replace("Acme", "Acme Corporation")}\n${globex}`, inFile);
  expect(await changed()).toEqual(["dev-c000"]);
  write(`${acme}\n${globex}`, { "customers/more.yaml": inFile["customers/more.yaml"].replace("Initech", "Initrode") });
  expect(await changed()).toEqual(["dev-c002"]);
});

test("a changed program changes everything", async () => {
  commit(`${acme}\n${globex}`, { ...inFile, "index.ts": "export const other = 1;\n" });
  expect(await changed()).toEqual(["dev", "dev-c000", "dev-c001", "dev-c002"]);
});

test("where the environment did not exist, or was wrong by today's rules, everything has changed", async () => {
  commit("- { id: acme, name: Acme, tier: gold }", inFile);
  git("tag", "wrong");
  commit(`${acme}\n${globex}`, inFile);
  expect(await fleetAt(project, "dev", "wrong")).toBeNull();
  expect(await changed("wrong")).toHaveLength(4);
  writeFileSync(
    join(project, "Pulumi.new.yaml"),
    stackText({ tenants: acme, environment: soundEnvironment, config: "tenantry:cells: 1" }),
  );
  expect(await fleetAt(project, "new", "before")).toBeNull();
});

test("a ref that git does not know is wrong input, also one that looks like an option", async () => {
  for (const ref of ["nope", "--output=/tmp/x", "HEAD:infra"]) {
    await expect(fleetAt(project, "dev", ref)).rejects.toMatchObject({ exitCode: 2 });
  }
});
