import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { buildClusterPolicy } from "../../components/manifests/cluster-policy.ts";
import { tenantManifests } from "../../components/tenant-manifests.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { TenantId, TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { fullPlan } from "../support/plans.ts";
import { openCluster } from "./support/client.ts";
import { create } from "./support/raw.ts";
import { repository } from "./support/workspace.ts";

let cluster: KubeConfig;

/** The plan's objects as the server gets them, in a namespace of the test's own. */
function manifestsOf(plan: TenantPlan, namespace: string): readonly KubernetesObject[] {
  const values = [...plan.secrets.provided, ...plan.secrets.generated.map(({ name }) => name)];
  const secrets = {
    values: Object.fromEntries(values.map((name) => [name, "a value for tests"])),
    rolloutKey: "a key for tests",
  };
  return tenantManifests({ ...plan, namespace }, secrets) as unknown as readonly KubernetesObject[];
}

beforeAll(() => {
  cluster = openCluster(inject("variables")["KUBECONFIG"] ?? "");
});

/** Environments, each with the kinds whose misspelt twins are sent. */
const environments: readonly (readonly [environment: string, kinds: readonly string[]])[] = [
  ["dev", ["StatefulSet", "ClusterNetworkPolicy"]],
  ["prod", ["StatefulSet", "Certificate"]],
];

describe.each(environments)("the manifests of %s", (environment, kinds) => {
  const { tenants } = planEnvironment(loadEnvironment({ directory: repository, environment }));
  const created: string[] = [];

  // A dry run needs the namespace to be there; a name of its own keeps it apart from a running tenant's.
  async function prepare(plan: TenantPlan): Promise<readonly KubernetesObject[]> {
    const name = `strict-${environment}-${plan.id}`;
    const objects = manifestsOf(plan, name);
    if (!created.includes(name)) {
      const answer = await create(cluster, objects.find(({ kind }) => kind === "Namespace") ?? {});
      expect(answer.message).toBe("");
      created.push(name);
    }
    return objects.filter(({ kind }) => kind !== "Namespace");
  }

  afterAll(async () => {
    const objects = KubernetesObjectApi.makeApiClient(cluster);
    for (const name of created) await objects.delete({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  });

  test.each(tenants.map((plan) => [plan.id, plan] as const))("of %s are accepted field by field", async (_id, plan) => {
    const objects = await prepare(plan);
    expect(objects.length).toBeGreaterThan(10);
    for (const object of objects) {
      const { status, message } = await create(cluster, object, { dryRun: true });
      expect({ kind: object.kind, name: object.metadata?.name, status, message }).toMatchObject({
        status: 201,
        message: "",
      });
    }
  });

  test.each(kinds)("have a %s whose twin with one unknown field is refused", async (kind) => {
    const plan = tenants[0];
    if (plan === undefined) throw new Error(`${environment} has no tenants`);
    const object = (await prepare(plan)).find((each) => each.kind === kind) as KubernetesObject & { spec: object };
    expect(await create(cluster, object, { dryRun: true })).toMatchObject({ status: 201 });
    const twin = { ...object, spec: { ...object.spec, secretNaem: "tls" } };
    const { status, message } = await create(cluster, twin, { dryRun: true });
    expect(status).toBe(400);
    expect(message).toMatch(/unknown field .*secretNaem/);
  });
});

test("a ClusterNetworkPolicy with as many peers and ports as a record may have is accepted, and its twin with a rule too many refused", async () => {
  const ports = Array.from({ length: 20 }, (_, index) => 3000 + index);
  const peered = (count: number): KubernetesObject => {
    const peers = Array.from({ length: count }, (_, index) => ({
      tenant: `peer${index}` as TenantId,
      namespace: `tenant-peer${index}`,
      egressPorts: ports,
      ingressPorts: ports,
    }));
    const policy = buildClusterPolicy({ ...fullPlan, network: { ...fullPlan.network, peers } });
    if (policy === null) throw new Error("no policy");
    return policy as KubernetesObject;
  };
  expect((await create(cluster, peered(20), { dryRun: true })).message).toBe("");
  const { status, message } = await create(cluster, peered(24), { dryRun: true });
  expect([status, message]).toEqual([422, expect.stringMatching(/spec\.egress: Too many: 26: must have at most 25/)]);
});
