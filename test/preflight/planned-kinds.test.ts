import { join } from "node:path";

import { expect, test } from "vitest";

import { plannedKinds } from "../../preflight/planned-kinds.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { rendered } from "../support/rendered.ts";

const directory = join(import.meta.dirname, "../..");

test.each(["dev", "prod"])("the kinds of %s are those of all its manifests", (environment) => {
  const plan = planEnvironment(loadEnvironment({ directory, environment }));
  const all = rendered(plan).map(({ apiVersion, kind }) => `${String(apiVersion)} ${String(kind)}`);
  expect(plannedKinds(plan).map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).toEqual([...new Set(all)].sort());
});
