import { expect, test } from "vitest";

import type { AttackRequest, JsonObject } from "../../../attack/attempt.ts";
import type { Answer, AttackClient } from "../../../attack/client.ts";
import { readCluster } from "../../../attack/packets/cluster.ts";
import { consentingPlan } from "./live.ts";

const plan = consentingPlan();
const longAgo = "2020-01-01T00:00:00Z";

const found = (body: JsonObject): Answer => ({ status: 200, message: "", body });
const pod = (name: string, node: string): JsonObject => ({
  metadata: { name },
  spec: { nodeName: node },
  status: { podIP: "10.244.0.7", conditions: [{ type: "Ready", status: "True", lastTransitionTime: longAgo }] },
});

/** A cluster whose pods are all on one node; answers what the reader asks, and fails on anything else. */
function clientOf(node: string): { readonly client: AttackClient; readonly made: string[] } {
  const made: string[] = [];
  const answer = ({ method, path }: AttackRequest): Answer => {
    const [, , , namespace = "", plural = ""] = path.replace("/apis/discovery.k8s.io", "/api").split("/").slice(1);
    if (method === "POST") {
      made.push(path);
      return { status: 201, message: "", body: {} };
    }
    if (path.startsWith("/api/v1/nodes/")) {
      const annotations: JsonObject = path.endsWith("simulated") ? { "kwok.x-k8s.io/node": "fake" } : {};
      return found({
        metadata: { annotations },
        status: { addresses: [{ type: "InternalIP", address: "10.213.0.2" }] },
      });
    }
    if (plural === "endpointslices") {
      return found({ endpoints: [{ addresses: ["10.213.0.1"] }], ports: [{ port: 6443 }] });
    }
    if (path.endsWith("/pods")) return found({ items: [pod("first", node)] });
    if (plural === "pods") return found(pod("first", node));
    if (path.endsWith("/services")) {
      const selector = plan.tenants[0]?.network.dns.podLabels ?? {};
      return found({ items: [{ spec: { selector: { ...selector }, clusterIP: "10.96.0.10" } }] });
    }
    if (plural === "services") return found({ spec: { clusterIP: "10.96.0.99" } });
    throw new Error(`nobody said what to answer to ${method} ${path} (${namespace})`);
  };
  const client = { administer: (request: AttackRequest) => Promise.resolve(answer(request)) };
  return { client: client as unknown as AttackClient, made };
}

test("packets have somewhere to go: every tenant's pods and Services, the node, the API server and the resolver", async () => {
  const { client, made } = clientOf("real-node");
  const cluster = await readCluster(client, plan, plan.tenants, "run");
  expect(cluster.tenants.map(({ plan: { id } }) => id)).toEqual(plan.tenants.map(({ id }) => id));
  expect(cluster.tenants[0]?.pods.runtime).toMatchObject({ name: "acme/runtime", pod: "first", address: "10.244.0.7" });
  expect(cluster.tenants[0]?.services.dashboard).toBe("10.96.0.99");
  expect(cluster.node).toBe("10.213.0.2");
  expect(cluster.apiServer).toEqual([
    { address: "10.96.0.99", port: 443 },
    { address: "10.213.0.1", port: 6443 },
  ]);
  expect(cluster.dns).toEqual({ service: "10.96.0.10", pod: "10.244.0.7" });
  expect(made).toEqual(["/api/v1/namespaces", "/api/v1/namespaces/attack-run-stranger/pods"]);
});

test("a pod on a simulated node sends no packets, which is said with what to do", async () => {
  await expect(readCluster(clientOf("simulated").client, plan, plan.tenants, "run")).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("a simulated node: it sends no packets") as string,
    hint: expect.stringContaining("local -- up --real-node") as string,
  });
});
