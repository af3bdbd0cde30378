import type { RequestOptions } from "node:https";

import { type Cluster, KubeConfig } from "@kubernetes/client-node";

import { ClusterUnreachable } from "./cluster.ts";
import type { Credentials } from "./credentials.ts";

/** Reads a kubeconfig, merged ones and the account of a pod too. Throws where there is none, or no such context. */
export function loadKubeconfig(file: string | null, context: string | null): KubeConfig {
  const config = new KubeConfig();
  if (file === null) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context !== null) config.setCurrentContext(context);
  if (config.getCurrentCluster() === null) throw new Error(`no cluster for context "${config.getCurrentContext()}"`);
  return config;
}

/** What a kubeconfig's current context gives, also by a login program or a proxy. Throws `ClusterUnreachable` where it gives nothing. */
export async function libraryCredentials(config: KubeConfig): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  const context = config.getCurrentContext();
  if (cluster === null) throw new ClusterUnreachable("no kubeconfig names a cluster", "Set KUBECONFIG.");
  try {
    return {
      server: cluster.server,
      context,
      ours: await optionsOf(config, cluster),
      nobody: await optionsOf(withoutUser(cluster), cluster),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterUnreachable(
      `no credentials for ${cluster.server} (context ${context}): ${reason}`,
      "Run the same with kubectl, such as `kubectl version`, and mend the kubeconfig or the login it calls.",
    );
  }
}

function withoutUser(cluster: Cluster): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: "nobody" });
  return config;
}

async function optionsOf(config: KubeConfig, { proxyUrl }: Cluster): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  // The library's own agent opens a connection for each request; only a proxy needs it.
  if (proxyUrl === undefined) delete options.agent;
  return options;
}
