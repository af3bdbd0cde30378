import { expect, test } from "vitest";

import { realPodsRemedy, simulatedPodsWarning } from "../../../../local/cluster/real-node/simulated-pods.ts";

/** An API server that knows these pods, and what it was asked. */
function serverWith(pods: readonly object[], status = 200) {
  const asked: string[] = [];
  const get = (path: string) => {
    asked.push(decodeURIComponent(path));
    return Promise.resolve({ status, body: JSON.stringify({ items: pods.map((metadata) => ({ metadata })) }) });
  };
  return { asked, get };
}

const pod = (name: string) => ({ namespace: "tenant-acme", name });

test("pods from before the real node are named, with the way out", async () => {
  const server = serverWith([pod("runtime-0"), pod("dashboard-x")]);
  expect(await simulatedPodsWarning(server)).toEqual([
    "warning: 2 pods are on simulated nodes from before and will stay there, without a network: tenant-acme/runtime-0, tenant-acme/dashboard-x",
    `  next: ${realPodsRemedy}`,
  ]);
  // Pods of the real node, those without a node, and those that have ended are not asked for.
  expect(server.asked).toEqual([
    "/api/v1/pods?fieldSelector=spec.nodeName!=,spec.nodeName!=real-node,status.phase!=Succeeded,status.phase!=Failed",
  ]);
});

test("one pod, and many of which the first are named", async () => {
  expect((await simulatedPodsWarning(serverWith([pod("runtime-0")])))?.[0]).toContain(" 1 pod is on simulated nodes");
  const many = Array.from({ length: 7 }, (_, index) => pod(`runtime-${index}`));
  expect((await simulatedPodsWarning(serverWith(many)))?.[0]).toMatch(
    / 7 pods are .*tenant-acme\/runtime-4 and 2 more$/,
  );
});

test("nothing is said without such pods, and none of those that are going", async () => {
  expect(await simulatedPodsWarning(serverWith([]))).toBeNull();
  expect(await simulatedPodsWarning(serverWith([{ ...pod("runtime-0"), deletionTimestamp: "now" }]))).toBeNull();
  expect(await simulatedPodsWarning(serverWith([pod("runtime-0")], 403))).toBeNull();
});
