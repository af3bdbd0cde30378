import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  guardrailName,
  guardrails,
} from "../../../components/manifests/admission/index.ts";
import { eventually, openCluster } from "../support/client.ts";
import { type Answer, create, pathOf, type RawRequest, send } from "../support/raw.ts";
import { changed, inNamespace } from "./change.ts";
import { creationTwins, refusedKinds, type Twin } from "./fixtures.ts";
import { administrator, boundClaim, groundObjects, pluginsAccount, tenant, tenantsAccount } from "./ground.ts";
import { largeObjects } from "./large.ts";
import * as objects from "./objects.ts";
import { type Json, otherNamespace, tenantNamespace } from "./objects.ts";
import { merge, refusedRequests } from "./requests.ts";

const cluster: KubeConfig = openCluster(inject("variables")["KUBECONFIG"] ?? "");
const made: KubernetesObject[] = [];

async function make(object: unknown): Promise<void> {
  const answer = await create(cluster, object as KubernetesObject);
  expect(answer.message).toBe("");
  made.unshift(object as KubernetesObject);
}

function asTenant(request: RawRequest): Promise<Answer> {
  return send(cluster, { ...request, dryRun: true, ...tenant });
}

function creation(object: unknown, who: { user: string; groups: readonly string[] } = tenant): Promise<Answer> {
  return create(cluster, object as KubernetesObject, { dryRun: true, ...who });
}

beforeAll(async () => {
  for (const object of groundObjects) await make(object);
  for (const policy of admissionPolicies) {
    await make(buildAdmissionPolicy(policy));
    await make(buildAdmissionBinding(policy));
  }
  await eventually("the claim has its volume", async () => {
    const path = `/api/v1/namespaces/${tenantNamespace}/persistentvolumeclaims/${boundClaim}`;
    const { object } = await send(cluster, { method: "GET", path });
    return (object["status"] as { phase?: string } | undefined)?.phase === "Bound";
  });
  // The server learns of policies in its own time; the last one it was given stands for all.
  await eventually("the guardrails act", async () => {
    const binding = changed({ base: objects.roleBinding, path: ["roleRef", "kind"], value: "ClusterRole" });
    return (await creation(binding)).status === 403;
  });
});

afterAll(async () => {
  // Namespaces last among the namespaced, policies first: `made` is newest first.
  for (const object of made) {
    const path = `${pathOf(object)}/${object.metadata?.name}`;
    await send(cluster, { method: "DELETE", path });
  }
  await eventually("the namespaces are gone", async () => {
    const answers = await Promise.all(
      [tenantNamespace, otherNamespace].map((name) =>
        send(cluster, { method: "GET", path: `/api/v1/namespaces/${name}` }),
      ),
    );
    return answers.every(({ status }) => status === 404);
  });
});

test("every expression has the types that the server knows", async () => {
  for (const policy of admissionPolicies) {
    const name = guardrailName(policy);
    const path = `/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/${name}`;
    await eventually(`${name} is checked`, async () => {
      const { object } = await send(cluster, { method: "GET", path });
      return (object["status"] as { observedGeneration?: number } | undefined)?.observedGeneration !== undefined;
    });
    const { object } = await send(cluster, { method: "GET", path });
    const status = object["status"] as { typeChecking?: { expressionWarnings?: unknown[] } };
    expect({ name, warnings: status.typeChecking?.expressionWarnings ?? [] }).toEqual({ name, warnings: [] });
  }
});

const title = ({ guardrail, base, path, value }: Twin): string =>
  `${guardrail}: ${String(base["kind"])} ${path.join(".")} = ${JSON.stringify(value)}`;

describe("creations", () => {
  const bases = [...new Set(creationTwins.filter((twin) => !refusedKinds.has(twin.guardrail)).map(({ base }) => base))];
  test.each(bases.map((base) => [String(base["kind"]), base] as const))(
    "%s as it should be is accepted",
    async (_kind, base) => {
      expect(await creation(base)).toMatchObject({ status: 201 });
    },
  );

  test.each(largeObjects.map((object) => [String(object["kind"]), object] as const))(
    "a very large %s is accepted",
    async (_kind, object) => {
      expect(await creation(object)).toMatchObject({ message: "", status: 201 });
    },
  );

  test.each(creationTwins.map((twin) => [title(twin), twin] as const))("refuses %s", async (_title, twin) => {
    const answer = await creation(changed(twin));
    expect(answer.message).toContain(`tenantry-${twin.guardrail}: `);
    expect(answer.status).toBe(403);
  });

  test.each(creationTwins.map((twin) => [title(twin), twin] as const))(
    "leaves the platform and other namespaces alone: %s",
    async (_title, twin) => {
      const object = changed(twin);
      expect((await creation(object, administrator)).message).not.toContain("tenantry-");
      expect((await creation(inNamespace(object, otherNamespace))).message).not.toContain("tenantry-");
    },
  );
});

