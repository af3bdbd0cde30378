import type { CollectionPath, RawApi } from "../api.ts";
import { objectKey, type KubernetesObject } from "./objects.ts";

/** Fields that the server writes, and that differ between two equal objects. */
const serverFields = new Set([
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
]);

/** Values that the server picks for each Service and that an autoscaler sets on its workload. */
const chosenFields = new Set(["clusterIP", "clusterIPs", "replicas"]);

/** Annotations and labels by which a tool marks what is its own; helm writes its name into `managed-by`. */
const toolMarks =
  /^(meta\.helm\.sh|pulumi\.com|kubectl\.kubernetes\.io|deployment\.kubernetes\.io)\/|^app\.kubernetes\.io\/managed-by$/;

/**
 * What is left of a stored object when everything is taken away that may differ between two peers: bookkeeping, the marks of
 * tools, the tenant's id, the values of secrets and the hashes made of them.
 */
export function comparable(object: KubernetesObject, id: string): unknown {
  const values =
    object.kind === "Secret" ? { data: Object.keys((object["data"] as object | undefined) ?? {}).sort() } : {};
  return strip({ ...object, ...values }, id);
}

function strip(value: unknown, id: string): unknown {
  if (typeof value === "string") return /^[0-9a-f]{16,64}$/.test(value) ? "<hash>" : value.replaceAll(id, "<id>");
  if (Array.isArray(value)) return value.map((item) => strip(item, id));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !serverFields.has(key) && !chosenFields.has(key) && !toolMarks.test(key) && key !== "status")
      .map(([key, inner]) => [key.replaceAll(id, "<id>"), strip(inner, id)] as const)
      .filter(([, inner]) => !isEmpty(inner))
      .sort(([left], [right]) => left.localeCompare(right)),
  );
}

/** An absent map and an empty one are the same to Kubernetes. */
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0 && !Array.isArray(value);
}

/** What the server stores of a tenant's objects, by `Kind/name`, without what may differ. Fails when one is missing. */
export async function storedObjects(
  api: RawApi,
  path: CollectionPath,
  id: string,
  objects: readonly KubernetesObject[],
): Promise<ReadonlyMap<string, string>> {
  const stored = new Map<string, string>();
  for (const object of objects) {
    const found = await api.json<KubernetesObject>("GET", `${path(object)}/${object.metadata.name}`);
    stored.set(objectKey(object).replaceAll(id, "<id>"), JSON.stringify(comparable(found, id)));
  }
  return stored;
}

/** Every difference between two peers' objects, as text; empty when both made the same. */
export function differences(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): readonly string[] {
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  return keys
    .filter((key) => left.get(key) !== right.get(key))
    .map((key) => `${key}: ${left.get(key) ?? "absent"} / ${right.get(key) ?? "absent"}`);
}
