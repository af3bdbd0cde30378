import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type ApiClient, type KubernetesObject, objectPath } from "../api-client.ts";
import { nodeNames } from "../furniture.ts";
import { waitFor } from "../wait.ts";
import { type NodeLayout, nodeName } from "./layout.ts";
import { nodeObjects, nodeStorageClass, storageClassName, volumeNames, volumeObject } from "./objects.ts";
import type { NodeLink } from "./state.ts";

/** Says in the cluster that it is furnished for a real node, for an `up` that finds it without one. */
const mark: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "tenantry-real-node", namespace: "kube-system" },
};

/** Seconds for what the controllers of the cluster do by themselves. */
const settleSeconds = 60;

interface Volume {
  readonly status?: { readonly phase?: string };
}

/** Makes the cluster one of a real node: pods go there and to no simulated node, and the class of volumes is the node's. */
export async function furnish(api: ApiClient, layout: NodeLayout, link: NodeLink, signal?: AbortSignal): Promise<void> {
  await api.apply(mark, signal);
  await cordon(api, true, signal);
  for (const object of nodeObjects(link)) await api.apply(object, signal);
  await replaceStorageClass(api, nodeStorageClass, signal);
  for (const name of volumeNames) await ensureVolume(api, layout, name, signal);
}

/**
 * Makes the cluster one of simulated nodes again, where a real node has left its furniture behind. `base` is what every
 * cluster has.
 */
export async function unfurnish(
  api: ApiClient,
  base: readonly KubernetesObject[],
  signal?: AbortSignal,
): Promise<void> {
  if ((await api.get(objectPath(mark))).status !== 200) return;
  await api.remove(`/api/v1/nodes/${nodeName}`, signal);
  for (const name of volumeNames) await api.remove(`/api/v1/persistentvolumes/${name}`, signal);
  for (const object of nodeObjects({ host: "", node: "" }).toReversed()) await api.remove(objectPath(object), signal);
  const original = base.find(({ kind, metadata }) => kind === "StorageClass" && metadata.name === storageClassName);
  if (original !== undefined) await replaceStorageClass(api, original, signal);
  await cordon(api, false, signal);
  await api.remove(objectPath(mark), signal);
}

async function cordon(api: ApiClient, unschedulable: boolean, signal?: AbortSignal): Promise<void> {
  for (const name of nodeNames) await api.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable } }, signal);
}

/** What makes volumes cannot be changed in a class, so the class is made anew; volumes and claims know it by its name. */
async function replaceStorageClass(api: ApiClient, wanted: KubernetesObject, signal?: AbortSignal): Promise<void> {
  const present = await api.get(objectPath(wanted));
  const provisioner = present.status === 200 ? (JSON.parse(present.body) as KubernetesObject)["provisioner"] : null;
  if (provisioner !== wanted["provisioner"]) await api.remove(objectPath(wanted), signal);
  await api.apply(wanted, signal);
}

/** A volume that is there and free, or in use. One whose claim is gone is emptied and offered again. */
async function ensureVolume(api: ApiClient, layout: NodeLayout, name: string, signal?: AbortSignal): Promise<void> {
  const path = `/api/v1/persistentvolumes/${name}`;
  const directory = join(layout.volumes, name);
  const present = await api.get(path);
  const phase = present.status === 200 ? (JSON.parse(present.body) as Volume).status?.phase : undefined;
  if (phase === "Released" || phase === "Failed") {
    await api.remove(path, signal);
    const isGone = async () => ((await api.get(path)).status === 404 ? true : null);
    await waitFor(isGone, { seconds: settleSeconds, signal });
  }
  if (phase !== "Bound") rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  await api.apply(volumeObject(layout, name), signal);
}
