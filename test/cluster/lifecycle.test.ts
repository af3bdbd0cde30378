import { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { clusterPolicies, eventually, inventory, namespaces, openCluster } from "./support/client.ts";
import { allFingerprints, update } from "./support/update.ts";
import { makeWorkspace, type TenantRecord, type Workspace } from "./support/workspace.ts";

/** One step of `pulumi preview --json` that changes something. */
interface PreviewStep {
  readonly op: string;
  readonly urn: string;
}

let workspace: Workspace;
let objects: KubernetesObjectApi;

const newcomer: TenantRecord = {
  id: "umbrella",
  name: "Umbrella",
  tier: "pro",
  owners: [{ group: "umbrella-admins" }],
};

const up = (): Promise<string> => update(workspace, objects);
const fingerprintsOf = (names: readonly string[]) => allFingerprints(objects, names);

/** Steps of a preview other than `same`. */
async function changes(): Promise<readonly PreviewStep[]> {
  const result = await workspace.pulumi(["preview", "--stack", "dev", "--json"]);
  expect(result.exitCode, result.all).toBe(0);
  const { steps } = JSON.parse(result.stdout) as { steps: readonly PreviewStep[] };
  return steps.filter((step) => step.op !== "same" && step.op !== "read");
}

function replaceTenant(id: string, change: (tenant: TenantRecord) => TenantRecord): void {
  workspace.writeTenants(workspace.tenants().map((tenant) => (tenant.id === id ? change(tenant) : tenant)));
}

beforeAll(async () => {
  const variables = inject("variables");
  workspace = makeWorkspace(variables);
  objects = KubernetesObjectApi.makeApiClient(openCluster(variables["KUBECONFIG"] ?? ""));
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  await up();
});

afterAll(async () => {
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
  expect(await namespaces(objects)).toEqual([]);
  expect([...(await clusterPolicies(objects)).keys()]).toEqual([]);
});

describe("an environment of three tenants", () => {
  test("has one namespace for each record and pods that are Ready in all of them", async () => {
    const expected = workspace.tenants().map((tenant) => `tenant-${tenant.id}`);
    expect(expected).toHaveLength(3);
    expect(await namespaces(objects)).toEqual(expected.sort());
    for (const namespace of expected) {
      const found = await inventory(objects, namespace);
      const status = found.get("StatefulSet/runtime")?.["status"] as { readyReplicas?: number } | undefined;
      expect(status?.readyReplicas, namespace).toBeGreaterThan(0);
    }
  });

  test("is not changed by a second update", async () => {
    const before = await fingerprintsOf(await namespaces(objects));
    await up();
    expect(await fingerprintsOf(await namespaces(objects))).toEqual(before);
    const result = await workspace.pulumi(["preview", "--stack", "dev", "--expect-no-changes"]);
    expect(result.exitCode, result.all).toBe(0);
  });

  test("keeps every secret value encrypted in its state", async () => {
    const secret = await objects.read({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "secrets", namespace: "tenant-" + String(workspace.tenants()[0]?.id) },
    });
    const values = Object.values((secret as { data?: Record<string, string> }).data ?? {});
    expect(values.length).toBeGreaterThan(0);
    const state = (await workspace.pulumi(["stack", "export", "--stack", "dev"])).stdout;
    for (const value of values) {
      expect(state).not.toContain(value);
      expect(state).not.toContain(Buffer.from(value, "base64").toString("utf8"));
    }
  });
});

