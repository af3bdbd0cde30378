import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";

import { fleetOutput } from "../../components/record-names.ts";
import { platformVersion, standingPlatform } from "../../components/standing-platform.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import { barePlan, platformPlan } from "../support/plans.ts";

const plan = {
  environment: "prod",
  platform: platformPlan,
  cells: { count: 4, canaries: [] },
} as unknown as EnvironmentPlan;
const tenantsOf = (...ids: readonly string[]) =>
  ids.map((id) => ({ ...barePlan, id })) as unknown as readonly TenantPlan[];
const tenants = tenantsOf("acme");
const platform = platformVersion(platformPlan);

/** Asks from a cell, with this in the outputs of the environment's own stack. */
async function ask(outputs: object, preview = false, of = tenants): Promise<unknown> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => {
        expect((inputs as { name: string }).name).toBe("organization/tenantry/prod");
        return { id: name, state: { ...inputs, outputs } as object };
      },
      call: () => ({}),
    },
    "tenantry",
    "prod-c003",
    preview,
    "organization",
  );
  return standingPlatform({ platform: false, plan, tenants: of });
}

afterEach(async () => {
  vi.restoreAllMocks();
  await pulumi.runtime.disconnect();
});

test("the stack that makes the platform asks nobody", async () => {
  expect(await standingPlatform({ platform: true, plan, tenants })).toBeUndefined();
});

test("the platform that this program makes is enough, and owners get their rights", async () => {
  const outputs = { [fleetOutput]: { platform, cells: "4" }, tenants: {} };
  expect(await ask(outputs)).toEqual({ gateway: undefined, guardrails: [] });
});

test.each([
  [{}, /the platform of prod, .* is not up\. First run: pulumi up -s prod; nothing was changed\./],
  [
    { [fleetOutput]: { platform: "old", cells: "4" } },
    /is another than this program makes\. First run: pulumi up -s prod;/,
  ],
  [
    { [fleetOutput]: { platform, cells: "3" } },
    /was last updated for tenantry:cells 3, and the files say 4\. First run: npm run fleet -- move prod, then npm run fleet -- up prod; nothing/,
  ],
  [
    { [fleetOutput]: { platform } },
    /was last updated without cells, and the files say 4\. First run: npm run fleet -- move prod/,
  ],
  [
    { [fleetOutput]: { platform, cells: "4" }, tenants: { acme: {}, other: {} } },
    /the stack prod still holds acme\. First run: npm run fleet -- move prod/,
  ],
])("no tenants on %j", async (outputs, message) => {
  await expect(ask(outputs)).rejects.toThrow(message);
});

test("a tenant whose id every object knows is not held for that reason", async () => {
  const outputs = { [fleetOutput]: { platform, cells: "4" }, tenants: { acme: {} } };
  expect(await ask(outputs, false, tenantsOf("constructor"))).toEqual({ gateway: undefined, guardrails: [] });
  await expect(ask(outputs, false, tenantsOf("acme", "constructor"))).rejects.toThrow(/still holds acme\. First/);
});

test("a preview warns only, for one change may bring both", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  expect(await ask({}, true)).toEqual({ gateway: undefined, guardrails: [] });
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("is not up"));
});

test("the version follows what the platform makes, and not how its provider is reached", () => {
  const version = platformVersion(platformPlan);
  expect(platformVersion({ ...platformPlan, context: "other" })).toBe(version);
  const gateway = platformPlan.gateway;
  if (gateway === null) throw new Error("the fixture has no gateway");
  expect(platformVersion({ ...platformPlan, gateway: { ...gateway, className: "other" } })).not.toBe(version);
  expect(platformVersion({ ...platformPlan, gateway: { ...gateway, create: false } })).not.toBe(version);
});
