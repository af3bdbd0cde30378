import type { KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";

import { clusterPolicies, inventory } from "./client.ts";

/**
 * Which version of an object there is. The status of an autoscaler changes every few seconds by itself, so of these it is when whom
 * wrote the rest.
 */
function versionOf(object: KubernetesObject): string {
  const { uid, generation, resourceVersion, managedFields = [] } = object.metadata ?? {};
  if (object.kind !== "HorizontalPodAutoscaler") return `${uid} ${resourceVersion}`;
  const writers = managedFields.filter(({ subresource }) => subresource !== "status");
  return `${uid} ${generation} ${writers.map(({ manager, time }) => `${manager} ${String(time)}`).join()}`;
}

/** Identity, version and restarts of everything of every tenant. */
export async function whatRuns(objects: KubernetesObjectApi, ids: readonly string[]): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const id of ids) {
    const namespace = `tenant-${id}`;
    const space = await objects.read({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    found.push([namespace, versionOf(space)]);
    for (const [key, object] of await inventory(objects, namespace)) {
      found.push([`${namespace} ${key}`, versionOf({ ...object, kind: key.split("/")[0] ?? "" })]);
    }
    const pods = await objects.list("v1", "Pod", namespace);
    for (const pod of pods.items) {
      const { startTime, containerStatuses = [] } = (
        pod as unknown as { status: { startTime: string; containerStatuses?: { restartCount: number }[] } }
      ).status;
      const restarts = containerStatuses.map(({ restartCount }) => restartCount).join();
      found.push([`${namespace} Pod/${pod.metadata?.name}`, `${pod.metadata?.uid} ${startTime} ${restarts}`]);
    }
  }
  for (const [name, policy] of await clusterPolicies(objects)) {
    found.push([name, versionOf(policy)]);
  }
  return Object.fromEntries(found.sort(([left], [right]) => (left < right ? -1 : 1)));
}
