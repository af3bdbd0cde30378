import { expect, test, vi } from "vitest";

import { clusterProvider } from "../../components/cluster-provider.ts";
import type { PlatformPlan } from "../../tenants/model.ts";
import { deploy, find } from "../support/pulumi.ts";

const plan: PlatformPlan = {
  clusterIdentifier: "tenantry-test",
  kubeconfig: null,
  context: null,
  client: { queriesPerSecond: 50, burst: 120 },
  clusterNetworkPolicies: null,
  gateway: null,
};

async function inputs(change: Partial<PlatformPlan>) {
  const registered = await deploy((opts) => {
    clusterProvider("cluster", { ...plan, ...change }, opts);
  });
  return find(registered, "cluster").inputs;
}

test("the provider names its cluster, so that a renamed kubeconfig replaces nobody", async () => {
  expect(await inputs({})).toMatchObject({ clusterIdentifier: "tenantry-test" });
});

test("config and secrets change in place", async () => {
  expect(await inputs({})).toMatchObject({ enableConfigMapMutable: "true", enableSecretMutable: "true" });
});

test("kubeconfig and context are the ambient ones unless the plan names others", async () => {
  expect(await inputs({})).toMatchObject({ kubeconfig: "" });
  expect(await inputs({})).not.toHaveProperty("context");
  expect(await inputs({ kubeconfig: "clusters/prod", context: "prod" })).toMatchObject({
    kubeconfig: "clusters/prod",
    context: "prod",
  });
});

test("the text of KUBECONFIG, which may be several files, is not taken for one path", async () => {
  vi.stubEnv("KUBECONFIG", "/one:/two");
  try {
    expect(await inputs({})).toMatchObject({ kubeconfig: "" });
  } finally {
    vi.unstubAllEnvs();
  }
});
