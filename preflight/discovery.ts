import { itemsOf } from "./cluster.ts";
import type { ClusterView } from "./view.ts";

/** Kinds that a server serves. */
export interface Discovery {
  /** Whether `apiVersion` has this kind, from a server that answers: an aggregated API without its server counts as absent. */
  readonly serves: (apiVersion: string, kind: string) => boolean;
  /** Whether some version of a group is served. */
  readonly hasGroup: (group: string) => boolean;
}

/** One group of aggregated discovery (apidiscovery.k8s.io/v2), as far as it is read. */
interface DiscoveredGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version?: string;
    readonly freshness?: string;
    readonly resources?: readonly { readonly responseKind?: { readonly kind?: string } }[];
  }[];
}

/** Aggregated discovery: everything in two answers. Stable since Kubernetes 1.30, which is the oldest that is supported. */
const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Reads what the server serves; `null` where it does not say so, or not in this form. */
export async function readDiscovery(view: ClusterView): Promise<Discovery | null> {
  const answers = await Promise.all(["/api", "/apis"].map((path) => view.ask({ method: "GET", path, accept })));
  if (answers.some(({ status, text }) => status !== 200 || !text.includes("APIGroupDiscoveryList"))) return null;
  const kinds = new Set<string>();
  const groups = new Set<string>();
  for (const { metadata, versions = [] } of answers.flatMap(itemsOf) as readonly DiscoveredGroup[]) {
    const group = metadata?.name ?? "";
    for (const { version = "", freshness, resources = [] } of versions) {
      if (freshness === "Stale") continue;
      groups.add(group);
      const apiVersion = group === "" ? version : `${group}/${version}`;
      for (const { responseKind } of resources) kinds.add(`${apiVersion} ${responseKind?.kind ?? ""}`);
    }
  }
  return {
    serves: (apiVersion, kind) => kinds.has(`${apiVersion} ${kind}`),
    hasGroup: (group) => groups.has(group),
  };
}
