import { AppsV1Api, CoreV1Api, type KubeConfig, KubernetesObjectApi, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { eventually, inventory, openCluster } from "./support/client.ts";
import { create, type CreateOptions } from "./support/raw.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

const namespace = "tenant-solo";
const owner: CreateOptions = { user: "sam@solo.example", groups: ["solo-admins"] };

let workspace: Workspace;
let cluster: KubeConfig;
let core: CoreV1Api;
let objects: KubernetesObjectApi;

async function up(): Promise<void> {
  const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(result.exitCode, result.all).toBe(0);
}

/** A pod that Pod Security `restricted` accepts; the tests change one field of it. */
function pod(name: string) {
  const amounts = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "main",
          image: "registry.tenantry.example/probe:1",
          resources: { requests: amounts, limits: amounts },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}

/** The pod with its only container changed. */
function withContainer(base: ReturnType<typeof pod>, change: Readonly<Record<string, unknown>>) {
  const containers = base.spec.containers.map((container) => ({ ...container, ...change }));
  return { ...base, spec: { ...base.spec, containers } };
}

beforeAll(async () => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  workspace.writeTenants([{ id: "solo", name: "Solo", tier: "pro", owners: [{ group: "solo-admins" }] }]);
  cluster = openCluster(variables["KUBECONFIG"] ?? "");
  core = cluster.makeApiClient(CoreV1Api);
  objects = KubernetesObjectApi.makeApiClient(cluster);
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  await up();
});

afterAll(async () => {
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

describe("the bounds of a tenant's namespace", () => {
  test("Pod Security refuses a privileged container and accepts its twin", async () => {
    expect(await create(cluster, pod("twin"), { dryRun: true })).toMatchObject({ status: 201, message: "" });
    const securityContext = { allowPrivilegeEscalation: true, capabilities: { drop: ["ALL"] } };
    const privileged = withContainer(pod("privileged"), { securityContext });
    const { status, message } = await create(cluster, privileged, { dryRun: true });
    expect(status).toBe(403);
    expect(message).toMatch(/violates PodSecurity "restricted:v1\.35": allowPrivilegeEscalation/);
  });

  test.each(["system-node-critical", "system-cluster-critical"])(
    "no pod may have the priority %s, and its twin without a priority is accepted",
    async (priorityClassName) => {
      const base = pod("urgent");
      const urgent = { ...base, spec: { ...base.spec, priorityClassName } };
      const { status, message } = await create(cluster, urgent, { dryRun: true });
      expect(status).toBe(403);
      expect(message).toMatch(/exceeded quota: no-system-priority/);
      expect((await create(cluster, base, { dryRun: true })).message).toBe("");
    },
  );

  test("no pod may keep pods of other namespaces off its node, and its twin that looks at home is accepted", async () => {
    const base = pod("jealous");
    const jealous = (namespaces: readonly string[]) => {
      const term = {
        labelSelector: { matchLabels: { app: "any" } },
        topologyKey: "kubernetes.io/hostname",
        namespaces,
      };
      const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
      return { ...base, spec: { ...base.spec, affinity: { podAntiAffinity } } };
    };
    const { status, message } = await create(cluster, jealous(["kube-system"]), { dryRun: true });
    expect(status).toBe(403);
    expect(message).toMatch(/exceeded quota: no-foreign-affinity/);
    expect((await create(cluster, jealous([]), { dryRun: true })).message).toBe("");
  });

  test("the limit range refuses a container below its minimum and accepts its twin", async () => {
    const amounts = { cpu: "99m", memory: "128Mi", "ephemeral-storage": "64Mi" };
    const small = withContainer(pod("small"), { resources: { requests: amounts, limits: amounts } });
    const { status, message } = await create(cluster, small, { dryRun: true });
    expect(status).toBe(403);
    expect(message).toMatch(/minimum cpu usage per Container is 100m/);
    expect((await create(cluster, pod("small"), { dryRun: true })).status).toBe(201);
  });

  test("the limit range gives numbers to a container that has none", async () => {
    const bare = withContainer(pod("bare"), { resources: {} });
    const { status, object } = await create(cluster, bare, { dryRun: true });
    expect(status).toBe(201);
    const [container] = (object as unknown as V1Pod).spec?.containers ?? [];
    expect(container?.resources?.limits?.["cpu"]).toBe("500m");
    expect(container?.resources?.requests?.["memory"]).toBe("512Mi");
  });

  test("the quota refuses what goes over it, a volume of one byte more than is left, and accepts its twin", async () => {
    const quota = await core.readNamespacedResourceQuota({ namespace, name: "tenant" });
    const gibibytes = (quantity = "") => Number(/^(\d+)Gi$/.exec(quantity)?.[1] ?? Number.NaN);
    const free =
      gibibytes(quota.status?.hard?.["requests.storage"]) - gibibytes(quota.status?.used?.["requests.storage"]);
    expect(free).toBeGreaterThan(0);
    const claim = (storage: string) => ({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "extra", namespace },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "standard", resources: { requests: { storage } } },
    });
    const tooMuch = await create(cluster, claim(`${free * 1024 ** 3 + 1}`), { dryRun: true });
    expect(tooMuch.status).toBe(403);
    expect(tooMuch.message).toMatch(/exceeded quota: tenant/);
    // What is left may be more than one volume may have; the limit range says so in its own words.
    expect((await create(cluster, claim("1Gi"), { dryRun: true })).message).toBe("");
  });

  test("the quota refuses a LoadBalancer and accepts a ClusterIP", async () => {
    const service = (type: string) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "extra", namespace },
      spec: { type, ports: [{ port: 80 }], selector: { app: "extra" } },
    });
    const refused = await create(cluster, service("LoadBalancer"), { dryRun: true });
    expect(refused.status).toBe(403);
    expect(refused.message).toMatch(/exceeded quota: tenant, .*services\.(loadbalancers|nodeports)/);
    expect((await create(cluster, service("ClusterIP"), { dryRun: true })).message).toBe("");
  });

  test("no pod has a service account token mounted", async () => {
    const { items } = await core.listNamespacedPod({ namespace });
    expect(items.length).toBeGreaterThan(0);
    for (const { metadata, spec } of items) {
      const tokens = spec?.volumes?.flatMap((volume) => volume.projected?.sources ?? []) ?? [];
      expect(
        tokens.filter((source) => source.serviceAccountToken !== undefined),
        metadata?.name,
      ).toEqual([]);
    }
  });
});

