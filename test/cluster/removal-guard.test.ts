/** The guard against vanished records on the real engine, without a resource of the cluster: what an update leaves for the next one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";

import { makeWorkspace, type Workspace } from "./support/workspace.ts";

/** The program's own guard before and after a resource that may fail: a reference to a stack that does not exist. */
const program = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as guard from "./components/removal-guard.ts";

const { tenants, fails } = JSON.parse(readFileSync("list.json", "utf8"));
await guard.refuseRemoval({ plan: { tenants }, tenants });
const missing = fails ? new pulumi.StackReference("missing", { name: "organization/tenantry/missing" }) : undefined;
export const protectedTenants = guard.protectedTenants({ tenants });
export const made = missing?.getOutput("made") ?? true;
`;

let workspace: Workspace;

beforeEach(async () => {
  workspace = makeWorkspace(inject("variables"));
  writeFileSync(join(workspace.directory, "index.ts"), program);
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
});

afterEach(() => {
  workspace.remove();
});

/** An update with these tenants, each protected or not. */
async function update(protection: Readonly<Record<string, boolean>>, end: "well" | "badly"): Promise<string> {
  const tenants = Object.entries(protection).map(([id, protect]) => ({ id, protect }));
  writeFileSync(join(workspace.directory, "list.json"), JSON.stringify({ tenants, fails: end === "badly" }));
  const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(result.exitCode === 0, result.all).toBe(end === "well");
  return result.all;
}

const refusal = "acme: protected, and no longer in the list; nothing was changed.";

describe("a protected tenant's record that vanishes", () => {
  test("is missed after a first update that failed", async () => {
    expect(await update({ acme: true, globex: false }, "badly")).toContain("unknown stack");
    expect(await update({}, "badly")).toContain(refusal);
    // And not only the first time: the refusal itself is an update that failed.
    expect(await update({ globex: false }, "badly")).toContain(refusal);
  });

  test("is missed after a later update that failed and would have released it", async () => {
    await update({ acme: true }, "well");
    expect(await update({ acme: false }, "badly")).toContain("unknown stack");
    expect(await update({}, "badly")).toContain(refusal);
  });

  test("is missed where a failed update was the first to have it", async () => {
    await update({ globex: false }, "well");
    await update({ acme: true, globex: false }, "badly");
    expect(await update({ globex: false }, "badly")).toContain(refusal);
  });

  test("takes no other output of the last update away", async () => {
    await update({ acme: true }, "well");
    await update({ acme: true, globex: true }, "badly");
    const { stdout } = await workspace.pulumi(["stack", "output", "--stack", "dev", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ made: true, protectedTenants: ["acme", "globex"] });
  });

  test("may go once an update that ended well has released it", async () => {
    await update({ acme: true }, "badly");
    await update({ acme: true }, "well");
    await update({ acme: false }, "well");
    expect(await update({}, "well")).not.toContain("no longer in the list");
  });
});
