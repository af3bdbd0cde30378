import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { loadEnvironment } from "../../../tenants/load.ts";
import { isUnchanged } from "../../../tenants/load/origin.ts";
import { stackText, withProject } from "../support/project.ts";

const files = {
  "Pulumi.dev.yaml": stackText({ tenants: "[]", config: "tenantry:tenantFiles: [more/*.yaml]" }),
  "more/a.yaml": "- { id: acme, name: Acme, tier: free }\n",
  "more/b.yaml": "- { id: globex, name: Globex, tier: free }\n",
};

/** Whether what was read is said to be the same after a change. */
function unchangedAfter(change: (directory: string) => void): boolean {
  return withProject(files, (directory) => {
    const { origin, problems } = loadEnvironment({ directory, environment: "dev" });
    expect(problems).toEqual([]);
    expect([...origin.files.keys()]).toEqual(["Pulumi.dev.yaml", "more/a.yaml", "more/b.yaml"]);
    change(directory);
    return isUnchanged(directory, origin);
  });
}

test("the same files with the same bytes are unchanged, also where they were written again", () => {
  expect(unchangedAfter(() => undefined)).toBe(true);
  expect(unchangedAfter((directory) => writeFileSync(join(directory, "more/a.yaml"), files["more/a.yaml"]))).toBe(true);
});

test.each<[string, (directory: string) => void]>([
  ["the environment's file", (directory) => writeFileSync(join(directory, "Pulumi.dev.yaml"), "config: {}\n")],
  [
    "a byte of a tenant file",
    (directory) => writeFileSync(join(directory, "more/b.yaml"), `${files["more/b.yaml"]}\n`),
  ],
  ["one file more", (directory) => writeFileSync(join(directory, "more/c.yaml"), "[]\n")],
  ["one file less", (directory) => rmSync(join(directory, "more/b.yaml"))],
  [
    "another file in place of one",
    (directory) => {
      rmSync(join(directory, "more/b.yaml"));
      writeFileSync(join(directory, "more/c.yaml"), files["more/b.yaml"]);
    },
  ],
  [
    "a folder in place of a file",
    (directory) => {
      rmSync(join(directory, "more/b.yaml"));
      mkdirSync(join(directory, "more/b.yaml"));
    },
  ],
])("%s is a change", (_, change) => {
  expect(unchangedAfter(change)).toBe(false);
});

test("what could not be read is never unchanged", () => {
  withProject({}, (directory) => {
    expect(isUnchanged(directory, loadEnvironment({ directory, environment: "dev" }).origin)).toBe(false);
  });
});
