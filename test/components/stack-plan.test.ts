import { writeFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";

import { planOnce, plannedStack, type StackPlan } from "../../components/stack-plan.ts";
import { stackText, withProject } from "../tenants/support/project.ts";

const tenants = `
- { id: acme, name: Acme, tier: free, cell: 0 }
- { id: globex, name: Globex, tier: free, cell: 1 }`;

/** What a stack makes of an environment `dev`; `config` is what Pulumi hands to the program. */
async function planned(stack: string, cells: number, config: Readonly<Record<string, string>> = {}) {
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    "tenantry",
    stack,
  );
  pulumi.runtime.setAllConfig(config);
  const text = stackText({ tenants: cells === 1 ? "[]" : tenants, config: `tenantry:cells: ${cells}` });
  const files = { "Pulumi.dev.yaml": text, "package.json": "{}", "index.ts": "" };
  return withProject(files, (directory) => plannedStack(new pulumi.Config("tenantry"), directory));
}

function made({ platform, tenants: list, plan }: StackPlan) {
  return { platform, tenants: list.map(({ id }) => id), whole: plan.tenants.length };
}

afterEach(async () => {
  await pulumi.runtime.disconnect();
});

test("a cell without a configuration of its own plans the whole environment and makes its own tenants", async () => {
  expect(made(await planned("dev-c000", 2))).toEqual({ platform: false, tenants: ["acme"], whole: 2 });
  expect(made(await planned("dev-c001", 2))).toEqual({ platform: false, tenants: ["globex"], whole: 2 });
});

test("a configuration that is given to a cell must be the environment's", async () => {
  await expect(planned("dev-c000", 2, { "tenantry:cells": "3" })).rejects.toThrow(
    /tenantry:cells: Pulumi runs with a different value/,
  );
});

test("the environment's own stack is never without configuration", async () => {
  await expect(planned("dev", 2)).rejects.toThrow(/Pulumi runs with a different value/);
});

test.each([
  ["dev-c002", 2, "no cell dev-c002: dev has 2 cells, dev-c000 to dev-c001; nothing was changed."],
  ["dev-c000", 1, /dev is one stack: tenantry:cells is 1/],
])("%s of %d cells is refused", async (stack, cells, message) => {
  const attempt = planned(stack, cells);
  await expect(attempt).rejects.toThrow(message);
});

test("what was planned from the same bytes is planned once; a change, another folder and another configuration are seen", () => {
  const text = (name: string): string =>
    stackText({ tenants: `[{ id: acme, name: ${name}, tier: free }]`, config: "tenantry:cells: 2" });
  withProject({ "Pulumi.dev.yaml": text("Acme") }, (directory) => {
    const { plan } = planOnce(directory, "dev", null);
    expect(planOnce(directory, "dev", null).plan).toBe(plan);
    withProject({ "Pulumi.dev.yaml": text("Acme") }, (other) => {
      expect(planOnce(other, "dev", null).plan).not.toBe(plan);
    });
    const again = planOnce(directory, "dev", null).plan;
    writeFileSync(join(directory, "Pulumi.dev.yaml"), text("Changed"));
    const changed = planOnce(directory, "dev", null).plan;
    expect([again, changed].map(({ tenants: [tenant] }) => tenant?.name)).toEqual(["Acme", "Changed"]);
    // Planned already, and still compared with what Pulumi hands over.
    expect(() => planOnce(directory, "dev", { environment: {}, tenants: [], cells: 3 })).toThrow(
      /tenantry:cells: Pulumi runs with a different value/,
    );
  });
});
