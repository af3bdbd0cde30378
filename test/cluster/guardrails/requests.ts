import type { RawRequest } from "../support/raw.ts";
import { boundClaim, nodesAnnotation, platformPodLabels, schedulersAnnotation } from "./ground.ts";
import { type Json, otherNamespace, tenantNamespace } from "./objects.ts";

const inTenant = (path: string): string => path.replace("{namespace}", tenantNamespace);
/** Content type of a JSON merge patch. */
export const merge = "application/merge-patch+json";

/** A request that a guardrail must refuse, beside one that passes. */
export interface RefusedRequest {
  readonly guardrail: string;
  readonly what: string;
  readonly refused: RawRequest;
  readonly accepted: RawRequest;
}

/** Requests other than creations, each beside the one that has to pass: another name or another namespace. */
export const refusedRequests: readonly RefusedRequest[] = [
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
    const request = (body: Json): RawRequest => ({
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
  ...(() => {
    const request = (name: string, labels: Json): RawRequest => ({
      method: "PATCH",
      path: `/api/v1/namespaces/${tenantNamespace}/pods/${name}`,
      body: { metadata: { labels } },
      contentType: merge,
    });
    const refused = request("running", platformPodLabels);
    const guardrail = "pod-labels";
    return [
      {
        guardrail,
        what: "making a pod that runs one of the platform's",
        refused,
        accepted: request("running", { ...platformPodLabels, "app.kubernetes.io/instance": "worker" }),
      },
      {
        guardrail,
        what: "the labels of the platform's pods, but not on those themselves,",
        refused,
        accepted: request("platforms", platformPodLabels),
      },
    ];
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
  ...(() => {
    const request = (body: Json, name = "waiting"): RawRequest => ({
      method: "PATCH",
      path: inTenant(`/api/v1/namespaces/{namespace}/persistentvolumeclaims/${name}`),
      body,
      contentType: merge,
    });
    const annotation = (key: string, value: string): RawRequest =>
      request({ metadata: { labels: { team: "mine" }, annotations: { [key]: value } } });
    const guardrail = "claim-binding";
    const node = "volume.kubernetes.io/selected-node";
    return [
      {
        guardrail,
        what: "binding a waiting claim by hand",
        refused: request({ spec: { volumeName: "left-behind" } }),
        accepted: request({ metadata: { labels: { team: "mine" } } }),
      },
      {
        guardrail,
        what: "giving a bound claim attributes that its class does not have",
        refused: request({ spec: { volumeAttributesClassName: "gold" } }, boundClaim),
        accepted: request({ metadata: { labels: { team: "mine" } } }, boundClaim),
      },
      {
        guardrail,
        what: "choosing the node of a waiting claim, but not what the scheduler chose,",
        refused: annotation(node, "node-2"),
        accepted: annotation(node, schedulersAnnotation[node]),
      },
    ];
  })(),
  ...(() => {
    // The options of a deletion with a body are read there alone, the dry run too.
    const dryRun = ["All"];
    const deletion = (path: string, gracePeriodSeconds: number): RawRequest => ({
      method: "DELETE",
      path: inTenant(`/api/v1/namespaces/{namespace}/pods${path}`),
      body: { apiVersion: "v1", kind: "DeleteOptions", dryRun, gracePeriodSeconds },
    });
    const eviction = (gracePeriodSeconds: number): RawRequest => ({
      method: "POST",
      path: inTenant("/api/v1/namespaces/{namespace}/pods/running/eviction"),
      body: {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name: "running", namespace: tenantNamespace },
        deleteOptions: { dryRun, gracePeriodSeconds },
      },
    });
    return [
      { what: "a deletion that takes days", request: (seconds: number) => deletion("/running", seconds) },
      { what: "deletions that take days", request: (seconds: number) => deletion("", seconds) },
      { what: "an eviction that takes days", request: eviction },
    ].map(({ what, request }) => ({
      guardrail: "pod-deletion",
      what,
      refused: request(601),
      accepted: request(600),
    }));
  })(),
];
