import type { ApiClient } from "../api-client.ts";
import { nodeName } from "./layout.ts";

/** What gives pods of simulated nodes a real network: they cannot be moved, and neither can their volumes. */
export const realPodsRemedy = "npm run local -- down --purge, then npm run local -- up --real-node and npm start";

/** Pods that a warning names before it only counts. */
const mostNamed = 5;

/** Placed elsewhere than on the real node, and not at their end. */
const elsewhere = `spec.nodeName!=,spec.nodeName!=${nodeName},status.phase!=Succeeded,status.phase!=Failed`;

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  }[];
}

/**
 * What to say about pods that are on simulated nodes of a cluster with a real one; `null` where there are none. They came before the
 * real node and stay where they are: no packet of theirs can be stopped or let through.
 */
export async function simulatedPodsWarning(
  api: Pick<ApiClient, "get">,
  signal?: AbortSignal,
): Promise<readonly [string, string] | null> {
  const { status, body } = await api.get(`/api/v1/pods?fieldSelector=${encodeURIComponent(elsewhere)}`, signal);
  if (status !== 200) return null;
  const pods = (JSON.parse(body) as PodList).items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  if (pods.length === 0) return null;
  const rest = pods.length - mostNamed;
  const names = `${pods.slice(0, mostNamed).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  const what = pods.length === 1 ? "1 pod is" : `${pods.length} pods are`;
  return [
    `warning: ${what} on simulated nodes from before and will stay there, without a network: ${names}`,
    `  next: ${realPodsRemedy}`,
  ];
}
