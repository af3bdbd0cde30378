import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import { KubeConfig } from "@kubernetes/client-node";

import { objectNames } from "../tenants/names.ts";
import type { KubernetesObject } from "./onboard/objects.ts";

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Bare HTTPS to the API server over at most `connections` connections that stay open; nothing is parsed or cached. */
export class RawApi {
  readonly #agent: Agent;
  readonly #server: URL;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param as whom to act as, with the rights of the kubeconfig's own user to impersonate. @default nobody else */
  constructor(kubeconfig: string, connections: number, as?: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
    if (cluster === null || user === null) throw new Error(`${kubeconfig} names no cluster or no user`);
    const decode = (data: string | undefined): Buffer | undefined =>
      data === undefined ? undefined : Buffer.from(data, "base64");
    this.#server = new URL(cluster.server);
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: connections,
      ca: decode(cluster.caData),
      cert: decode(user.certData),
      key: decode(user.keyData),
    });
    const json = { "content-type": "application/json", accept: "application/json" };
    this.#headers = as === undefined ? json : { ...json, "impersonate-user": as };
  }

  send(method: string, path: string, body?: string): Promise<ApiAnswer> {
    // Said outright, because Node frames the body of a DELETE neither way by itself.
    const headers = { ...this.#headers, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) };
    return new Promise((resolve, reject) => {
      const call = request(new URL(path, this.#server), { agent: this.#agent, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      call.on("error", reject);
      call.end(body);
    });
  }

  /** Sends a request that must succeed and parses its answer. */
  async json<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body));
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return JSON.parse(answer.body) as Answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Path to which an object of a kind is posted. */
export type CollectionPath = (object: KubernetesObject) => string;

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Asks the server for the path of every kind among the objects, once, before anything is timed. */
export async function discoverPaths(api: RawApi, objects: readonly KubernetesObject[]): Promise<CollectionPath> {
  const root = (apiVersion: string): string =>
    apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const known = new Map<string, ResourceList["resources"][number]>();
  for (const apiVersion of new Set(objects.map((object) => object.apiVersion))) {
    const list = await api.json<ResourceList>("GET", root(apiVersion));
    for (const resource of list.resources) {
      if (!resource.name.includes("/")) known.set(`${apiVersion}/${resource.kind}`, resource);
    }
  }
  return ({ apiVersion, kind, metadata }) => {
    const resource = known.get(`${apiVersion}/${kind}`);
    if (resource === undefined) throw new Error(`the cluster does not serve ${apiVersion} ${kind}`);
    return `${root(apiVersion)}${resource.namespaced ? `/namespaces/${metadata.namespace}` : ""}/${resource.name}`;
  };
}

/** Takes away what of a tenant lies in no other object: its namespace with everything in it, then what is the cluster's. */
export async function removeTenant(
  api: RawApi,
  path: CollectionPath,
  objects: readonly KubernetesObject[],
): Promise<void> {
  for (const object of objects.filter(({ metadata }) => metadata.namespace === undefined)) {
    await api.json("DELETE", `${path(object)}/${object.metadata.name}`);
  }
}

/** Time between two looks at the same thing; small against every figure that is reported, in milliseconds. */
const pollMilliseconds = 20;

/** Waits until the first pod of both workloads answers its readiness probe. Fails after `timeoutSeconds`. */
export async function untilReady(api: RawApi, namespace: string, timeoutSeconds = 120): Promise<void> {
  const workloads = [`statefulsets/${objectNames.runtime}`, `deployments/${objectNames.dashboard}`];
  const paths = workloads.map((workload) => `/apis/apps/v1/namespaces/${namespace}/${workload}`);
  await poll(`the pods of ${namespace} to be Ready`, timeoutSeconds, async () => {
    for (const path of paths) {
      const workload = await api.json<{ status?: { readyReplicas?: number } }>("GET", path);
      if ((workload.status?.readyReplicas ?? 0) < 1) return false;
    }
    return true;
  });
}

/** Waits until a namespace and all that was in it are gone. */
export async function untilGone(api: RawApi, namespace: string, timeoutSeconds = 120): Promise<void> {
  await poll(`${namespace} to be gone`, timeoutSeconds, async () => {
    return (await api.send("GET", `/api/v1/namespaces/${namespace}`)).status === 404;
  });
}

/** Asks until `done` says so. Throws after `timeoutSeconds`. */
export async function poll(what: string, timeoutSeconds: number, done: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutSeconds} s in vain for ${what}`);
    await sleep(pollMilliseconds);
  }
}
