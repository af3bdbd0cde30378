import { rmSync } from "node:fs";
import { join } from "node:path";

import { type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { openCluster } from "./support/client.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

let workspace: Workspace;
let objects: KubernetesObjectApi;

/** What prod relies on and the embedded cluster does not have. */
const furniture: readonly KubernetesObject[] = [
  ...["gp3", "gp3-fast"].map((name) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "kubernetes.io/host-path",
  })),
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "edge-system" } },
  {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "edge", namespace: "edge-system" },
    spec: { gatewayClassName: "envoy", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  } as KubernetesObject,
];

beforeAll(async () => {
  workspace = makeWorkspace(inject("variables"));
  objects = KubernetesObjectApi.makeApiClient(openCluster(inject("variables")["KUBECONFIG"] ?? ""));
  const created = await workspace.pulumi(["stack", "init", "prod"]);
  expect(created.exitCode, created.all).toBe(0);
});

afterAll(async () => {
  workspace.remove();
  for (const object of [...furniture].reverse()) await objects.delete(object);
});

test("prod is refused on a cluster that does not have what it relies on", async () => {
  const result = await workspace.pulumi(["preview", "--stack", "prod"]);
  for (const object of furniture) await objects.create(object);
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(/preflight: \d+ of 15 checks of the cluster of prod failed .*; nothing was created\./);
  for (const check of ["storage-classes", "gateway", "autoscaling-metrics", "network-policy"]) {
    expect(result.all).toMatch(new RegExp(`^ +${check}: `, "m"));
  }
});

test("prod previews as creations only, secrets asked for by name included", async () => {
  const path = "tenantry:tenantSecrets.atlas-bank.MODEL_TOKEN";
  const set = await workspace.pulumi(["config", "set", "--stack", "prod", "--secret", "--path", path, "example-token"]);
  expect(set.exitCode, set.all).toBe(0);
  const nodes = "the nodes of the tests are simulated";
  workspace.patchEnvironment(
    {
      preflight: {
        stated: { "network-policy": nodes, "encryption-at-rest": "the embedded cluster encrypts Secrets" },
        accept: { "autoscaling-metrics": "the tests have no custom metrics" },
      },
    },
    "prod",
  );
  const result = await workspace.pulumi(["preview", "--stack", "prod", "--json"]);
  expect(result.exitCode, result.all).toBe(0);
  const { changeSummary } = JSON.parse(result.stdout) as { changeSummary: Record<string, number> };
  expect(Object.keys(changeSummary)).toEqual(["create"]);
  expect(changeSummary["create"]).toBeGreaterThan(12 * 20);
  expect(result.all).not.toContain("example-token");
  expect(result.all).not.toContain(Buffer.from("example-token").toString("base64"));
});

test("a missing tenant file is an error of the preview, and nothing is planned without it", async () => {
  rmSync(join(workspace.directory, "tenants", "prod"), { recursive: true });
  const result = await workspace.pulumi(["preview", "--stack", "prod"]);
  expect(result.exitCode).not.toBe(0);
  expect(result.all).toMatch(/Pulumi\.prod\.yaml:\d+:\d+ .*tenants\/prod/);
});
