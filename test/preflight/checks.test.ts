import { expect, test } from "vitest";

import { checks, runPreflight } from "../../preflight/run.ts";
import { preflightCheckNames } from "../../tenants/preflight.ts";
import { fakeCluster, planWith } from "./support/fake-cluster.ts";
import { plan, plugins, verdicts } from "./support/verdicts.ts";

test("all checks hold on a sound cluster, and each has its name in the configuration", async () => {
  const everything = planWith({ cluster: { identifier: "test", clusterNetworkPolicies: { priority: 100 } } });
  const node = { name: "calico-node", image: "quay.io/calico/node:v3.32.0" };
  const found = await verdicts(plugins({ name: "calico-node", containers: [node] }), everything);
  expect(found).toEqual(Object.fromEntries(preflightCheckNames.map((name) => [name, "enforced"])));
  expect(checks.map(({ name }) => name)).toEqual(preflightCheckNames);
});

test("store nothing, and ask nothing twice", async () => {
  const cluster = fakeCluster(plan);
  await runPreflight(plan, cluster);
  const writes = cluster.asked.filter((line) => line.includes(" POST ") && !line.includes("accessreviews"));
  expect(writes).toHaveLength(4);
  expect(writes.filter((line) => !line.endsWith("(dry run)"))).toEqual([]);
  const reads = cluster.asked.filter((line) => line.includes(" GET "));
  expect(new Set(reads).size).toBe(reads.length);
});
