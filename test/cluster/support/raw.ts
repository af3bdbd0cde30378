import { request as httpsRequest, type RequestOptions } from "node:https";

import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";

/** Path segment of each kind that the tests send. */
const plurals: Readonly<Record<string, string>> = {
  Certificate: "certificates",
  ConfigMap: "configmaps",
  Deployment: "deployments",
  HTTPRoute: "httproutes",
  HorizontalPodAutoscaler: "horizontalpodautoscalers",
  LimitRange: "limitranges",
  ListenerSet: "listenersets",
  Namespace: "namespaces",
  NetworkPolicy: "networkpolicies",
  PersistentVolumeClaim: "persistentvolumeclaims",
  Pod: "pods",
  PodDisruptionBudget: "poddisruptionbudgets",
  ResourceQuota: "resourcequotas",
  Role: "roles",
  RoleBinding: "rolebindings",
  Secret: "secrets",
  SelfSubjectAccessReview: "selfsubjectaccessreviews",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  StatefulSet: "statefulsets",
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

function pathOf({ apiVersion = "", kind = "", metadata }: KubernetesObject): string {
  const plural = plurals[kind];
  if (plural === undefined) throw new Error(`no path is known for kind ${kind}`);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return metadata?.namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${metadata.namespace}/${plural}`;
}

/**
 * Creates an object with strict field validation: the server refuses unknown and duplicate fields instead of dropping them
 * (KEP-2885). The client library cannot ask for that.
 */
export async function create(
  cluster: KubeConfig,
  object: KubernetesObject,
  { dryRun = false, user, groups = [] }: CreateOptions = {},
): Promise<Answer> {
  const server = cluster.getCurrentCluster()?.server ?? "";
  const query = new URLSearchParams({ fieldValidation: "Strict", ...(dryRun ? { dryRun: "All" } : {}) });
  const options: RequestOptions = { method: "POST" };
  await cluster.applyToHTTPSOptions(options);
  options.headers = {
    "content-type": "application/json",
    ...(user === undefined ? {} : { "impersonate-user": user, "impersonate-group": [...groups] }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(`${server}${pathOf(object)}?${query.toString()}`, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        const parsed = JSON.parse(body) as Record<string, unknown>;
        resolve({ status, message: status < 300 ? "" : String(parsed["message"]), object: parsed });
      });
    });
    sent.on("error", reject);
    sent.end(JSON.stringify(object));
  });
}