describe("an owner", () => {
  const allowed = async (
    verb: string,
    resource: string,
    group: string,
    where: string | undefined,
    subresource?: string,
  ) => {
    const resourceAttributes = { verb, resource, group, namespace: where, subresource };
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    };
    const { object } = await create(cluster, review, owner);
    return (object["status"] as { allowed: boolean }).allowed;
  };

  test.each([
    ["create", "deployments", "apps"],
    ["get", "pods", ""],
    ["update", "secrets", ""],
    ["create", "jobs", "batch"],
  ])("may %s %s at home and not next door", async (verb, resource, group) => {
    expect(await allowed(verb, resource, group, namespace)).toBe(true);
    expect(await allowed(verb, resource, group, "kube-system")).toBe(false);
  });

  test.each([
    ["get", "namespaces", "", undefined],
    ["delete", "resourcequotas", "", undefined],
    ["escalate", "roles", "rbac.authorization.k8s.io", undefined],
    ["bind", "roles", "rbac.authorization.k8s.io", undefined],
    ["impersonate", "serviceaccounts", "", undefined],
    ["create", "serviceaccounts", "", "token"],
    ["update", "pods", "", "ephemeralcontainers"],
  ])("may not %s %s even at home", async (verb, resource, group, subresource) => {
    expect(await allowed(verb, resource, group, namespace, subresource)).toBe(false);
  });
});

describe("a tenant that runs", () => {
  test("scales with its load and comes back, data kept", async () => {
    const apps = cluster.makeApiClient(AppsV1Api);
    const replicas = async () =>
      (await apps.readNamespacedStatefulSet({ namespace, name: "runtime" })).status?.readyReplicas;
    const use = async (cpu: string | null) => {
      const pods = (await core.listNamespacedPod({ namespace })).items;
      const runtime = pods.filter(({ metadata }) => /^runtime-\d+$/.test(metadata?.name ?? ""));
      expect(runtime.length).toBeGreaterThan(0);
      for (const { metadata } of runtime) {
        const annotations = { "kwok.x-k8s.io/usage-cpu": cpu };
        await objects.patch(
          { apiVersion: "v1", kind: "Pod", metadata: { name: metadata?.name ?? "", namespace, annotations } } as never,
          undefined,
          undefined,
          undefined,
          undefined,
          "application/merge-patch+json",
        );
      }
    };
    const before = await replicas();
    expect(before).toBe(1);
    await use("450m");
    await eventually("more runtime pods under load", async () => ((await replicas()) ?? 0) > 1, 120);
    const claims = async () =>
      [...(await inventory(objects, namespace)).keys()].filter((key) => key.startsWith("PersistentVolumeClaim/"));
    const grown = await claims();
    expect(grown.length).toBeGreaterThan(1);
    await use(null);
    await eventually("one runtime pod without load", async () => (await replicas()) === 1, 180);
    expect(await claims()).toEqual(grown);
  });

  test("gets new generated secrets and new pods when the rotation number is raised", async () => {
    const read = async () => {
      const secret = await core.readNamespacedSecret({ namespace, name: "secrets" });
      const apps = cluster.makeApiClient(AppsV1Api);
      const workload = await apps.readNamespacedStatefulSet({ namespace, name: "runtime" });
      return { values: secret.data ?? {}, annotations: workload.spec?.template.metadata?.annotations ?? {} };
    };
    const before = await read();
    await up();
    expect(await read()).toEqual(before);
    workspace.writeTenants(workspace.tenants().map((tenant) => ({ ...tenant, secrets: { rotation: 2 } })));
    await up();
    const after = await read();
    expect(Object.keys(after.values)).toEqual(Object.keys(before.values));
    for (const [name, value] of Object.entries(after.values)) expect(value, name).not.toBe(before.values[name]);
    expect(after.annotations).not.toEqual(before.annotations);
  });
});
