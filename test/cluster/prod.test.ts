import { rmSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { makeWorkspace, type Workspace } from "./support/workspace.ts";

let workspace: Workspace;

beforeAll(async () => {
  workspace = makeWorkspace(inject("variables"));
  const created = await workspace.pulumi(["stack", "init", "prod"]);
  expect(created.exitCode, created.all).toBe(0);
});

afterAll(() => {
  workspace.remove();
});

test("prod previews as creations only, secrets asked for by name included", async () => {
  const path = "tenantry:tenantSecrets.atlas-bank.MODEL_TOKEN";
  const set = await workspace.pulumi(["config", "set", "--stack", "prod", "--secret", "--path", path, "example-token"]);
  expect(set.exitCode, set.all).toBe(0);
  const result = await workspace.pulumi(["preview", "--stack", "prod", "--json"]);
  expect(result.exitCode, result.all).toBe(0);
  const { changeSummary } = JSON.parse(result.stdout) as { changeSummary: Record<string, number> };
  expect(Object.keys(changeSummary)).toEqual(["create"]);
  expect(changeSummary["create"]).toBeGreaterThan(12 * 20);
  expect(result.all).not.toContain("example-token");
  expect(result.all).not.toContain(Buffer.from("example-token").toString("base64"));
});

test("a missing tenant file is an error of the preview, and nothing is planned without it", async () => {
  rmSync(join(workspace.directory, "tenants", "prod"), { recursive: true });
  const result = await workspace.pulumi(["preview", "--stack", "prod"]);
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(/Pulumi\.prod\.yaml:\d+:\d+ .*tenants\/prod/);
});
