/** The ClusterNetworkPolicies of an environment: they come, change and go as its tenants do, and are not missed where they are off. */
import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { clusterPolicies, eventually, namespaces, openCluster } from "./support/client.ts";
import { send } from "./support/raw.ts";
import { allFingerprints, update } from "./support/update.ts";
import { makeWorkspace, type TenantRecord, type Workspace } from "./support/workspace.ts";

let workspace: Workspace;
let cluster: KubeConfig;
let objects: KubernetesObjectApi;

const newcomer: TenantRecord = { id: "umbrella", name: "Umbrella", tier: "pro" };

/** Takes a definition away, and with it whatever is of its kind; returns it. */
async function withdraw(name: string): Promise<KubernetesObject> {
  const apiVersion = "apiextensions.k8s.io/v1";
  const definition = await objects.read({ apiVersion, kind: "CustomResourceDefinition", metadata: { name } });
  await objects.delete(definition);
  await eventually(`${name} is gone`, async () => !(await isServed()));
  return definition;
}

/** Gives a definition back, and waits until its kind is served again. */
async function restore(definition: KubernetesObject): Promise<void> {
  const { spec } = definition as KubernetesObject & { spec: unknown };
  const { name, annotations } = definition.metadata ?? {};
  const metadata = { name: name ?? "", annotations: annotations ?? {} };
  await objects.create({ apiVersion: "apiextensions.k8s.io/v1", kind: definition.kind ?? "", metadata, spec } as never);
  await eventually(`${name} is served`, isServed);
}

async function isServed(): Promise<boolean> {
  const path = "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";
  return (await send(cluster, { method: "GET", path })).status === 200;
}

beforeAll(async () => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  cluster = openCluster(variables["KUBECONFIG"] ?? "");
  objects = KubernetesObjectApi.makeApiClient(cluster);
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  await update(workspace, objects);
});

afterAll(async () => {
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
  expect([...(await clusterPolicies(objects)).keys()]).toEqual([]);
});

describe("the second deny between tenants", () => {
  /** What decides, without what the server keeps book of. */
  const rules = async (id: string) => {
    const policy = (await clusterPolicies(objects)).get(`tenantry-tenant-${id}`);
    const spec = policy?.["spec"] as { ingress: { action: string }[]; egress: { action: string }[] } | undefined;
    const actions = [...(spec?.ingress ?? []), ...(spec?.egress ?? [])].map(({ action }) => action);
    return { uid: policy?.metadata?.uid, version: policy?.metadata?.resourceVersion, actions };
  };
  const denies = ["Deny", "Deny", "Deny"];
  let settings: Record<string, unknown>;
  let definition: KubernetesObject | undefined;

  // Whatever fails here, the files that come after need the kind.
  afterAll(async () => {
    if (definition !== undefined && !(await isServed())) await restore(definition);
  });

  test("stands for each tenant, under the name of its namespace", async () => {
    const names = workspace.tenants().map(({ id }) => `tenantry-tenant-${id}`);
    expect([...(await clusterPolicies(objects)).keys()].sort()).toEqual(names.sort());
    for (const { id } of workspace.tenants()) expect((await rules(id)).actions).toEqual(denies);
  });

  test("changes in place with the consent of both, and leaves third tenants alone", async () => {
    const [one, other, third] = workspace.tenants().map(({ id }) => id);
    if (one === undefined || other === undefined || third === undefined) throw new Error("dev has too few tenants");
    const before = { one: await rules(one), other: await rules(other), third: await rules(third) };
    const without = workspace.tenants();
    const peersOf = (id: string): string | null => (id === one ? other : id === other ? one : null);
    workspace.writeTenants(
      without.map((tenant) => {
        const peer = peersOf(tenant.id);
        return peer === null ? tenant : { ...tenant, peers: [{ tenant: peer, ports: [3000] }] };
      }),
    );
    await update(workspace, objects);
    const opened = ["Pass", "Deny", "Deny", "Pass", "Deny"];
    expect(await rules(one)).toMatchObject({ uid: before.one.uid, actions: opened });
    expect(await rules(other)).toMatchObject({ uid: before.other.uid, actions: opened });
    expect(await rules(third)).toEqual(before.third);

    workspace.writeTenants(without);
    await update(workspace, objects);
    expect(await rules(one)).toMatchObject({ uid: before.one.uid, actions: denies });
    expect(await rules(third)).toEqual(before.third);
  });

  test("is gone where the setting is taken out, and nothing else is", async () => {
    settings = workspace.environment()["cluster"] as Record<string, unknown>;
    const { clusterNetworkPolicies, ...cluster } = settings;
    expect(clusterNetworkPolicies).toBeDefined();
    const before = await allFingerprints(objects, await namespaces(objects));
    workspace.patchEnvironment({ cluster });
    await update(workspace, objects);
    expect((await clusterPolicies(objects)).size).toBe(0);
    expect(await allFingerprints(objects, await namespaces(objects))).toEqual(before);
  });

  test("is not missed where the setting is out: the platform runs on a cluster without the kind", async () => {
    definition = await withdraw("clusternetworkpolicies.policy.networking.k8s.io");
    workspace.writeTenants([...workspace.tenants(), newcomer]);
    await update(workspace, objects);
    expect(await namespaces(objects)).toContain("tenant-umbrella");
  });

  test("is asked of a cluster without the kind in vain, which the update says", async () => {
    workspace.patchEnvironment({ cluster: settings });
    const refused = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/kinds: not enforced: .*ClusterNetworkPolicy/);
    if (definition === undefined) throw new Error("the kind was never taken away");
    await restore(definition);
    await update(workspace, objects);
    expect((await clusterPolicies(objects)).size).toBe(workspace.tenants().length);
  });

  test("goes with its tenant, and not before the namespace and the last pod in it", async () => {
    const others = (await namespaces(objects)).filter((name) => name !== "tenant-umbrella");
    workspace.writeTenants(workspace.tenants().filter(({ id }) => id !== newcomer.id));
    const printed = await update(workspace, objects);
    expect(await namespaces(objects)).toEqual(others);
    expect([...(await clusterPolicies(objects)).keys()].sort()).toEqual(others.map((name) => `tenantry-${name}`));
    const gone = printed.indexOf("umbrella-namespace deleted");
    expect(gone, printed).toBeGreaterThan(0);
    expect(printed.indexOf("umbrella-default-deny-tenants delet"), printed).toBeGreaterThan(gone);
  });
});
