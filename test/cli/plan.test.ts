import { join } from "node:path";

import { describe, expect, it } from "vitest";

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
    expect(stdout).toContain("Isolation (network) holds: 6 of 6 directions between tenants are closed.");
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
    expect(stdout).not.toContain("globex");
    expect(stderr).toMatch(
      /^Pulumi\.dev\.yaml:4:41 tenant globex tier: "gold"; .*\n1 problem in the configuration\.\n$/,
    );
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
