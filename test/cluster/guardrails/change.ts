import type { Twin } from "./fixtures.ts";
import type { Json } from "./objects.ts";

/** The object with the twin's one field changed. */
export function changed({ base, path, value }: Pick<Twin, "base" | "path" | "value">): Json {
  const copy = structuredClone(base) as Record<string | number, unknown>;
  let place = copy;
  for (const step of path.slice(0, -1)) {
    place[step] ??= {};
    place = place[step] as Record<string | number, unknown>;
  }
  const last = path.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return copy;
}

/** The object in another namespace. */
export function inNamespace(object: Json, namespace: string): Json {
  return { ...object, metadata: { ...(object["metadata"] as object), namespace } };
}
