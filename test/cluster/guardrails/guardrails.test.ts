import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import {
  buildAdmissionBinding,
  buildAdmissionPolicy,
  guardrailName,
  guardrails,
} from "../../../components/manifests/admission/index.ts";
import { buildNamespace } from "../../../components/manifests/namespace.ts";
import { barePlan } from "../../support/plans.ts";
import { eventually, openCluster } from "../support/client.ts";
import { type Answer, create, pathOf, type RawRequest, send } from "../support/raw.ts";
import { creationTwins, refusedKinds, type Twin } from "./fixtures.ts";
import * as objects from "./objects.ts";
import { otherNamespace, tenantNamespace } from "./objects.ts";

/** May do everything that RBAC can give inside namespaces, so that a refusal is the guardrail's. */
const tenant = { user: "worker@guarded.example", groups: ["system:authenticated", "guarded-admins"] } as const;
const administrator = {
  user: "updates@platform.example",
  groups: ["system:authenticated", "guardrail-administrators"],
} as const;

/** Accounts that may write the cluster's network policies: one in a tenant's namespace, and a network plugin's. */
const tenantsAccount = `system:serviceaccount:${tenantNamespace}:worker`;
const pluginsAccount = "system:serviceaccount:kube-system:network-plugin";

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

/** The object with the twin's one field changed. */
function changed({ base, path, value }: Pick<Twin, "base" | "path" | "value">): objects.Json {
  const copy = structuredClone(base) as Record<string | number, unknown>;
  let place = copy;
  for (const step of path.slice(0, -1)) {
    place[step] ??= {};
    place = place[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return copy;
}

function inNamespace(object: objects.Json, namespace: string): objects.Json {
  return { ...object, metadata: { ...(object["metadata"] as object), namespace } };
}

const allowEverything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
const rbac = "rbac.authorization.k8s.io";
const labels = { test: "guardrails" };
/** What a network plugin writes on a pod that runs. */
const nodesAnnotation = { "cni.example/address": "192.0.2.7" };

beforeAll(async () => {
  const guarded = buildNamespace({
    ...barePlan,
    namespace: tenantNamespace,
    guardrails: {
      ...barePlan.guardrails,
      hosts: ["agents.guarded.example"],
      registries: ["registry.tenantry.example/agents"],
      digests: "required",
      pulls: "always",
    },
  });
  // Pod Security has tests of its own; here it would refuse some twins first.
  const podSecurity = { "pod-security.kubernetes.io/enforce": "privileged" };
  await make({ ...guarded, metadata: { ...guarded.metadata, labels: { ...guarded.metadata.labels, ...podSecurity } } });
  await make({ apiVersion: "v1", kind: "Namespace", metadata: { name: otherNamespace, labels } });
  // Pods may name only what exists.
  await make({
    apiVersion: "node.k8s.io/v1",
    kind: "RuntimeClass",
    metadata: { name: "unconfined", labels },
    handler: "unconfined",
  });
  const objectsOf = [tenantNamespace, otherNamespace].flatMap((namespace) => [
    {
      apiVersion: `${rbac}/v1`,
      kind: "Role",
      metadata: { name: "everything", namespace },
      rules: allowEverything,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "everything", namespace },
      roleRef: { apiGroup: rbac, kind: "Role", name: "everything" },
      subjects: [{ apiGroup: rbac, kind: "User", name: tenant.user }],
    },
    ...["worker", "owner"].map((name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } })),
  ]);
  for (const object of objectsOf) await make(object);
  const clusterRoles = [
    { name: "guardrails-test-administrator", user: administrator.user, rules: allowEverything },
    {
      name: "guardrails-test-cluster",
      user: tenant.user,
      rules: [
        { apiGroups: [""], resources: ["namespaces", "namespaces/status", "namespaces/finalize"], verbs: ["*"] },
        { apiGroups: ["policy.networking.k8s.io"], resources: ["*"], verbs: ["*"] },
      ],
    },
    ...[tenantsAccount, pluginsAccount].map((user, index) => ({
      name: `guardrails-test-policies-${index}`,
      user,
      rules: [{ apiGroups: ["policy.networking.k8s.io"], resources: ["*"], verbs: ["*"] }],
    })),
  ];
  for (const { name, user, rules } of clusterRoles) {
    await make({ apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name, labels }, rules });
    await make({
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name, labels },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
      subjects: [{ apiGroup: rbac, kind: "User", name: user }],
    });
  }
  await make({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "existing", namespace: tenantNamespace },
    spec: { ports: [{ port: 80 }] },
  });
  await make({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "platforms",
      namespace: tenantNamespace,
      labels: { "app.kubernetes.io/managed-by": "tenantry" },
    },
  });
  await make(objects.clusterPolicy);
  for (const name of ["runtime", "own"]) {
    await make({
      ...objects.deployment,
      metadata: { name, namespace: tenantNamespace },
      spec: { ...(objects.deployment["spec"] as object), replicas: 0 },
    });
  }
  await make({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "own", namespace: tenantNamespace } });
  await make({
    ...objects.pod,
    metadata: { name: "running", namespace: tenantNamespace, annotations: nodesAnnotation },
  });
  await make({
    ...inNamespace(objects.claim, tenantNamespace),
    metadata: { name: "waiting", namespace: tenantNamespace },
  });
  await make({
    ...changed({
      base: objects.deployment,
      path: ["spec", "template", "spec", "containers", "0", "image"],
      value: "old:1",
    }),
    metadata: { name: "older", namespace: tenantNamespace },
  });
  for (const guardrail of guardrails) {
    await make(buildAdmissionPolicy(guardrail));
    await make(buildAdmissionBinding(guardrail));
  }
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
  for (const guardrail of guardrails) {
    const name = guardrailName(guardrail);
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

const inTenant = (path: string): string => path.replace("{namespace}", tenantNamespace);
const merge = "application/merge-patch+json";

/** Requests other than creations, each beside the one that has to pass: another name or another namespace. */
const requests: readonly {
  readonly guardrail: string;
  readonly what: string;
  readonly refused: RawRequest;
  readonly accepted: RawRequest;
}[] = [
  ...(["PATCH", "DELETE"] as const).map((method) => {
    const request = (name: string): RawRequest => ({
      method,
      path: `/api/v1/namespaces/${tenantNamespace}/configmaps/${name}`,
      ...(method === "PATCH" ? { body: { data: { KEY: "mine" } }, contentType: merge } : {}),
    });
    return {
      guardrail: "platform-objects",
      what: `${method} of what the platform made`,
      refused: request("platforms"),
      accepted: request("own"),
    };
  }),
  {
    guardrail: "platform-objects",
    what: "taking the platform's label off",
    refused: {
      method: "PATCH",
      path: `/api/v1/namespaces/${tenantNamespace}/configmaps/platforms`,
      body: { metadata: { labels: { "app.kubernetes.io/managed-by": null } } },
      contentType: merge,
    },
    accepted: {
      method: "PATCH",
      path: `/api/v1/namespaces/${tenantNamespace}/configmaps/own`,
      body: { metadata: { labels: { "app.kubernetes.io/managed-by": null } } },
      contentType: merge,
    },
  },
  (() => {
    const request = (name: string): RawRequest => ({
      method: "PATCH",
      path: `/apis/apps/v1/namespaces/${tenantNamespace}/deployments/${name}/scale`,
      body: { spec: { replicas: 0 } },
      contentType: merge,
    });
    return {
      guardrail: "platform-scale",
      what: "scaling the runtime",
      refused: request("runtime"),
      accepted: request("own"),
    };
  })(),
  ...[
    { what: "a label", path: "", body: { metadata: { labels: { team: "mine" } } } },
    { what: "the tenant's label taken off", path: "", body: { metadata: { labels: { "tenantry.dev/tenant": null } } } },
    {
      what: "Pod Security",
      path: "",
      body: { metadata: { labels: { "pod-security.kubernetes.io/warn": "baseline" } } },
    },
    { what: "a parameter", path: "", body: { metadata: { annotations: { "tenantry.dev/hosts": "a.example" } } } },
    { what: "the status", path: "/status", body: { metadata: { labels: { team: "mine" } } } },
  ].map(({ what, path, body }) => {
    const request = (name: string): RawRequest => ({
      method: "PATCH",
      path: `/api/v1/namespaces/${name}${path}`,
      body,
      contentType: merge,
    });
    return {
      guardrail: "namespaces",
      what: `changing ${what} of a namespace`,
      refused: request(tenantNamespace),
      accepted: request(otherNamespace),
    };
  }),
  {
    guardrail: "namespaces",
    what: "deleting a namespace",
    refused: { method: "DELETE", path: `/api/v1/namespaces/${tenantNamespace}` },
    accepted: { method: "DELETE", path: `/api/v1/namespaces/${otherNamespace}` },
  },
  {
    guardrail: "namespaces",
    what: "making a namespace that looks like a tenant's",
    refused: {
      method: "POST",
      path: "/api/v1/namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "tenant-imitation" } },
    },
    accepted: {
      method: "POST",
      path: "/api/v1/namespaces",
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "imitation" } },
    },
  },
  (() => {
    const request = (body: objects.Json): RawRequest => ({
      method: "PATCH",
      path: `/apis/apps/v1/namespaces/${tenantNamespace}/deployments/older`,
      body,
      contentType: merge,
    });
    return {
      guardrail: "images",
      what: "a new template of what an older rule let in, but not another number of it,",
      refused: request({ spec: { template: { metadata: { labels: { team: "mine" } } } } }),
      accepted: request({ spec: { replicas: 0 } }),
    };
  })(),
  (() => {
    const request = (address: string): RawRequest => ({
      method: "PATCH",
      path: `/api/v1/namespaces/${tenantNamespace}/pods/running`,
      body: { metadata: { labels: { team: "mine" }, annotations: { "cni.example/address": address } } },
      contentType: merge,
    });
    return {
      guardrail: "pod-annotations",
      what: "changing what the node wrote on a pod",
      refused: request("192.0.2.8"),
      accepted: request(nodesAnnotation["cni.example/address"]),
    };
  })(),
  (() => {
    const request = (path: string): RawRequest => ({
      method: "PATCH",
      path: `/api/v1/namespaces/${tenantNamespace}/services/existing${path}`,
      body: { metadata: { labels: { team: "mine" } } },
      contentType: merge,
    });
    return {
      guardrail: "service-status",
      what: "the status of a Service",
      refused: request("/status"),
      accepted: request(""),
    };
  })(),
  (() => {
    const request = (namespace: string): RawRequest => ({
      method: "POST",
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/worker/token`,
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    });
    return {
      guardrail: "tokens",
      what: "minting a token",
      refused: request(tenantNamespace),
      accepted: request(otherNamespace),
    };
  })(),
  (() => {
    const request = (spec: objects.Json): RawRequest => ({
      method: "PATCH",
      path: inTenant("/api/v1/namespaces/{namespace}/persistentvolumeclaims/waiting"),
      body: spec,
      contentType: merge,
    });
    return {
      guardrail: "claim-binding",
      what: "binding a waiting claim by hand",
      refused: request({ spec: { volumeName: "left-behind" } }),
      accepted: request({ metadata: { labels: { team: "mine" } } }),
    };
  })(),
];

describe("requests", () => {
  test.each(requests.map((entry) => [entry.guardrail, entry.what, entry] as const))(
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

test("every guardrail has a fixture", () => {
  const covered = new Set([
    ...creationTwins.map(({ guardrail }) => guardrail),
    ...requests.map(({ guardrail }) => guardrail),
    "cluster-policies",
  ]);
  // An ephemeral container needs a running pod; the attack suite has one.
  expect(guardrails.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual(["ephemeral-containers"]);
});
