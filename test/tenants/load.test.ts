import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { formatProblem } from "../../tenants/errors.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { stackText, withProject } from "./support/project.ts";

const project = join(import.meta.dirname, "../..");

function messages(
  files: Readonly<Record<string, string>>,
  environment = "dev",
  runtime?: { environment: unknown; tenants: unknown; cells?: unknown },
) {
  return withProject(files, (directory) =>
    loadEnvironment({ directory, environment, ...(runtime === undefined ? {} : { runtime }) }).problems.map(
      formatProblem,
    ),
  );
}

describe("the environments of this project", () => {
  it.each([
    ["dev", ["acme", "globex", "initech"]],
    [
      "prod",
      [
        "atlas-bank",
        "brightpath",
        "cedar-legal",
        "fennel",
        "harborline",
        "larkspur",
        "meridian-health",
        "northwind",
        "pinebrook",
        "quarry-games",
        "solstice",
        "vantage-robotics",
      ],
    ],
  ])("%s has no problem", (environment, expected) => {
    const plan = planEnvironment(loadEnvironment({ directory: project, environment }));
    expect(plan.tenants.map(({ id }) => id)).toEqual(expected);
  });

  it("dev has one tenant per tier and fits six nodes of 16 cores, 64Gi and 110 pods", () => {
    const { tenants, capacity } = planEnvironment(loadEnvironment({ directory: project, environment: "dev" }));
    expect(tenants.map(({ tier }) => tier)).toEqual(["enterprise", "pro", "free"]);
    const nodes: Readonly<Record<string, number>> = {
      "requests.cpu": 6 * 16_000,
      "requests.memory": 6 * 64 * 1024 ** 3,
      pods: 6 * 110,
    };
    for (const { resource, capacity: stated } of capacity)
      expect(stated).toBeLessThanOrEqual(nodes[resource] ?? Infinity);
  });

  it("prod guards: protected, by digest, and metadata closed", () => {
    const { tenants } = planEnvironment(loadEnvironment({ directory: project, environment: "prod" }));
    expect(tenants.filter(({ protect }) => !protect).map(({ id }) => id)).toEqual(["pinebrook"]);
    expect(
      tenants.every(({ runtime, dashboard }) => [runtime, dashboard].every(({ image }) => image.includes("@sha256:"))),
    ).toBe(true);
  });
});

describe("a file that is not there", () => {
  it("is named, with the environments that are", () => {
    expect(messages({ "Pulumi.dev.yaml": stackText({}), "Pulumi.prod.yaml": "" }, "pord")).toEqual([
      'Pulumi.pord.yaml environment: no such file; environments here: dev, prod. Did you mean "prod"? [missing-file]',
    ]);
    expect(messages({}, "dev")).toEqual([
      "Pulumi.dev.yaml environment: no such file; no environment exists here. Write Pulumi.dev.yaml, or name an environment that exists. [missing-file]",
    ]);
  });

  it("is not looked for outside the project", () => {
    expect(messages({ "x/../Pulumi.dev.yaml": stackText({}) }, "../dev")).toHaveLength(1);
  });
});

describe("a file without tenants or environment", () => {
  it("has no tenants, and needs an environment", () => {
    const loaded = withProject({ "Pulumi.dev.yaml": "config: {}\n" }, (directory) =>
      loadEnvironment({ directory, environment: "dev" }),
    );
    expect(loaded.tenants).toEqual([]);
    expect(loaded.problems.map(formatProblem)).toEqual([
      "Pulumi.dev.yaml:1:9 environment tenantry:environment: missing; required; says where the tenants live. docs/configuration.md lists its keys. [required]",
    ]);
  });

  it("may be empty", () => {
    expect(messages({ "Pulumi.dev.yaml": "" })).toHaveLength(1);
  });
});

describe("a number that stands alone", () => {
  const files = (cells: string): Readonly<Record<string, string>> => ({
    "Pulumi.dev.yaml": stackText({ config: `tenantry:cells: ${cells}` }),
  });

  it("may have the quotes that Pulumi puts around it, and no other text is one", () => {
    const count = (cells: string): number =>
      withProject(files(cells), (directory) => {
        return planEnvironment(loadEnvironment({ directory, environment: "dev" })).cells.count;
      });
    expect(count("64")).toBe(64);
    expect(count('"64"')).toBe(64);
    expect(() => count('"064"')).toThrow("must be a whole number of cells");
    expect(() => count('"many"')).toThrow("must be a whole number of cells");
  });
});

describe("tenant files", () => {
  const stack = stackText({ config: "tenantry:tenantFiles: [more/b.yaml, more/*.yaml]" });

  it("are read once each, in the order of their paths, after the list", () => {
    const files = {
      "Pulumi.dev.yaml": stack,
      "more/b.yaml": "- { id: initech, name: Initech, tier: free }\n",
      "more/a.yaml": "- { id: globex, name: Globex, tier: free }\n",
      "more/.hidden.yaml": "- { id: hidden, name: Hidden, tier: free }\n",
    };
    const loaded = withProject(files, (directory) => loadEnvironment({ directory, environment: "dev" }));
    expect(loaded.problems).toEqual([]);
    expect(loaded.tenants.map(({ value }) => (value as { id: string }).id)).toEqual(["acme", "globex", "initech"]);
    expect(loaded.tenants[1]?.position(["tier"])).toEqual({ file: "more/a.yaml", line: 1, column: 37 });
  });

  it("behind a link that leaves the project are refused", () => {
    withProject({ "secret.yaml": "- { id: globex, name: Globex, tier: free }\n" }, (outside) => {
      withProject({ "Pulumi.dev.yaml": stack }, (directory) => {
        mkdirSync(join(directory, "more"));
        symlinkSync(join(outside, "secret.yaml"), join(directory, "more", "b.yaml"));
        const { problems, tenants } = loadEnvironment({ directory, environment: "dev" });
        expect(tenants).toHaveLength(1);
        expect(problems.map(({ rule, bound }) => `${rule}: ${bound}`)).toEqual([
          "tenant-files: matches more/b.yaml, which leads outside the project",
          "tenant-files: matches more/b.yaml, which leads outside the project",
        ]);
      });
    });
  });

  it("behind a link that stays inside are read", () => {
    withProject({ "Pulumi.dev.yaml": stack }, (directory) => {
      mkdirSync(join(directory, "more"));
      writeFileSync(join(directory, "kept.yaml"), "- { id: globex, name: Globex, tier: free }\n");
      symlinkSync(join(directory, "kept.yaml"), join(directory, "more", "b.yaml"));
      expect(loadEnvironment({ directory, environment: "dev" }).tenants).toHaveLength(2);
    });
  });
});

