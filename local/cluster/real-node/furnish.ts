import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { type ApiClient, type KubernetesObject, objectPath } from "../api-client.ts";
import { nodeNames } from "../furniture.ts";
import { waitFor } from "../../wait.ts";
import type { NodeLayout } from "./layout.ts";
import { nodeObjects, nodeStorageClass, volumeNames, volumeObject } from "./objects.ts";
import type { NodeLink } from "./state.ts";

/** Seconds for what the controllers of the cluster do by themselves. */
const settleSeconds = 60;

interface Volume {
  readonly status?: { readonly phase?: string };
}

/** Makes the cluster one of a real node: pods go there and to no simulated node, and the class of volumes is the node's. */
export async function furnish(api: ApiClient, layout: NodeLayout, link: NodeLink, signal?: AbortSignal): Promise<void> {
  for (const name of nodeNames) await api.patch(`/api/v1/nodes/${name}`, { spec: { unschedulable: true } }, signal);
  for (const object of nodeObjects(link)) await api.apply(object, signal);
  await replaceStorageClass(api, signal);
  for (const name of volumeNames) await ensureVolume(api, layout, name, signal);
}

/** What makes volumes cannot be changed in a class, so the class is made anew; claims know it by its name. */
async function replaceStorageClass(api: ApiClient, signal?: AbortSignal): Promise<void> {
  const path = objectPath(nodeStorageClass);
  const present = await api.get(path);
  const provisioner = present.status === 200 ? (JSON.parse(present.body) as KubernetesObject)["provisioner"] : null;
  if (provisioner !== nodeStorageClass["provisioner"]) await api.remove(path, signal);
  await api.apply(nodeStorageClass, signal);
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
