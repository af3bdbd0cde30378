import { type IncomingMessage, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";

import { type Cluster as KubernetesCluster, KubeConfig } from "@kubernetes/client-node";

import { type Cluster, type ClusterAnswer, type ClusterRequest, ClusterUnreachable } from "./cluster.ts";

/** Longest time for one answer, and for all of them together, in milliseconds. */
const answerMilliseconds = 5_000;
const allMilliseconds = 15_000;

/** Opens the cluster of a kubeconfig's current context. Throws `ClusterUnreachable` where its credentials cannot be had. */
export async function openCluster(config: KubeConfig): Promise<Cluster> {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ClusterUnreachable("no kubeconfig names a cluster", "Set KUBECONFIG.");
  const context = config.getCurrentContext();
  let credentials: RequestOptions;
  try {
    credentials = await optionsOf(config, cluster);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterUnreachable(
      `no credentials for ${cluster.server} (context ${context}): ${reason}`,
      "Run the same with kubectl, such as `kubectl version`, and mend the kubeconfig or the login it calls.",
    );
  }
  const nobody = await optionsOf(withoutUser(cluster), cluster);
  const everything = AbortSignal.timeout(allMilliseconds);
  return {
    server: cluster.server,
    context,
    ask: (request) => {
      const options = request.as === "anonymous" ? nobody : credentials;
      if (typeof request.as === "object" && actsForSomebody(credentials)) {
        // A second impersonation would take the place of the first, and with it the limits of whom it is for.
        return Promise.resolve({ status: 403, text: "the kubeconfig acts for somebody already" });
      }
      return exchange(new URL(cluster.server + request.path), options, request, everything);
    },
    close: () => {
      for (const { agent } of [credentials, nobody]) if (agent instanceof Agent) agent.destroy();
    },
  };
}

/** The same cluster for who has no credentials: neither certificate nor header, also through a proxy. */
function withoutUser(cluster: KubernetesCluster): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: "nobody" });
  return config;
}

async function optionsOf(config: KubeConfig, { proxyUrl }: KubernetesCluster): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  if (proxyUrl !== undefined) return options;
  // The library's own agent opens a connection for each request.
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const known = Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...options, agent: new Agent({ keepAlive: true, maxSockets: 4, ...Object.fromEntries(known) }) };
}

function actsForSomebody({ headers }: RequestOptions): boolean {
  return Object.keys((headers as Readonly<Record<string, unknown>> | undefined) ?? {}).some((name) =>
    name.toLowerCase().startsWith("impersonate-"),
  );
}

function exchange(
  url: URL,
  base: RequestOptions,
  { method, body, accept = "application/json", as }: ClusterRequest,
  everything: AbortSignal,
): Promise<ClusterAnswer> {
  const own = base.headers as Readonly<Record<string, string>> | undefined;
  const options: RequestOptions = {
    ...base,
    method,
    signal: AbortSignal.any([everything, AbortSignal.timeout(answerMilliseconds)]),
    headers: {
      ...own,
      accept,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(typeof as === "object" ? { "impersonate-user": as.user, "impersonate-group": [...as.groups] } : {}),
    },
  };
  const { agent, ...plain } = options;
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      const late = error.name === "AbortError" || error.name === "TimeoutError";
      resolve({ status: 0, text: late ? `no answer within ${answerMilliseconds / 1000} s` : reasonOf(error) });
    };
    const listen = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    };
    const sent =
      url.protocol === "http:" ? httpRequest(url, plain, listen) : httpsRequest(url, { ...plain, agent }, listen);
    sent.on("error", failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Node gathers what several addresses of one host said in an error without words of its own. */
function reasonOf(error: Error): string {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = causes;
  return error.message === "" && first instanceof Error ? first.message : error.message;
}
