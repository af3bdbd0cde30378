import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";

import { tenantSecrets } from "../../components/tenant-secrets.ts";
import type { TenantPlan } from "../../tenants/model.ts";

function plan(provided: readonly string[]): Pick<TenantPlan, "environment" | "id" | "secrets"> {
  return { environment: "prod", id: "acme" as TenantPlan["id"], secrets: { generated: [], provided, rotation: 1 } };
}

function config(value: unknown): pulumi.Config {
  pulumi.runtime.setAllConfig({ "tenantry:tenantSecrets": JSON.stringify(value) });
  return new pulumi.Config("tenantry");
}

async function reveal(output: pulumi.Output<string> | undefined): Promise<{ value: string; secret: boolean }> {
  const value = await new Promise<string>((resolve) => output?.apply(resolve));
  return { value, secret: await pulumi.isSecret(output as pulumi.Output<string>) };
}

test("gives each name of the plan its value, as a secret, and nobody else's", async () => {
  const values = tenantSecrets(
    config({ acme: { MODEL_TOKEN: "ours" }, globex: { MODEL_TOKEN: "theirs" } }),
    plan(["MODEL_TOKEN"]),
  );
  expect(Object.keys(values)).toEqual(["MODEL_TOKEN"]);
  expect(await reveal(values["MODEL_TOKEN"])).toEqual({ value: "ours", secret: true });
});

test("asks for no configuration where the plan names no secret", () => {
  pulumi.runtime.setAllConfig({});
  expect(tenantSecrets(new pulumi.Config("tenantry"), plan([]))).toEqual({});
});

test("without the environment's file, as in a cell's stack, the error says how to give it", () => {
  pulumi.runtime.setAllConfig({});
  expect(() => tenantSecrets(new pulumi.Config("tenantry"), plan(["MODEL_TOKEN"]))).toThrow(
    "acme has secrets in Pulumi.prod.yaml; run pulumi with --config-file Pulumi.prod.yaml",
  );
});