describe("requests", () => {
  test.each(refusedRequests.map((entry) => [entry.guardrail, entry.what, entry] as const))(
    "%s refuses %s and leaves its twin alone",
    async (guardrail, _what, { refused, accepted }) => {
      const answer = await asTenant(refused);
      expect(answer.message).toContain(`tenantry-${guardrail}: `);
      expect(answer.status).toBe(403);
      expect(await asTenant(accepted)).toMatchObject({ message: "" });
    },
  );
});

describe("policies of the whole cluster", () => {
  const collection = pathOf(objects.clusterPolicy);
  const existing = `${collection}/guarded`;
  const body = { ...objects.clusterPolicy, metadata: { name: "another" } };
  const changes: readonly (readonly [string, RawRequest])[] = [
    ["making one", { method: "POST", path: collection, body }],
    ["changing one", { method: "PATCH", path: existing, body: { spec: { priority: 1 } }, contentType: merge }],
    ["deleting one", { method: "DELETE", path: existing }],
    ["deleting all", { method: "DELETE", path: collection }],
  ];

  test.each(changes)(
    "are refused to tenants: %s, and their twins of the platform are left alone",
    async (_what, request) => {
      for (const user of [tenant.user, tenantsAccount]) {
        const answer = await send(cluster, { ...request, dryRun: true, user, groups: ["system:authenticated"] });
        expect(answer.message).toContain("tenantry-cluster-policies: ");
        expect(answer.status).toBe(403);
      }
      for (const user of [administrator.user, pluginsAccount]) {
        const answer = await send(cluster, { ...request, dryRun: true, user, groups: ["system:authenticated"] });
        expect([user, answer.message]).toEqual([user, ""]);
      }
    },
  );
});

describe("what controllers of the cluster do to objects of tenants, and tenants do not", () => {
  const pods = `/api/v1/namespaces/${tenantNamespace}/pods`;
  const changes: readonly (readonly [string, string, Json, string])[] = [
    [
      "putting a finalizer on a pod",
      `${pods}/running`,
      { metadata: { finalizers: ["batch.kubernetes.io/job-tracking"] } },
      "tenantry-pod-finalizers: ",
    ],
    [
      "annotating a pod",
      `${pods}/running`,
      { metadata: { annotations: { "cni.example/another": "192.0.2.8" } } },
      "tenantry-pod-annotations: ",
    ],
  ];

  test.each(changes)("%s", async (_what, path, body, named) => {
    const request: RawRequest = { method: "PATCH", path, body, contentType: merge };
    const refused = await asTenant(request);
    expect(refused.message).toContain(named);
    const user = "system:serviceaccount:kube-system:generic-garbage-collector";
    const groups = ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"];
    expect((await send(cluster, { ...request, dryRun: true, user, groups })).message).toBe("");
  });
});

test("whose namespaces end is for the control plane to say, the embedded cluster's own finalizer included, and for no tenant", async () => {
  const path = `/api/v1/namespaces/${tenantNamespace}`;
  const { object: body } = await send(cluster, { method: "GET", path });
  const asUser = (user: string): Promise<Answer> =>
    send(cluster, { method: "PUT", path: `${path}/status`, body, dryRun: true, user, groups: tenant.groups });
  const refused = await asUser(tenant.user);
  expect(refused.message).toContain("tenantry-namespaces: ");
  expect(refused.status).toBe(403);
  for (const user of ["system:serviceaccount:kube-system:namespace-controller", "tenantry:namespace-finalizer"]) {
    expect([user, (await asUser(user)).message]).toEqual([user, ""]);
  }
});

test("every guardrail has a fixture", () => {
  const covered = new Set([
    ...creationTwins.map(({ guardrail }) => guardrail),
    ...refusedRequests.map(({ guardrail }) => guardrail),
    "cluster-policies",
  ]);
  // An ephemeral container needs a running pod; the attack suite has one.
  expect(guardrails.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual(["ephemeral-containers"]);
});
