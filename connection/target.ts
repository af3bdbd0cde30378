import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

import type { EnvironmentPlan } from "../tenants/model.ts";

/** As much of a plan as says where its environment lives. */
export type Addressed = Pick<EnvironmentPlan, "environment"> & {
  readonly platform: Pick<EnvironmentPlan["platform"], "kubeconfig" | "context">;
};

/**
 * Where a cluster's address and credentials are read from. `explicit`: one file that the provider is told of. `ambient`: files that
 * kubectl and the provider find by themselves. `pod`: the account of the pod that this runs in.
 */
export type Target =
  | { readonly kind: "explicit"; readonly file: string; readonly origin: string }
  | { readonly kind: "ambient"; readonly files: readonly string[]; readonly origin: string }
  | { readonly kind: "pod"; readonly origin: string };

/** The environment that the embedded cluster is for. */
export const embeddedEnvironment = "dev";

/** Kubeconfig of the embedded cluster of a checkout, whether it is there or not. */
export function embeddedKubeconfig(directory: string): string {
  return join(directory, ".tenantry", "cluster", "kubeconfig");
}

/** Where a pod finds the account that it runs as. */
export const podAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The one decision which cluster an environment means; the program, and with it the provider, and every command take it from here.
 * First that holds: the environment's own `cluster.kubeconfig`; KUBECONFIG; for `dev` the embedded cluster of the checkout, where there
 * is one; `~/.kube/config`; the account of a pod. `null` where nothing names a cluster.
 *
 * @param directory Folder of the Pulumi program, which is where the provider runs.
 */
export function targetOf({ environment, platform }: Addressed, directory: string): Target | null {
  const { kubeconfig } = platform;
  if (kubeconfig !== null) {
    return { kind: "explicit", file: resolve(directory, atHome(kubeconfig)), origin: "cluster.kubeconfig" };
  }
  const named = [...new Set((process.env["KUBECONFIG"] ?? "").split(delimiter))].filter((file) => file !== "");
  if (named.length > 0) return { kind: "ambient", files: named, origin: "KUBECONFIG" };
  const embedded = embeddedKubeconfig(directory);
  if (environment === embeddedEnvironment && existsSync(embedded)) {
    return { kind: "explicit", file: embedded, origin: "the embedded cluster of this checkout" };
  }
  const usual = join(homedir(), ".kube", "config");
  if (existsSync(usual)) return { kind: "ambient", files: [usual], origin: "~/.kube/config" };
  return isInPod() ? { kind: "pod", origin: "the account of this pod" } : null;
}

/** Whether this runs in a pod with an account. */
export function isInPod(): boolean {
  return (process.env["KUBERNETES_SERVICE_HOST"] ?? "") !== "" && existsSync(join(podAccount, "token"));
}

/** The provider takes `~/` in a path that it is told of for the home folder. kubectl does not, and neither is it done in KUBECONFIG. */
function atHome(path: string): string {
  if (path === "~") return homedir();
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** What to do where a cluster does not answer. */
export function remedyFor({ environment, platform }: Addressed): string {
  const local = environment === embeddedEnvironment ? "Start the embedded cluster (npm start), or let" : "Let";
  const where = platform.kubeconfig === null ? "KUBECONFIG" : `cluster.kubeconfig (${platform.kubeconfig})`;
  return `${local} ${where} name a cluster that answers; try it with \`kubectl version\`.`;
}
