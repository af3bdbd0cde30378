import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AppsV1Api, CoreV1Api, KubeConfig, type KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { parseAllDocuments } from "yaml";

import { captureCommand, type CommandOutcome } from "../support/command-line.ts";
import { eventually } from "./support/client.ts";
import { create, send } from "./support/raw.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

const namespace = "tenant-studio";

let workspace: Workspace;
let owner: KubeConfig;
let folder: string;
const home = process.cwd();

/** What docs/examples has for owners, in this tenant's namespace. */
function exampleObjects(): readonly (KubernetesObject & Record<string, unknown>)[] {
  const file = join(import.meta.dirname, "..", "..", "docs", "examples", "owner", "worker.yaml");
  return parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
    document.setIn(["metadata", "namespace"], namespace);
    return document.toJS() as Record<string, unknown>;
  });
}

async function make(object: unknown): Promise<void> {
  expect((await create(owner, object as KubernetesObject)).message).toBe("");
}

/** Runs `tenantry kubeconfig` in the workspace. */
function kubeconfig(...args: readonly string[]): Promise<CommandOutcome> {
  return captureCommand("kubeconfig", ...args);
}

beforeAll(async () => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  folder = mkdtempSync(join(tmpdir(), "tenantry-owner-"));
  workspace.writeTenants([{ id: "studio", name: "Studio", tier: "pro", owners: [{ group: "studio-admins" }] }]);
  expect((await workspace.pulumi(["stack", "init", "dev"])).exitCode).toBe(0);
  const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(result.exitCode, result.all).toBe(0);
  process.chdir(workspace.directory);
  vi.stubEnv("KUBECONFIG", variables["KUBECONFIG"] ?? "");

  const file = join(folder, "studio.kubeconfig");
  // A file that anybody may read stands in the way already.
  writeFileSync(file, "", { mode: 0o644 });
  const issued = await kubeconfig("studio", "--duration", "10m", "--output", file);
  expect(issued.exitCode, issued.stderr).toBe(0);
  expect(issued.stdout).toBe("");
  expect(issued.stderr).toMatch(/^good until \d{4}-.*; next: kubectl --kubeconfig/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  owner = new KubeConfig();
  owner.loadFromFile(file);
});

afterAll(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

describe("a day's work with an owner's kubeconfig", () => {
  test("deploys, scales and exposes a workload", async () => {
    const objects = exampleObjects();
    expect(objects.map(({ kind }) => kind)).toEqual(["ServiceAccount", "Secret", "Deployment", "Service"]);
    for (const object of objects) await make(object);
    const scaled = await send(owner, {
      method: "PATCH",
      path: `/apis/apps/v1/namespaces/${namespace}/deployments/worker/scale`,
      body: { spec: { replicas: 2 } },
      contentType: "application/merge-patch+json",
    });
    expect(scaled.message).toBe("");
    const apps = owner.makeApiClient(AppsV1Api);
    await eventually("two workers are Ready", async () => {
      const { status } = await apps.readNamespacedDeployment({ namespace, name: "worker" });
      return status?.readyReplicas === 2;
    });
  });

  test("runs a pod that says nothing of resources, which the LimitRange fills in and notes on it", async () => {
    const deployment = exampleObjects().find(({ kind }) => kind === "Deployment");
    const { spec } = (deployment?.["spec"] as { template: { spec: { containers: readonly object[] } } }).template;
    const containers = spec.containers.map((container) => ({ ...container, resources: undefined }));
    const answer = await create(owner, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "bare", namespace },
      spec: { ...spec, containers },
    } as KubernetesObject);
    expect(answer).toMatchObject({
      message: "",
      object: {
        metadata: { annotations: { "kubernetes.io/limit-ranger": expect.stringContaining("LimitRanger") as string } },
      },
    });
  });

  test("rotates a secret of its own, and not the platform's", async () => {
    const rotate = (name: string) =>
      send(owner, {
        method: "PATCH",
        path: `/api/v1/namespaces/${namespace}/secrets/${name}`,
        body: { stringData: { KEY: "two" } },
        contentType: "application/merge-patch+json",
      });
    expect((await rotate("worker")).message).toBe("");
    expect((await rotate("secrets")).message).toContain("tenantry-platform-objects: ");
  });

  test("admits traffic between its own pods, and none from elsewhere", async () => {
    const policy = (from: object) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "worker", namespace },
      spec: {
        podSelector: { matchLabels: { app: "worker" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [from], ports: [{ port: 8080 }] }],
      },
    });
    const answer = await create(owner, policy({ namespaceSelector: {} }));
    expect(answer.message).toContain("tenantry-network-policies: ");
    await make(policy({ podSelector: { matchLabels: { app: "front" } } }));
  });

  test("looks at what runs and why something was refused", async () => {
    const core = owner.makeApiClient(CoreV1Api);
    expect((await core.listNamespacedPod({ namespace })).items.length).toBeGreaterThan(2);
    expect((await core.listNamespacedResourceQuota({ namespace })).items.length).toBe(3);
    await core.listNamespacedEvent({ namespace });
    // Simulated nodes keep no logs; what is asked is whether the API server would let the request through to one.
    const review = await send(owner, {
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { namespace, verb: "get", resource: "pods", subresource: "log" } },
      },
    });
    expect(review.object).toMatchObject({ status: { allowed: true } });
  });

  test.each(["/api/v1/namespaces", "/api/v1/namespaces/kube-system/secrets", "/api/v1/nodes"])(
    "does not see %s",
    async (path) => {
      expect((await send(owner, { method: "GET", path })).status).toBe(403);
    },
  );

  test("cleans up after itself", async () => {
    for (const path of [
      `/apis/apps/v1/namespaces/${namespace}/deployments/worker`,
      `/api/v1/namespaces/${namespace}/services/worker`,
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/worker`,
    ]) {
      expect((await send(owner, { method: "DELETE", path })).message).toBe("");
    }
  });
});

test("an account that is not there yet is said, with what makes it", async () => {
  workspace.writeTenants([...workspace.tenants(), { id: "later", name: "Later", tier: "free" }]);
  const { exitCode, stdout, stderr } = await kubeconfig("later");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/there is no account owner in tenant-later yet/);
  expect(stderr).toMatch(/pulumi up -s dev/);
});
