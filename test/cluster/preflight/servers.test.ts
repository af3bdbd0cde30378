/** Real API servers that enforce less than the embedded cluster does, each found out. */
import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { loadEnvironment } from "../../../tenants/load.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { eventually, namespaces, openCluster } from "../support/client.ts";
import type { OtherServer } from "../support/other-server.ts";
import { foundBy, preflight, startedWith, startLaxServer, verdictsOf, writeYaml } from "../support/preflight.ts";
import { repository } from "../support/workspace.ts";

const kubeconfig = inject("variables")["KUBECONFIG"] ?? "";
const plan = planEnvironment(loadEnvironment({ directory: repository, environment: "dev" }));
const servers: OtherServer[] = [];

let cluster: KubeConfig;
let objects: KubernetesObjectApi;
let lax: OtherServer;
/** No policies are served, and everybody may do everything. */
let lawless: OtherServer;
/** Anonymous requests to health checks only, as providers have it. */
let provider: OtherServer;

beforeAll(async () => {
  cluster = openCluster(kubeconfig);
  objects = KubernetesObjectApi.makeApiClient(cluster);
  const started = async (starting: Promise<OtherServer>): Promise<OtherServer> => {
    const server = await starting;
    servers.push(server);
    return server;
  };
  lax = await started(startLaxServer());
  lawless = await started(
    startedWith("lawless", {
      "--authorization-mode": "AlwaysAllow",
      "--disable-admission-plugins": "ValidatingAdmissionPolicy",
      "--runtime-config": "admissionregistration.k8s.io/v1/validatingadmissionpolicies=false",
    }),
  );
  provider = await started(
    startedWith("provider", {
      "--anonymous-auth": null,
      "--authentication-config": writeYaml("authentication.yaml", {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        anonymous: { enabled: true, conditions: [{ path: "/livez" }] },
      }),
    }),
  );
});

afterAll(async () => {
  for (const server of servers) await server.stop();
});

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "preflight", namespace: "default" } };

/** Has a server store a Secret, so that its metrics show how. */
async function storeSecret(config: KubeConfig): Promise<void> {
  const through = KubernetesObjectApi.makeApiClient(config);
  await through.create(secret);
  await through.delete(secret);
}

describe("before anything is there", () => {
  test("the embedded cluster enforces everything but network policies, which it has no packets for", async () => {
    await storeSecret(cluster);
    const report = await preflight(plan, kubeconfig);
    const { "network-policy": network, "cluster-network-policy": second, ...others } = verdictsOf(report);
    expect([network, second]).toEqual(["assumed", "assumed"]);
    expect(foundBy(report, "network-policy")).toMatch(/all 6 nodes are simulated/);
    expect(Object.entries(others).filter(([, verdict]) => verdict !== "enforced")).toEqual([]);
    expect(Object.keys(others)).toHaveLength(14);
    expect(foundBy(report, "admission-policies")).toMatch(/metrics/);
    expect(foundBy(report, "pod-security")).toMatch(/dry runs/);
    expect(report).toMatchObject({ passed: true, hints: [] });
    expect(await namespaces(objects, "tenantry-preflight")).toEqual([]);
  });

  test("each plugin that is off is found out, and nothing else", async () => {
    await storeSecret(lax.config);
    const report = await preflight(plan, lax.kubeconfig);
    const off = [
      "admission-policies",
      "pod-security",
      "resource-quota",
      "limit-range",
      "anonymous-requests",
      "encryption-at-rest",
    ];
    const wrong = Object.entries(verdictsOf(report)).filter(([, verdict]) => verdict === "not-enforced");
    expect(wrong.map(([check]) => check)).toEqual(off);
    expect(foundBy(report, "anonymous-requests")).toMatch(/system:anonymous/);
    expect(await namespaces(objects, "tenantry-preflight")).toEqual([]);
  });

  test("a server that allows everything, and one that serves no policies, is found out", async () => {
    const report = await preflight(plan, lawless.kubeconfig);
    expect(verdictsOf(report)).toMatchObject({ authorization: "not-enforced", "admission-policies": "not-enforced" });
    expect(foundBy(report, "admission-policies")).toMatch(/not served/);
    expect(foundBy(report, "kinds")).toMatch(
      /^not served: ValidatingAdmissionPolicy \(admissionregistration.k8s.io\/v1\)$/,
    );
    // The plan cannot be made there, strict or not.
    expect(report.passed).toBe(false);
  });

  test("anonymous health checks are no open door", async () => {
    const report = await preflight(plan, provider.kubeconfig);
    expect(verdictsOf(report)).toMatchObject({ "anonymous-requests": "enforced" });
    expect(foundBy(report, "anonymous-requests")).toMatch(/health checks excepted/);
  });

  test("what the environment names and the cluster has not is listed", async () => {
    const prod = planEnvironment(loadEnvironment({ directory: repository, environment: "prod" }));
    const report = await preflight(prod, kubeconfig);
    expect(verdictsOf(report)).toMatchObject({ "storage-classes": "not-enforced", gateway: "not-enforced" });
    expect(foundBy(report, "storage-classes")).toMatch(/no gp3 or gp3-fast/);
    expect(foundBy(report, "autoscaling-metrics")).toMatch(/custom\.metrics\.k8s\.io/);
    expect(report.passed).toBe(false);
  });

  test("on a real node a network plugin is looked for, recognised by its DaemonSet, and has to be Ready everywhere", async () => {
    const node: KubernetesObject = { apiVersion: "v1", kind: "Node", metadata: { name: "real" } };
    const labels = { app: "cilium" };
    const pods = {
      metadata: { labels },
      spec: { containers: [{ name: "agent", image: "registry.example/cilium:1" }] },
    };
    const agent = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "cilium", namespace: "kube-system" },
      spec: { selector: { matchLabels: labels }, template: pods },
    };
    await objects.create(node);
    try {
      expect(foundBy(await preflight(plan, kubeconfig), "network-policy")).toBe("no network plugin is recognised");
      expect(verdictsOf(await preflight(plan, kubeconfig))["cluster-network-policy"]).toBe("unknown");
      await objects.create(agent);
      await eventually("the plugin is Ready", async () => {
        const found = foundBy(await preflight(plan, kubeconfig), "network-policy");
        // The simulated nodes run it; the real one is a record that no kubelet stands behind.
        return /^Cilium \(DaemonSet kube-system\/cilium\) is Ready on [1-6] of 7 nodes; /.test(found);
      });
      expect(verdictsOf(await preflight(plan, kubeconfig))["network-policy"]).toBe("not-enforced");
    } finally {
      await objects.delete(node);
      await objects.delete(agent).catch(() => undefined);
    }
  });
});
