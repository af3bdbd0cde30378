import { request as httpsRequest, type RequestOptions } from "node:https";

import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";

/** Path segment of each kind that the tests send. */
const plurals: Readonly<Record<string, string>> = {
  Certificate: "certificates",
  ClusterNetworkPolicy: "clusternetworkpolicies",
  ClusterRole: "clusterroles",
  ClusterRoleBinding: "clusterrolebindings",
  ConfigMap: "configmaps",
  CronJob: "cronjobs",
  Deployment: "deployments",
  EndpointSlice: "endpointslices",
  Endpoints: "endpoints",
  GRPCRoute: "grpcroutes",
  HTTPRoute: "httproutes",
  HorizontalPodAutoscaler: "horizontalpodautoscalers",
  Ingress: "ingresses",
  Job: "jobs",
  LimitRange: "limitranges",
  ListenerSet: "listenersets",
  Namespace: "namespaces",
  NetworkPolicy: "networkpolicies",
  PersistentVolume: "persistentvolumes",
  PersistentVolumeClaim: "persistentvolumeclaims",
  Pod: "pods",
  PodDisruptionBudget: "poddisruptionbudgets",
  ReferenceGrant: "referencegrants",
  ResourceQuota: "resourcequotas",
  Role: "roles",
  RoleBinding: "rolebindings",
  RuntimeClass: "runtimeclasses",
  Secret: "secrets",
  SelfSubjectAccessReview: "selfsubjectaccessreviews",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  StatefulSet: "statefulsets",
  TCPRoute: "tcproutes",
  TLSRoute: "tlsroutes",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
};

/** What the server said. `message` is empty when it accepted. */
export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Who asks, and whether the server may store the object. */
export interface CreateOptions {
  readonly dryRun?: boolean;
  readonly user?: string;
  readonly groups?: readonly string[];
}

/** Path of the collection that an object belongs to. */
export function pathOf({ apiVersion = "", kind = "", metadata }: KubernetesObject): string {
  const plural = plurals[kind];
  if (plural === undefined) throw new Error(`no path is known for kind ${kind}`);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return metadata?.namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${metadata.namespace}/${plural}`;
}

/** A request as it goes over the wire. */
export interface RawRequest extends CreateOptions {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path below the server's root. */
  readonly path: string;
  readonly body?: unknown;
  /** @default "application/json" */
  readonly contentType?: string;
}

/** Sends a request, for somebody else where `user` is given. Writes are validated strictly. */
export async function send(
  cluster: KubeConfig,
  { method, path, body, contentType = "application/json", dryRun = false, user, groups = [] }: RawRequest,
): Promise<Answer> {
  const server = cluster.getCurrentCluster()?.server ?? "";
  const query = new URLSearchParams({
    ...(method === "GET" || method === "DELETE" ? {} : { fieldValidation: "Strict" }),
    ...(dryRun ? { dryRun: "All" } : {}),
  });
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options: RequestOptions = { method };
  await cluster.applyToHTTPSOptions(options);
  options.headers = {
    // A token travels in a header, which is there by now.
    ...(options.headers as Readonly<Record<string, string>> | undefined),
    "content-type": contentType,
    // Node says by itself how long a body is, but not that of a deletion: the server would read none.
    ...(text === undefined ? {} : { "content-length": Buffer.byteLength(text) }),
    ...(user === undefined ? {} : { "impersonate-user": user, "impersonate-group": [...groups] }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(`${server}${path}?${query.toString()}`, options, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (answer += chunk));
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        // A path of a group that is not served is answered in plain text.
        const parsed = answer.startsWith("{") ? (JSON.parse(answer) as Record<string, unknown>) : { message: answer };
        resolve({ status, message: status < 300 ? "" : String(parsed["message"]), object: parsed });
      });
    });
    sent.on("error", reject);
    sent.end(text);
  });
}

/**
 * Creates an object with strict field validation: the server refuses unknown and duplicate fields instead of dropping them
 * (KEP-2885). The client library cannot ask for that.
 */
export async function create(
  cluster: KubeConfig,
  object: KubernetesObject,
  options: CreateOptions = {},
): Promise<Answer> {
  return send(cluster, { ...options, method: "POST", path: pathOf(object), body: object });
}
