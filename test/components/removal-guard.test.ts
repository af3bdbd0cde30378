import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";

import { protectedOutput, protectedTenants, refuseRemoval } from "../../components/removal-guard.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { barePlan } from "../support/plans.ts";

/** A plan with just these tenants, each protected or not. */
function environment(tenants: Readonly<Record<string, boolean>>): EnvironmentPlan {
  return {
    tenants: Object.entries(tenants).map(([id, protect]) => ({ ...barePlan, id, protect })),
  } as unknown as EnvironmentPlan;
}

/** Runs the guard as if the last update had left these tenants protected. */
async function guard(previous: unknown, plan: EnvironmentPlan): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs, type }) => {
        expect(type).toBe("pulumi:pulumi:StackReference");
        expect((inputs as { name: string }).name).toBe("organization/tenantry/prod");
        return {
          id: name,
          state: { ...inputs, outputs: previous === undefined ? {} : { [protectedOutput]: previous } } as object,
        };
      },
      call: () => ({}),
    },
    "tenantry",
    "prod",
    false,
    "organization",
  );
  await refuseRemoval(plan);
}

afterEach(async () => {
  await pulumi.runtime.disconnect();
});

test("a protected tenant that is no longer in the list stops the program and is told how to go", async () => {
  const attempt = guard(["acme", "globex"], environment({ globex: true }));
  await expect(attempt).rejects.toThrow(
    /^acme: protected, and no longer in the list; nothing was changed\.\n.*`protect: false`/,
  );
});

test("its twin that is still in the list passes, protected or released", async () => {
  await expect(guard(["acme", "globex"], environment({ acme: false, globex: true }))).resolves.toBeUndefined();
});

test("the first update has nothing to compare with", async () => {
  await expect(guard(undefined, environment({}))).resolves.toBeUndefined();
});

test("only protected tenants are remembered", () => {
  expect(protectedTenants(environment({ acme: true, globex: false }))).toEqual(["acme"]);
});
