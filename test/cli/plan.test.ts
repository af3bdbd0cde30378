import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { renderPage } from "../../cli/html/page.ts";
import { inspectPlan } from "../../cli/plan-inspection.ts";
import { planCommand } from "../../cli/plan.ts";
import { stackText, withProject } from "../tenants/support/project.ts";

const project = join(import.meta.dirname, "../..");

interface PlanDocument {
  readonly environment: string;
  readonly tenants: readonly { readonly id: string }[];
  readonly problems: readonly { readonly rule: string }[];
  readonly capacity: readonly { readonly resource: string }[];
  readonly proof: { readonly holds: boolean } | null;
  readonly platform: unknown;
}

function planOf(stack: Parameters<typeof stackText>[0], json: boolean, colour = false) {
  return withProject({ "Pulumi.dev.yaml": stackText(stack) }, (directory) =>
    planCommand(directory, "dev", { json, colour }),
  );
}

describe("plan for people", () => {
  it("shows tenants, capacity and proof, without colours unless asked", () => {
    const { stdout, stderr, exitCode } = planCommand(project, "dev", { json: false });
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^acme +enterprise +active +tenant-acme +2 to 5 +2 to 10 +8 to 16 +16Gi to 32Gi +100Gi +acme\.dev\.tenantry\.example$/m,
    );
    expect(stdout).toMatch(/^requests\.cpu +13 cores +90 cores +14 %$/m);
    expect(stdout).toContain(
      "Isolation (network, api, names, storage, secrets, compute, identity) holds: 6 of 6 directions between tenants are closed.",
    );
    expect(stdout).not.toContain("\u001b[");
    expect(stdout).not.toMatch(/ $/m);
    expect(planCommand(project, "dev", { json: false, colour: true }).stdout).toContain("\u001b[");
  });

  it("shows consented openings and suspended tenants", () => {
    const { stdout } = planCommand(project, "prod", { json: false });
    expect(stdout).toContain("  open: northwind -> harborline on 3000");
    expect(stdout).toMatch(/^solstice +pro +suspended +tenant-solstice +0 +0 .* none$/m);
    expect(stdout).toMatch(/^larkspur +free +active +tenant-larkspur +1 +1 to 2 /m);
  });

  it("lists problems on standard error, ends with 2, and shows what can be planned", () => {
    const { stdout, stderr, exitCode } = planOf(
      { tenants: "- { id: acme, name: Acme, tier: pro }\n- { id: globex, name: Globex, tier: gold }" },
      false,
    );
    expect(exitCode).toBe(2);
    expect(stdout).toContain("tenant-acme");
    expect(stdout).not.toContain("tenant-globex");
    expect(stderr).toMatch(
      /^Pulumi\.dev\.yaml:4:41 tenant globex tier: "gold"; .*\n1 problem in the configuration\.\n$/,
    );
  });

  it("says first which records are left out, and why; also of the matrix", () => {
    const tenants = [
      "- { id: acme, name: Acme, tier: pro }",
      "- { id: globex, tier: gold }",
      "- { name: Nobody, tier: pro }",
      "- nothing",
    ].join("\n");
    const gap = [
      "3 of 4 records are left out, since they cannot be planned as written:",
      "  globex (Pulumi.dev.yaml:4): name, tier",
      "  (no id) (Pulumi.dev.yaml:5): id",
      "  (no id) (Pulumi.dev.yaml:6): the whole record",
      "",
    ].join("\n");
    const one = planOf({ tenants }, false).stdout;
    expect(one.slice(0, gap.length)).toBe(gap);
    const matrix = withProject({ "Pulumi.dev.yaml": stackText({ tenants }) }, (directory) =>
      planCommand(directory, "dev", { json: false, matrix: true }),
    );
    expect(matrix.stdout.slice(0, gap.length)).toBe(gap);
    // Nothing is said of records that are planned although a key in them is not known.
    const known = planOf({ tenants: "- { id: acme, name: Acme, tier: pro, colour: red }" }, false);
    expect([known.exitCode, known.stdout]).toEqual([2, expect.stringMatching(/^tenant /)]);
  });

  it("says which lists cannot be read, so that tenants may be missing, and counts when there are many", () => {
    const bad = Array.from({ length: 22 }, (_, index) => `- { id: bad${index}, name: Bad }`).join("\n");
    const stack = `${stackText({ tenants: bad })}  tenantry:tenantFiles: [more/*.yaml, none/*.yaml]\n`;
    const files = { "Pulumi.dev.yaml": stack, "more/map.yaml": "id: acme\n", "more/torn.yaml": "- {" };
    const { stdout } = withProject(files, (directory) => planCommand(directory, "dev", { json: false }));
    expect(stdout).toContain("22 of 22 records are left out");
    expect(stdout).toMatch(/^ {2}bad19 \(.*\n {2}and 2 more\n/m);
    for (const list of ["more/map.yaml", "more/torn.yaml", "tenantry:tenantFiles[1]"])
      expect(stdout).toContain(`What ${list} lists is left out, wholly or in part: it cannot be read.\n`);
    const page = renderPage(
      withProject(files, (directory) => inspectPlan(directory, "dev")),
      "",
    );
    expect(page).toContain("22 of 22 records are left out, since they cannot be planned as written.");
    expect(page).toContain("Lists that cannot be read are left out, wholly or in part: tenantry:tenantFiles[1]");
  });

  it("shows nothing where the environment cannot be read", () => {
    const { stdout, stderr, exitCode } = planCommand(project, "devv", { json: false });
    expect([stdout, exitCode]).toEqual(["", 2]);
    expect(stderr).toContain('Did you mean "dev"?');
  });

  it("counts problems, marks what does not fit, and says that there are no tenants", () => {
    const environment = "capacity: { cpu: 1, memory: 360Gi, ephemeralStorage: 300Gi, storage: 1Ti, pods: 1 }";
    const { stdout, stderr } = planOf({ environment: stackEnvironment(environment) }, false, true);
    expect(stdout).toMatch(/requests\.cpu.*4 cores.*1 cores.*\u001b\[31m400 %/);
    expect(stderr).toContain("2 problems in the configuration.");
    expect(planOf({ tenants: "[]" }, false).stdout).toContain("No tenants.");
  });
});

describe("plan for programs", () => {
  it("is one document with everything", () => {
    const { stdout, stderr, exitCode } = planCommand(project, "prod", { json: true });
    const document = JSON.parse(stdout) as PlanDocument;
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(Object.keys(document)).toEqual(["environment", "tenants", "problems", "capacity", "proof", "platform"]);
    expect(document.environment).toBe("prod");
    expect(document.tenants).toHaveLength(12);
    expect(document.problems).toEqual([]);
    expect(document.proof?.holds).toBe(true);
  });

  it("is one document with problems too", () => {
    const { stdout, exitCode } = planOf({ tenants: "- { id: acme, name: Acme, tier: gold }" }, true);
    const document = JSON.parse(stdout) as PlanDocument;
    expect(exitCode).toBe(2);
    expect(document.tenants).toEqual([]);
    expect(document.problems.map(({ rule }) => rule)).toEqual(["unknown-word"]);
    const none = JSON.parse(planCommand(project, "nowhere", { json: true }).stdout) as PlanDocument;
    expect(none).toMatchObject({ environment: "nowhere", tenants: [], capacity: [], proof: null, platform: null });
    expect(none.problems).toHaveLength(1);
  });
});

function stackEnvironment(capacity: string): string {
  return [
    "sizes: dev",
    "domain: dev.example",
    "cluster: { identifier: test }",
    capacity,
    "storage: { default: standard, classes: [standard] }",
    "images: { runtime: registry.example/runtime:1, dashboard: registry.example/dashboard:1, requireDigest: false }",
  ].join("\n");
}

describe("the matrix", () => {
  it("lists openings by plane, with a square for a small fleet", () => {
    const { stdout, stderr, exitCode } = planCommand(project, "prod", { json: false, matrix: true });
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(stdout).toMatch(/^network +2 +0 +pods of one tenant/m);
    expect(stdout).toMatch(/^identity +0 +0 /m);
    expect(stdout).toContain("  open: northwind -> harborline on 3000");
    expect(stdout).toMatch(/^northwind( +\.){4} +3000( +\.){2} +-/m);
  });

  it("of a large fleet grows with its openings", () => {
    const records = Array.from({ length: 40 }, (_, index) => `- { id: tenant${index}, name: T, tier: free }`);
    const environment = stackEnvironment(
      "capacity: { cpu: 900, memory: 9Ti, ephemeralStorage: 9Ti, storage: 9Ti, pods: 9000 }",
    );
    const project = { "Pulumi.dev.yaml": stackText({ tenants: records.join("\n"), environment }) };
    const text = withProject(
      project,
      (directory) => planCommand(directory, "dev", { json: false, matrix: true }).stdout,
    );
    expect(text).toContain("1560 directions between 40 tenants");
    expect(text.split("\n").length).toBeLessThan(15);
  });

  it("is one document for programs", () => {
    const { stdout } = planCommand(project, "prod", { json: true, matrix: true });
    const document = JSON.parse(stdout) as { pairs: number; planes: { plane: string; openings: unknown[] }[] };
    expect(document.pairs).toBe(132);
    expect(document.planes.map(({ plane, openings }) => [plane, openings.length])).toEqual([
      ["network", 2],
      ...["api", "names", "storage", "secrets", "compute", "identity"].map((plane) => [plane, 0]),
    ]);
  });

  it("shows who owns several tenants", () => {
    const tenants = ["acme", "globex"].map((id) => `- { id: ${id}, name: X, tier: free, owners: [{ group: agency }] }`);
    const text = stackText({ tenants: tenants.join("\n") });
    const run = (matrix: boolean) =>
      withProject({ "Pulumi.dev.yaml": text }, (directory) => planCommand(directory, "dev", { json: false, matrix }));
    expect(run(true).stdout).toMatch(/^secrets\nfrom .*\nacme +- +owner$/m);
    expect(run(false).stdout).toContain("  open: group agency owns acme, globex");
  });
});

describe("the explanation of a pair", () => {
  const explained = (explain: readonly string[], json = false) => planCommand(project, "prod", { json, explain });

  it("is prose by plane, both ways", () => {
    const { stdout, stderr, exitCode } = explained(["northwind", "harborline"]);
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(stdout).toMatch(
      /^northwind -> harborline\n {2}network\n {4}pods of northwind to pods of harborline: consented\. /,
    );
    expect(stdout).toMatch(/^harborline -> northwind$/m);
    expect(stdout).toContain("What the level does not give, to any pair:");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it("is one document for programs", () => {
    const { stdout, exitCode } = explained(["northwind", "larkspur"], true);
    const document = JSON.parse(stdout) as {
      pair: unknown;
      answers: { from: string; plane: string; verdict: string }[];
    };
    expect(exitCode).toBe(0);
    expect(document.pair).toEqual(["northwind", "larkspur"]);
    expect(new Set(document.answers.map(({ from }) => from))).toEqual(new Set(["northwind", "larkspur"]));
    expect(document.answers[0]).toMatchObject({ plane: "network", verdict: "denied" });
  });

  it.each([
    [["northwnd", "harborline"], 'Did you mean "northwind"?', "unknown-tenant"],
    [["northwind"], "two different tenants are needed", "explain-pair"],
    [["northwind", "northwind"], "two different tenants are needed", "explain-pair"],
    [["northwind", "harborline", "fennel"], "two different tenants are needed", "explain-pair"],
  ])("of %j is wrong input", (ids, message, rule) => {
    const { stdout, stderr, exitCode } = explained(ids);
    expect([stdout, exitCode]).toEqual(["", 2]);
    expect(stderr).toMatch(/^error: --explain with .*\n {2}next: /);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("configuration");
    const document = JSON.parse(explained(ids, true).stdout) as PlanDocument & { answers: unknown[] };
    expect(document.problems.map((problem) => problem.rule)).toContain(rule);
    expect(document.answers).toEqual([]);
  });

  it("of a tenant whose record is wrong is answered with the record's problems", () => {
    const tenants = "- { id: acme, name: Acme, tier: pro }\n- { id: globex, name: Globex, tier: gold }";
    const { stderr, exitCode } = withProject({ "Pulumi.dev.yaml": stackText({ tenants }) }, (directory) =>
      planCommand(directory, "dev", { json: false, explain: ["acme", "globex"] }),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /tenant globex tier: .*\n1 problem in the configuration\.\nerror: --explain with "globex": its record cannot be planned\n/,
    );
  });
});

describe("an opening that nobody consented to", () => {
  it("names both tenants, the plane and the line, and ends with 2", () => {
    const tenants = [
      "- { id: acme, name: Acme, tier: free, peers: [{ tenant: globex, ports: [3000] }] }",
      "- { id: globex, name: Globex, tier: free }",
    ].join("\n");
    const run = (options: { matrix?: boolean; explain?: readonly string[] }) =>
      withProject({ "Pulumi.dev.yaml": stackText({ tenants }) }, (directory) =>
        planCommand(directory, "dev", { json: false, ...options }),
      );
    const plain = run({});
    expect(plain.exitCode).toBe(2);
    expect(plain.stdout).toContain(
      "violation (network) Pulumi.dev.yaml:3: acme opens to globex, which does not consent",
    );
    expect(plain.stderr).toMatch(
      /^Pulumi\.dev\.yaml:3:\d+ tenant acme peers\[0\]\.tenant: "globex" does not list acme/,
    );
    expect(run({ matrix: true }).stdout).toMatch(/^acme +- +broken$/m);
    expect(run({ explain: ["acme", "globex"] }).stdout).toContain("acme towards globex: broken. acme opens to globex");
    expect(run({ explain: ["acme", "globex"] }).exitCode).toBe(2);
  });
});
