import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { KubeConfig } from "@kubernetes/client-node";

import type { EnvironmentPlan } from "../tenants/model.ts";
import { ClusterUnreachable } from "./cluster.ts";
import { remedyOf } from "./run.ts";

/**
 * The kubeconfig that Pulumi's provider will use: the environment's own, else the ambient one, in the context of the plan.
 *
 * @param fallback A file for where there is neither.
 */
export function kubeconfigOf(plan: EnvironmentPlan, fallback: string | null = null): KubeConfig {
  const { kubeconfig, context } = plan.platform;
  const config = new KubeConfig();
  try {
    if (kubeconfig !== null) config.loadFromFile(kubeconfig);
    else if (fallback !== null && !hasAmbient()) config.loadFromFile(fallback);
    else if (hasAmbient()) config.loadFromDefault();
    else throw new Error("neither KUBECONFIG nor ~/.kube/config names one");
    if (context !== null) config.setCurrentContext(context);
    if (config.getCurrentCluster() === null) throw new Error(`no cluster for context "${config.getCurrentContext()}"`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterUnreachable(`no cluster for ${plan.environment}: ${reason}`, remedyOf(plan));
  }
  return config;
}

/** Without one the library would ask localhost, and the message would be about a port that nobody has named. */
function hasAmbient(): boolean {
  const named = process.env["KUBECONFIG"] ?? "";
  const inCluster = existsSync("/var/run/secrets/kubernetes.io/serviceaccount/token");
  return named !== "" || existsSync(join(homedir(), ".kube", "config")) || inCluster;
}
