import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import type { EnvironmentPlan } from "../tenants/model.ts";
import { type Cluster, ClusterUnreachable } from "./cluster.ts";
import type { Credentials } from "./credentials.ts";
import { openCluster } from "./kubernetes-cluster.ts";
import { plainCredentials } from "./plain-kubeconfig.ts";
import { remedyOf } from "./run.ts";

/**
 * Opens the cluster that Pulumi's provider will use: of the environment's own kubeconfig, else of the ambient one, in the context of
 * the plan. Throws `ClusterUnreachable` where there is none.
 *
 * @param fallback A file for where neither the environment nor KUBECONFIG names one.
 */
export async function openPlannedCluster(plan: EnvironmentPlan, fallback: string | null = null): Promise<Cluster> {
  const { kubeconfig, context } = plan.platform;
  const files = kubeconfig === null ? ambientFiles(fallback) : [kubeconfig];
  const [file, ...more] = files;
  const plain = file !== undefined && more.length === 0 ? plainCredentials(file, context) : null;
  return openCluster(plain ?? (await credentialsOf(plan, files)));
}

async function credentialsOf(plan: EnvironmentPlan, files: readonly string[]): Promise<Credentials> {
  const { libraryCredentials, loadKubeconfig } = await import("./library-credentials.ts");
  const config = (() => {
    try {
      if (files.length === 0 && !existsSync(podToken)) {
        // The library would ask localhost, and the message would be about a port that nobody has named.
        throw new Error("neither KUBECONFIG nor ~/.kube/config names one");
      }
      return loadKubeconfig(files.length === 1 ? (files[0] ?? null) : null, plan.platform.context);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ClusterUnreachable(`no cluster for ${plan.environment}: ${reason}`, remedyOf(plan));
    }
  })();
  return libraryCredentials(config);
}

/** Where a pod finds the token of its account. */
const podToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** Files that KUBECONFIG names, the usual one where it names none, and else the fallback. */
function ambientFiles(fallback: string | null): readonly string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  if (named.length > 0) return named;
  const usual = join(homedir(), ".kube", "config");
  if (fallback !== null) return [fallback];
  return existsSync(usual) ? [usual] : [];
}