describe("anchors and merge keys", () => {
  it("are read as Pulumi reads them", () => {
    const tenants = "- &base { id: acme, name: Acme, tier: pro }\n- { <<: *base, id: globex }\n- *base";
    const loaded = withProject({ "Pulumi.dev.yaml": stackText({ tenants }) }, (directory) =>
      loadEnvironment({ directory, environment: "dev" }),
    );
    expect(loaded.tenants.map(({ value }) => value)).toEqual([
      { id: "acme", name: "Acme", tier: "pro" },
      { id: "globex", name: "Acme", tier: "pro" },
      { id: "acme", name: "Acme", tier: "pro" },
    ]);
    expect(loaded.tenants[2]?.position(["tier"]).line).toBe(3);
  });
});

describe("what is no regular file", () => {
  it.each(["a folder", "a pipe"])("%s is refused instead of read", (kind) => {
    withProject({ "Pulumi.dev.yaml": stackText({ config: "tenantry:tenantFiles: [more/*.yaml]" }) }, (directory) => {
      const make = (path: string) => (kind === "a pipe" ? execFileSync("mkfifo", [path]) : mkdirSync(path));
      mkdirSync(join(directory, "more"));
      make(join(directory, "Pulumi.odd.yaml"));
      make(join(directory, "pipe"));
      symlinkSync("../pipe", join(directory, "more/a.yaml"));
      const found = (environment: string) => loadEnvironment({ directory, environment }).problems.map(formatProblem);
      expect(found("odd")[0]).toMatch(/^Pulumi\.odd\.yaml environment: no such file; /);
      expect(found("dev")[0]).toMatch(
        /tenantFiles\[0\]: "more\/\*\.yaml"; matches (no file|more\/a\.yaml, which is no regular)/,
      );
    });
  });
});

it("a file that Pulumi wrote for a cell is no environment", () => {
  const files = { "Pulumi.dev.yaml": stackText({}), "Pulumi.dev-c001.yaml": "encryptionsalt: v1:x\n" };
  expect(messages(files, "prod").join("\n")).toContain("environments here: dev.");
});

describe("what Pulumi itself runs with", () => {
  const files = { "Pulumi.dev.yaml": stackText({ environment: "sizes: dev\ncapacity: { pods: 8 }" }) };
  const tenants = [{ tier: "pro", id: "acme", name: "Acme" }];

  it("may differ in the order of keys and in how numbers are held", () => {
    const environment = { capacity: { pods: "8" }, sizes: "dev" };
    expect(messages(files, "dev", { environment, tenants })).toEqual([]);
  });

  it("is not compared where the file itself is read in two ways: the remedy is to put the text in quotes", () => {
    const text = stackText({ tenants: "- { id: acme, name: Acme, tier: pro, labels: { trial-ends: 2027-01-31 } }" });
    const date = "2027-01-31 00:00:00 +0000 UTC";
    const runtime = { environment: {}, tenants: [{ ...tenants[0], labels: { "trial-ends": date } }] };
    const [found, ...more] = messages({ "Pulumi.dev.yaml": text }, "dev", runtime);
    expect(found).toMatch(/^Pulumi\.dev\.yaml:3:64 tenant acme labels\.trial-ends: .*\[disputed-scalar\]$/);
    expect(more).toEqual([]);
  });

  it("must be what the file says", () => {
    const environment = { capacity: { pods: 9 }, sizes: "dev" };
    const remedy =
      "Run with this file and without --config, so that what is checked is what is made. [other-configuration]";
    expect(messages(files, "dev", { environment, tenants: [] })).toEqual([
      `Pulumi.dev.yaml:5:5 environment tenantry:environment: Pulumi runs with a different value; must be what this file says. ${remedy}`,
      `Pulumi.dev.yaml:3:5 environment tenantry:tenants: Pulumi runs with a different value; must be what this file says. ${remedy}`,
    ]);
  });

  it("may have no tenants in its own configuration where the file has none", () => {
    const only = { "Pulumi.dev.yaml": "config:\n  tenantry:environment: { sizes: dev }\n" };
    expect(messages(only, "dev", { environment: { sizes: "dev" }, tenants: undefined })).toEqual([]);
    expect(messages(only, "dev", { environment: { sizes: "dev" }, tenants })[0]).toContain(
      "Pulumi.dev.yaml:2:3 environment tenantry:tenants",
    );
  });
});

it("keys of other packages and of Pulumi itself are left alone", () => {
  const text = `encryptionsalt: v1:abc\n${stackText({ config: "kubernetes:context: other\nothers:key: 1" })}`;
  expect(messages({ "Pulumi.dev.yaml": text })).toEqual([]);
});
