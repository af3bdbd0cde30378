import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { fingerprints, programDigest } from "../../components/fingerprint.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { loadText } from "../tenants/support/project.ts";

const tenants = ["acme", "globex", "initech", "umbrella"];

/** Fingerprints of the platform's stack and of two cells; `from` becomes `to` in the records. */
function stacks({ from = "", to = "", secret = "" } = {}) {
  const records = tenants.map((id, index) => `- { id: ${id}, name: ${id}, tier: free, cell: ${index % 2} }`).join("\n");
  const secrets = secret === "" ? "" : `tenantry:tenantSecrets: { acme: { TOKEN: { secure: ${secret} } } }`;
  const config = `tenantry:cells: 2\n${secrets}`.trim();
  const loaded = loadText({ tenants: records.replace(from, to), config });
  const of = fingerprints("program", planEnvironment(loaded), loaded.secrets);
  return [null, 0, 1].map(of);
}

/** Which of the stacks have changed. */
function changed(before: readonly string[], after: readonly string[]): readonly number[] {
  return before.flatMap((value, index) => (value === after[index] ? [] : [index]));
}

test("the same files give the same fingerprints, each stack its own", () => {
  expect(stacks()).toEqual(stacks());
  expect(new Set(stacks()).size).toBe(3);
});

test("a changed, added or removed tenant changes its own cell and nothing else", () => {
  expect(changed(stacks(), stacks({ from: "name: acme", to: "name: Acme" }))).toEqual([1]);
  expect(changed(stacks(), stacks({ from: "- { id: globex", to: "- { id: umber" }))).toEqual([2]);
  expect(changed(stacks(), stacks({ from: "- { id: umbrella, name: umbrella, tier: free, cell: 1 }" }))).toEqual([2]);
  expect(
    changed(stacks(), stacks({ from: "initech, tier: free, cell: 0", to: "initech, tier: free, cell: 1" })),
  ).toEqual([1, 2]);
});

test("a secret that was set anew changes its tenant's cell", () => {
  expect(changed(stacks({ secret: "v1:one" }), stacks({ secret: "v1:one" }))).toEqual([]);
  expect(changed(stacks({ secret: "v1:one" }), stacks({ secret: "v1:two" }))).toEqual([1]);
});

test("another number of cells changes the environment's own stack, which tells the cells of it", () => {
  const of = (cells: number) => {
    const loaded = loadText({
      tenants: "- { id: acme, name: acme, tier: free, cell: 0 }",
      config: `tenantry:cells: ${cells}`,
    });
    const fingerprint = fingerprints("program", planEnvironment(loaded), loaded.secrets);
    return [null, 0].map(fingerprint);
  };
  expect(changed(of(2), of(3))).toEqual([0]);
});

test("another program changes everything", () => {
  const loaded = loadText({});
  const plan = planEnvironment(loaded);
  expect(fingerprints("other", plan, [])(null)).not.toBe(fingerprints("program", plan, [])(null));
});

test("the program's digest follows its sources and packages, not its configuration, tests or documents", () => {
  const project = join(import.meta.dirname, "../..");
  const copy = mkdtempSync(join(tmpdir(), "tenantry-program-"));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const path of ["index.ts", "Pulumi.yaml", "package.json", "Pulumi.dev.yaml", "tenants", "components"]) {
    cpSync(join(project, path), join(copy, path), { recursive: true });
  }
  const before = programDigest(project);
  expect(programDigest(copy)).toBe(before);
  writeFileSync(join(copy, "Pulumi.dev.yaml"), "config: {}\n");
  writeFileSync(join(copy, "tenants/prod/late.yaml"), "[]\n");
  expect(programDigest(copy)).toBe(before);
  writeFileSync(join(copy, "components/extra.ts"), "export {};\n");
  const extended = programDigest(copy);
  expect(extended).not.toBe(before);
  writeFileSync(join(copy, "package.json"), JSON.stringify({ dependencies: { "@pulumi/kubernetes": "5.0.0" } }));
  expect(programDigest(copy)).not.toBe(extended);
});

test("the environments of this project have fingerprints without secrets in the clear", () => {
  const project = join(import.meta.dirname, "../..");
  const loaded = loadEnvironment({ directory: project, environment: "prod" });
  expect(fingerprints(programDigest(project), planEnvironment(loaded), loaded.secrets)(null)).toMatch(/^[0-9a-f]{64}$/);
});
