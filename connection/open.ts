import { join } from "node:path";

import { errorMessage } from "../tenants/errors.ts";
import { type Credentials, type StaticCredentials, staticCredentials } from "./credentials.ts";
import { ambientRules, type ChosenEntries, explicitRules, readKubeconfig } from "./kubeconfig.ts";
import { type Addressed, isInPod, podAccount, remedyFor, type Target, targetOf } from "./target.ts";
import { ClusterUnreachable } from "./unreachable.ts";

/** A cluster that an environment means, read once: whoever uses it later uses this one. */
export interface ResolvedCluster {
  /** What has named it, for people. */
  readonly origin: string;
  readonly credentials: StaticCredentials;
  /** What the provider has to be told to use the same one. */
  readonly provider: ProviderCluster;
}

/** The provider's words for a cluster. */
export interface ProviderCluster {
  /** A path; empty where the provider reads what kubectl reads. */
  readonly kubeconfig: string;
  /** `null` where there are no contexts. */
  readonly context: string | null;
}

/**
 * Reads which cluster an environment means. Throws `ClusterUnreachable` where nothing names one, or where what names it does not hold
 * together.
 *
 * @param directory Folder of the Pulumi program.
 */
export function resolveCluster(plan: Addressed, directory: string): ResolvedCluster {
  const target = targetOf(plan, directory);
  try {
    if (target === null) throw new Error("neither KUBECONFIG nor ~/.kube/config names one");
    const { kind, origin } = target;
    const { context } = plan.platform;
    const chosen = kind === "pod" ? null : entriesOf(target, context, directory);
    if (chosen === null) {
      if (context !== null || !isInPod()) throw new Error(`${origin} names no file that is there`);
      const credentials = staticCredentials(podEntries());
      return { origin: "the account of this pod", credentials, provider: { kubeconfig: "", context: null } };
    }
    const kubeconfig = kind === "explicit" ? (plan.platform.kubeconfig ?? target.file) : "";
    return { origin, credentials: staticCredentials(chosen), provider: { kubeconfig, context: chosen.context } };
  } catch (error) {
    const named = target === null ? "" : ` (${target.origin})`;
    throw new ClusterUnreachable(`no cluster for ${plan.environment}${named}: ${reasonOf(error)}`, remedyFor(plan));
  }
}

/** Everything that it takes to ask; runs a login program where there is one. Throws `ClusterUnreachable` where that fails. */
export async function credentialsFor({ credentials }: ResolvedCluster): Promise<Credentials> {
  const { proxy, login, server, context } = credentials;
  if (proxy === null && login === null) return credentials;
  try {
    const { completed } = await import("./library.ts");
    return await completed(credentials);
  } catch (error) {
    throw new ClusterUnreachable(
      `no credentials for ${server} (context ${context}): ${reasonOf(error)}`,
      "Run the same with kubectl, such as `kubectl version`, and mend the kubeconfig or the login it calls.",
    );
  }
}

function entriesOf(
  target: Exclude<Target, { readonly kind: "pod" }>,
  context: string | null,
  directory: string,
): ChosenEntries | null {
  return target.kind === "explicit"
    ? readKubeconfig([target.file], { ...explicitRules(directory), context })
    : readKubeconfig(target.files, { ...ambientRules, context });
}

/** The account that a pod runs as, as a kubeconfig would say it. */
function podEntries(): ChosenEntries {
  const host = process.env["KUBERNETES_SERVICE_HOST"] ?? "";
  const port = process.env["KUBERNETES_SERVICE_PORT"] ?? "443";
  return {
    context: "in-cluster",
    cluster: {
      server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
      "certificate-authority": join(podAccount, "ca.crt"),
    },
    user: { tokenFile: join(podAccount, "token") },
  };
}

function reasonOf(error: unknown): string {
  return errorMessage(error).trim();
}