describe("the list of tenants", () => {
  test("makes exactly a new record's resources and touches nobody else's", async () => {
    const others = await namespaces(objects);
    const before = await fingerprintsOf(others);
    workspace.writeTenants([newcomer, ...workspace.tenants()]);

    const planned = await changes();
    expect(new Set(planned.map((step) => step.op))).toEqual(new Set(["create"]));
    const strangers = planned.filter((step) => !/::umbrella(-|$)/.test(step.urn));
    expect(strangers).toEqual([]);

    await up();
    expect(await fingerprintsOf(others)).toEqual(before);
    expect(await namespaces(objects)).toContain("tenant-umbrella");
  });

  test("changes one tenant's tier in place: same namespace, same volumes, same neighbours", async () => {
    const others = (await namespaces(objects)).filter((name) => name !== "tenant-umbrella");
    const before = await fingerprintsOf(others);
    const uids = async () => {
      const found = await inventory(objects, "tenant-umbrella");
      const claims = [...found].filter(([key]) => key.startsWith("PersistentVolumeClaim/"));
      const namespace = await objects.read({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "tenant-umbrella" },
      });
      return Object.fromEntries([
        ["namespace", namespace.metadata?.uid],
        ["workload", found.get("StatefulSet/runtime")?.metadata?.uid],
        ...claims.map(([key, claim]) => [key, claim.metadata?.uid]),
      ]) as Record<string, string>;
    };
    const identities = await uids();
    expect(Object.keys(identities).length).toBeGreaterThan(2);

    replaceTenant("umbrella", (tenant) => ({ ...tenant, tier: "enterprise" }));
    const planned = await changes();
    expect(planned.filter((step) => !/::umbrella(-|$)/.test(step.urn))).toEqual([]);
    expect(planned.filter((step) => step.op.includes("replace") || step.op === "delete")).toEqual([]);
    await up();

    expect(await fingerprintsOf(others)).toEqual(before);
    expect(await uids()).toMatchObject(identities);
    const quota = (await inventory(objects, "tenant-umbrella")).get("ResourceQuota/tenant")?.["spec"] as {
      hard: Record<string, string>;
    };
    expect(quota.hard["requests.cpu"]).toBe("8");
    // What the engine recorded is what is there, every time: it must not be content with an object from before its change.
    for (const tier of ["pro", "enterprise"]) {
      replaceTenant("umbrella", (tenant) => ({ ...tenant, tier }));
      await up();
      expect(await changes()).toEqual([]);
    }
  });

  test("leaves volumes that exist alone when their size changes, and makes the next ones larger on request", async () => {
    const claimed = async () => {
      const found = await inventory(objects, "tenant-umbrella");
      const pod = await objects.read({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "runtime-0", namespace: "tenant-umbrella" },
      });
      return {
        claim: found.get("PersistentVolumeClaim/data-runtime-0")?.metadata?.uid,
        pod: pod.metadata?.uid,
        template: JSON.stringify(found.get("StatefulSet/runtime")?.["spec"]).match(/"storage":"(\w+)"/)?.[1],
      };
    };
    const before = await claimed();
    expect(before).toEqual({ claim: expect.any(String) as string, pod: expect.any(String) as string, template: "1Gi" });
    replaceTenant("umbrella", (tenant) => ({ ...tenant, runtime: { storage: "2Gi" } }));
    expect((await changes()).filter((step) => /replace|delete/.test(step.op))).toEqual([]);
    await up();
    expect(await claimed()).toEqual(before);

    // As docs/components.md says: let go of the StatefulSet without its pods, and update.
    const workload = {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "runtime", namespace: "tenant-umbrella" },
    };
    await objects.delete(workload, undefined, undefined, undefined, undefined, "Orphan");
    await eventually("the StatefulSet is let go", async () => {
      return !(await inventory(objects, "tenant-umbrella")).has("StatefulSet/runtime");
    });
    const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview", "--refresh"]);
    expect(result.exitCode, result.all).toBe(0);
    expect(await claimed()).toEqual({ ...before, template: "2Gi" });
  });

  test("suspends a tenant: no pods, the data kept", async () => {
    replaceTenant("umbrella", (tenant) => ({ ...tenant, status: "suspended" }));
    await up();
    await eventually("no pods in tenant-umbrella", async () => {
      return (await objects.list("v1", "Pod", "tenant-umbrella")).items.length === 0;
    });
    const found = [...(await inventory(objects, "tenant-umbrella")).keys()];
    expect(found.filter((key) => key.startsWith("PersistentVolumeClaim/")).length).toBeGreaterThan(0);
    expect(found.filter((key) => key.startsWith("HorizontalPodAutoscaler/"))).toEqual([]);
    expect(found.filter((key) => key.startsWith("HTTPRoute/"))).toEqual([]);
  });

  test("refuses to drop a protected tenant, and drops it once the record says so", async () => {
    replaceTenant("umbrella", (tenant) => ({ ...tenant, status: "active", protect: true }));
    await up();
    const guarded = workspace.tenants();
    const everything = await fingerprintsOf(await namespaces(objects));
    workspace.writeTenants(guarded.filter((tenant) => tenant.id !== "umbrella"));
    const refused = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/umbrella: protected, and no longer in the list; nothing was changed\./);
    expect(refused.all).toMatch(/put the record back with `protect: false`/);

    workspace.writeTenants(guarded);
    // Not one object, not one generated secret and nothing in the state was lost by the attempt.
    expect(await changes()).toEqual([]);
    expect(await fingerprintsOf(await namespaces(objects))).toEqual(everything);
    replaceTenant("umbrella", (tenant) => ({ ...tenant, protect: false }));
    await up();
    const others = (await namespaces(objects)).filter((name) => name !== "tenant-umbrella");
    const before = await fingerprintsOf(others);
    workspace.writeTenants(workspace.tenants().filter((tenant) => tenant.id !== "umbrella"));
    await up();
    expect(await namespaces(objects)).toEqual(others);
    expect(await fingerprintsOf(others)).toEqual(before);
  });

  test("with a mistake in it changes nothing and is reported without a stack trace", async () => {
    const good = workspace.tenants();
    const before = await fingerprintsOf(await namespaces(objects));
    workspace.writeTenants([...good, { ...newcomer, tier: "platinum" }, { ...newcomer, id: "Bad_Id" }]);
    const refused = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    workspace.writeTenants(good);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.all).toMatch(/Pulumi\.dev\.yaml:\d+:\d+ .*platinum/);
    expect(refused.all).toMatch(/Pulumi\.dev\.yaml:\d+:\d+ .*Bad_Id/);
    expect(refused.all).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
    expect(await fingerprintsOf(await namespaces(objects))).toEqual(before);
  });
});
