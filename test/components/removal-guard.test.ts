import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test } from "vitest";

import { protectedOutput } from "../../components/record-names.ts";
import { protectedTenants, refuseRemoval } from "../../components/removal-guard.ts";
import type { StackPlan } from "../../components/stack-plan.ts";
import { barePlan } from "../support/plans.ts";

/** A plan with just these tenants, each protected or not. */
function environment(
  tenants: Readonly<Record<string, boolean>>,
  elsewhere: Readonly<Record<string, number>> = {},
): StackPlan {
  const here = Object.entries(tenants).map(([id, protect]) => ({ ...barePlan, id, protect }));
  const others = Object.entries(elsewhere).map(([id, cell]) => ({ ...barePlan, id, cell }));
  const cells = { count: others.length === 0 ? 1 : 8, canaries: [] };
  return { tenants: here, plan: { environment: "prod", cells, tenants: [...here, ...others] } } as unknown as StackPlan;
}

/** Runs the guard as if the last update had left these tenants protected, and made these. */
async function guard(previous: unknown, plan: StackPlan, made: readonly string[] = []): Promise<void> {
  const tenants = Object.fromEntries(made.map((id) => [id, {}]));
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs, type }) => {
        expect(type).toBe("pulumi:pulumi:StackReference");
        expect((inputs as { name: string }).name).toBe("organization/tenantry/prod");
        return {
          id: name,
          state: {
            ...inputs,
            outputs: previous === undefined ? {} : { [protectedOutput]: previous, tenants },
          } as object,
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

test("a tenant that now belongs to another stack stops the program, protected or not", async () => {
  const attempt = guard([], environment({ globex: false }, { acme: 3 }), ["acme", "globex"]);
  await expect(attempt).rejects.toThrow(
    /^acme \(to prod-c003\): made by this stack, and now of another one; nothing was changed\.\n.* npm run fleet -- move prod\. .*tenantry:cells/,
  );
});

test("its twins pass: a tenant that was never made here, and one that is in no list any more", async () => {
  await expect(guard([], environment({ globex: false }, { acme: 3 }), ["globex"])).resolves.toBeUndefined();
  await expect(guard([], environment({ globex: false }), ["acme", "globex"])).resolves.toBeUndefined();
});

test("only protected tenants are remembered", () => {
  expect(protectedTenants(environment({ acme: true, globex: false }))).toEqual(["acme"]);
});
