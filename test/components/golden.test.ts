/**
 * One list of resources per environment, committed. A pull request shows as a diff of these files what it would change in every
 * tenant; `UPDATE_GOLDEN=1 npx vitest run test/components/golden.test.ts` writes them anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as kubernetes from "@pulumi/kubernetes";
import { expect, test } from "vitest";

import { Platform } from "../../components/platform.ts";
import { TenantStack } from "../../components/tenant-stack.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { deploy, type Json, type Registered } from "../support/pulumi.ts";

const project = join(import.meta.dirname, "..", "..");

/** Hides values: a golden file is public, and a changed value is no changed shape. */
function masked(value: Json): Json {
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object") return value;
  if ("$secret" in value) return { $secret: true };
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, masked(member)]),
  );
}

/** What a reader of the diff needs to see of one resource; options at their default are left out. */
function entry({ name, type, inputs, options }: Registered): Json {
  return {
    name,
    type,
    ...(options.parent === undefined ? {} : { parent: options.parent }),
    ...(options.protect ? { protect: true } : {}),
    ...(options.retainOnDelete ? { retainOnDelete: true } : {}),
    ...(options.deletedWith === undefined ? {} : { deletedWith: options.deletedWith }),
    ...(options.ignoreChanges.length === 0 ? {} : { ignoreChanges: options.ignoreChanges }),
    ...(options.dependsOn.length === 0 ? {} : { dependsOn: options.dependsOn }),
    inputs: masked(inputs),
  };
}

async function resources(plan: EnvironmentPlan): Promise<Json[]> {
  const registered = await deploy(
    (opts) => {
      const provider = new kubernetes.Provider("cluster", {});
      const platform = new Platform(plan.environment, { plan: plan.platform }, { ...opts, provider });
      for (const tenant of plan.tenants) {
        const secrets = Object.fromEntries(tenant.secrets.provided.map((name) => [name, `value of ${name}`]));
        const args = { plan: tenant, secrets, platform };
        new TenantStack(tenant.id, args, { ...opts, provider });
      }
    },
    { stack: plan.environment },
  );
  const sortKey = ({ name, type }: Registered) => `${name} ${type}`;
  return registered
    .filter(({ name }) => name !== "cluster")
    .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1))
    .map(entry);
}

test.each(["dev", "prod"])("%s is what its golden list says", async (environment) => {
  const actual = await resources(planEnvironment(loadEnvironment({ directory: project, environment })));
  const file = join(project, "test", "golden", `${environment}.json`);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`);
  const golden = JSON.parse(readFileSync(file, "utf8")) as Json[];
  const names = (list: readonly Json[]) => list.map((resource) => (resource as { name: string }).name);
  expect(names(actual)).toEqual(names(golden));
  expect(actual).toEqual(golden);
});
