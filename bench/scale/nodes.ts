import * as z from "zod";

import type { RawApi } from "../api.ts";

const words = z.record(z.string(), z.string());

const list = z.object({
  items: z.tuple([z.object({ metadata: z.object({ name: z.string(), labels: words, annotations: words }) })]),
});

/** Simulated nodes beside the cluster's own, copies of its first, so that all pods of a large fleet find room. */
export async function addNodes(api: RawApi, count: number): Promise<void> {
  const nodes = await api.json("GET", "/api/v1/nodes?labelSelector=type%3Dkwok&limit=1");
  const { name, labels, annotations } = list.parse(nodes).items[0].metadata;
  for (let index = 0; index < count; index++) {
    const own = `scale-${index}`;
    const text = JSON.stringify({ labels, annotations }).replaceAll(name, own);
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: own, ...(JSON.parse(text) as object) } };
    await api.json("POST", "/api/v1/nodes", node);
  }
}
