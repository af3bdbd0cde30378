import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

import { errorMessage } from "../../tenants/errors.ts";
import { type CertificateName, pkiFile } from "./pki.ts";

/** An answer of the API server (or another TLS endpoint of the cluster). */
export interface ApiResponse {
  readonly status: number;
  readonly body: string;
}

/** A Kubernetes object, as far as this room looks into it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Kinds that the cluster's own furniture has, with their path segment. Enough for `up`; not a general client. */
const resources: Readonly<Record<string, { readonly plural: string; readonly namespaced: boolean }>> = {
  APIService: { plural: "apiservices", namespaced: false },
  ClusterRole: { plural: "clusterroles", namespaced: false },
  ClusterRoleBinding: { plural: "clusterrolebindings", namespaced: false },
  ConfigMap: { plural: "configmaps", namespaced: true },
  CustomResourceDefinition: { plural: "customresourcedefinitions", namespaced: false },
  Deployment: { plural: "deployments", namespaced: true },
  EndpointSlice: { plural: "endpointslices", namespaced: true },
  GatewayClass: { plural: "gatewayclasses", namespaced: false },
  Node: { plural: "nodes", namespaced: false },
  PersistentVolume: { plural: "persistentvolumes", namespaced: false },
  RoleBinding: { plural: "rolebindings", namespaced: true },
  Service: { plural: "services", namespaced: true },
  ServiceAccount: { plural: "serviceaccounts", namespaced: true },
  StorageClass: { plural: "storageclasses", namespaced: false },
  ValidatingAdmissionPolicy: { plural: "validatingadmissionpolicies", namespaced: false },
  ValidatingAdmissionPolicyBinding: { plural: "validatingadmissionpolicybindings", namespaced: false },
};

/** Path of an object in the API. Throws for a kind that is not in the table above. */
export function objectPath(object: Pick<KubernetesObject, "apiVersion" | "kind" | "metadata">): string {
  const resource = resources[object.kind];
  if (resource === undefined) throw new Error(`no path is known for kind ${object.kind}`);
  const group = object.apiVersion.includes("/") ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? "default"}` : "";
  return `${group}${namespace}/${resource.plural}/${object.metadata.name}`;
}

/**
 * A small client of one TLS endpoint, on loopback unless told otherwise, with the client certificate `identity` and the server verified.
 *
 * The official client library takes longer to load than a whole `up` of a running cluster may take.
 */
export class ApiClient {
  readonly #agent: Agent;
  readonly #port: number;
  readonly #host: string;

  constructor(
    port: number,
    pki: string,
    identity: CertificateName = "admin",
    authority: "ca" | "etcd-ca" = "ca",
    host = "127.0.0.1",
  ) {
    this.#port = port;
    this.#host = host;
    this.#agent = new Agent({
      keepAlive: true,
      ca: readFileSync(pkiFile(pki, authority, "crt")),
      cert: readFileSync(pkiFile(pki, identity, "crt")),
      key: readFileSync(pkiFile(pki, identity, "key")),
    });
  }

  /** GET; status 0 stands for "no answer". */
  async get(path: string, signal?: AbortSignal): Promise<ApiResponse> {
    try {
      return await this.#send("GET", path, undefined, undefined, signal);
    } catch (error) {
      return { status: 0, body: errorMessage(error) };
    }
  }

  /** Server-side apply as `tenantry-local`; throws with the server's words when it is refused. */
  async apply(object: KubernetesObject, signal?: AbortSignal): Promise<void> {
    const path = `${objectPath(object)}?fieldManager=tenantry-local&force=true`;
    const response = await this.#send("PATCH", path, "application/apply-patch+yaml", JSON.stringify(object), signal);
    if (response.status >= 300) {
      throw new Error(
        `${object.kind} ${object.metadata.name} was refused with ${response.status}: ${messageOf(response)}`,
      );
    }
  }

  /** Merge patch of an object or a subresource; throws when it is refused. */
  async patch(path: string, change: unknown, signal?: AbortSignal): Promise<void> {
    const response = await this.#send("PATCH", path, "application/merge-patch+json", JSON.stringify(change), signal);
    if (response.status >= 300)
      throw new Error(`PATCH ${path} was refused with ${response.status}: ${messageOf(response)}`);
  }

  /** POST of a new object; throws when it is refused. */
  async create(path: string, content: string, signal?: AbortSignal): Promise<void> {
    const response = await this.#send("POST", path, "application/json", content, signal);
    if (response.status >= 300)
      throw new Error(`POST ${path} was refused with ${response.status}: ${messageOf(response)}`);
  }

  /** DELETE of an object, which may be gone already; throws when it is refused. */
  async remove(path: string, signal?: AbortSignal): Promise<void> {
    const response = await this.#send("DELETE", path, undefined, undefined, signal);
    if (response.status >= 300 && response.status !== 404)
      throw new Error(`DELETE ${path} was refused with ${response.status}: ${messageOf(response)}`);
  }

  /** Closes the kept connections, so that the program can end. */
  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, type?: string, content?: string, signal?: AbortSignal): Promise<ApiResponse> {
    return new Promise((resolve, reject) => {
      const headers: Record<string, string | number> = { accept: "application/json" };
      if (type !== undefined) headers["content-type"] = type;
      if (content !== undefined) headers["content-length"] = Buffer.byteLength(content);
      const call = request(
        {
          host: this.#host,
          port: this.#port,
          method,
          path,
          agent: this.#agent,
          headers,
          timeout: 30_000,
          ...(signal === undefined ? {} : { signal }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
          );
          response.on("error", reject);
        },
      );
      call.on("timeout", () => call.destroy(new Error("no answer within 30 s")));
      call.on("error", reject);
      call.end(content);
    });
  }
}

function messageOf(response: ApiResponse): string {
  try {
    const status: unknown = JSON.parse(response.body);
    if (typeof status === "object" && status !== null && "message" in status) return String(status.message);
  } catch {
    // Not every refusal is a Status object; the raw text says it too.
  }
  return response.body.slice(0, 500);
}
