import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { generatedFiles } from "../../tenants/generate.ts";
import { stackText } from "./support/project.ts";

const project = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(project, path), "utf8");

describe("generated files", () => {
  it.each(Object.entries(generatedFiles()))("%s is current; run `node tenants/generate.ts`", (path, content) => {
    expect(read(path)).toBe(content);
  });
});

/** Editors that know the schema accept what Tenantry accepts. */
function validator(path: string) {
  return new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(read(path)) as object);
}

describe("the schema for editors", () => {
  const stack = validator("tenants/schema.json");
  const tenantFile = validator("tenants/tenant-file.schema.json");

  it.each(["Pulumi.dev.yaml", "Pulumi.prod.yaml"])("accepts %s, which refers to it", (path) => {
    expect(read(path)).toMatch(/^# yaml-language-server: \$schema=tenants\/schema\.json\n/);
    stack(parse(read(path)));
    expect(stack.errors).toBeNull();
  });

  it("accepts the tenant files of prod, which refer to theirs", () => {
    const files = readdirSync(join(project, "tenants/prod"));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const text = read(`tenants/prod/${file}`);
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/tenant-file\.schema\.json\n/);
      tenantFile(parse(text));
      expect(tenantFile.errors).toBeNull();
    }
  });

  it.each([
    ["an unknown key", "- { id: acme, name: Acme, tier: pro, colour: blue }"],
    ["an unknown tier", "- { id: acme, name: Acme, tier: gold }"],
    ["a missing name", "- { id: acme, tier: pro }"],
    ["a malformed amount", "- { id: acme, name: Acme, tier: pro, quota: { limits.memory: 5GB } }"],
    ["an id with capitals", "- { id: Acme, name: Acme, tier: pro }"],
  ])("refuses %s", (_, tenants) => {
    expect(stack(parse(stackText({ tenants })))).toBe(false);
    expect(tenantFile(parse(tenants))).toBe(false);
  });
});
