import { join } from "node:path";

import { expect, test } from "vitest";

import { tenantManifests } from "../../components/tenant-manifests.ts";
import { TenantStack } from "../../components/tenant-stack.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { barePlan, fullPlan, suspendedPlan } from "../support/plans.ts";
import { deploy, type Json } from "../support/pulumi.ts";

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== "object") return value;
  if ("$secret" in value) return value["$secret"] ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutSecrets(member)]));
}

/** Kind and name first, so that two lists in one order are compared object by object. */
function sorted(objects: readonly unknown[]): string[] {
  return objects
    .map((object) => {
      const { kind, metadata } = object as { kind: string; metadata: { name: string } };
      return { kind, name: metadata.name, object };
    })
    .map((entry) => JSON.stringify(entry, (_key, value: unknown) => ordered(value)))
    .sort();
}

function ordered(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

test.each([
  ["bare", barePlan, {}],
  ["full", fullPlan, { MODEL_TOKEN: "token", SESSION_KEY: "generated-for-acme-generated.SESSION_KEY" }],
  ["suspended", suspendedPlan, {}],
] as const)(
  "the plain objects of a %s tenant are what the component registers",
  async (_name, plan: TenantPlan, values) => {
    const secrets = plan.secrets.provided.length === 0 ? {} : { MODEL_TOKEN: "token" };
    const registered = await deploy((opts) => {
      new TenantStack(plan.id, { plan, secrets }, opts);
    });
    const objects = registered
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs }) => withoutSecrets(inputs));
    const manifests = tenantManifests(plan, { values, rolloutKey: "generated-for-acme-rollout-key" });
    expect(sorted(manifests)).toEqual(sorted(objects));
  },
);

test("a namespace comes before its bounds, these before its workloads, and the cluster's policy before all", () => {
  const kinds = tenantManifests(fullPlan).map(({ kind }) => kind);
  const quotas = ["ResourceQuota", "ResourceQuota", "ResourceQuota"];
  const bounds = ["Namespace", ...quotas, "LimitRange", "NetworkPolicy"];
  expect(kinds.slice(0, 7)).toEqual(["ClusterNetworkPolicy", ...bounds]);
  expect(
    tenantManifests(barePlan)
      .map(({ kind }) => kind)
      .slice(0, 6),
  ).toEqual(bounds);
  expect(kinds.indexOf("StatefulSet")).toBeGreaterThan(kinds.indexOf("ConfigMap"));
});

/** What the isolation proof assumes of every tenant and cannot see in the plan. */
test.each(["dev", "prod"])(
  "every tenant of %s has one policy that denies all its pods both directions",
  (environment) => {
    const directory = join(import.meta.dirname, "..", "..");
    const { tenants } = planEnvironment(loadEnvironment({ directory, environment }));
    expect(tenants.length).toBeGreaterThan(0);
    for (const plan of tenants) {
      const denying = tenantManifests(plan).filter(
        ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "default-deny",
      );
      expect([plan.id, denying]).toEqual([
        plan.id,
        [
          expect.objectContaining({
            metadata: expect.objectContaining({ namespace: plan.namespace }) as unknown,
            // Exactly these: a rule in either direction would open what the policy is there to deny.
            spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
          }),
        ],
      ]);
    }
  },
);
