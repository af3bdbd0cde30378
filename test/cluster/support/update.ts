import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { expect } from "vitest";

import { eventually, fingerprints, isSettled, namespaces } from "./client.ts";
import type { Workspace } from "./workspace.ts";

/** Updates dev, and returns what Pulumi printed. */
export async function update(workspace: Workspace, objects: KubernetesObjectApi): Promise<string> {
  const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(result.exitCode, result.all).toBe(0);
  // An autoscaler brings further replicas, with claims of their own, after the update has ended.
  await eventually("the autoscalers have what they want", async () => {
    return (await Promise.all((await namespaces(objects)).map((name) => isSettled(objects, name)))).every(Boolean);
  });
  return result.all;
}

/** Fingerprints of everything in some namespaces, by namespace. */
export async function allFingerprints(
  objects: KubernetesObjectApi,
  names: readonly string[],
): Promise<Record<string, Record<string, string>>> {
  const pairs = names.map(async (name) => [name, await fingerprints(objects, name)] as const);
  return Object.fromEntries(await Promise.all(pairs));
}
