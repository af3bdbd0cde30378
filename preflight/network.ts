import { enforcerAnnotation, simulatedNodeAnnotation } from "../tenants/node-annotations.ts";
import { enforced, type Finding, notEnforced, unknown } from "./check.ts";
import { itemsOf, wordsOf } from "./cluster.ts";
import { type DaemonSet, type Plugin, pluginNamespaces, pluginOf } from "./network-plugins.ts";
import type { ClusterView } from "./view.ts";

/** What there is to enforce on, and by what. */
export interface Network {
  /** Nodes that packets flow on; never 0. */
  readonly nodes: number;
  /** Recognised where plugins are installed: what somebody calls `cilium` in a namespace of their own is no evidence. */
  readonly plugins: readonly Plugin[];
  /** The enforcer that every real node names as a process of its own; `null` where they do not, or not the same one. */
  readonly process: string | null;
}

interface NodeMetadata {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/**
 * Reads nodes and network plugins. A finding where that settles it: nobody may look, or there is nothing to enforce on.
 *
 * @param policy What a policy is called in the finding.
 * @param remedy What to do where there are no nodes.
 */
export async function readNetwork(view: ClusterView, policy: string, remedy: string): Promise<Network | Finding> {
  const [nodes, daemonSets] = await Promise.all([
    view.ask({ method: "GET", path: "/api/v1/nodes", accept: metadataOnly }),
    view.get("/apis/apps/v1/daemonsets"),
  ]);
  const blind = [nodes, daemonSets].find(({ status }) => status !== 200);
  if (blind !== undefined) {
    return unknown(
      `nodes and DaemonSets cannot be read: ${wordsOf(blind)}`,
      "The role of docs/examples/preview/access.yaml may read them.",
    );
  }
  const all = (itemsOf(nodes) as readonly NodeMetadata[]).map(({ metadata }) => metadata?.annotations ?? {});
  const real = all.filter((annotations) => annotations[simulatedNodeAnnotation] === undefined);
  if (real.length === 0 && all.length > 0) {
    return {
      verdict: "assumed",
      found: `all ${all.length} nodes are simulated: no packet flows that a ${policy} could stop`,
      remedy: "On real nodes a plugin is looked for; here, say so under preflight.stated.",
    };
  }
  if (real.length === 0) return unknown("the cluster has no nodes yet", remedy);
  const [process, ...others] = [...new Set(real.map((annotations) => annotations[enforcerAnnotation]))];
  const plugins = (itemsOf(daemonSets) as readonly DaemonSet[])
    .filter(({ metadata }) => pluginNamespaces.has(metadata?.namespace ?? ""))
    .map(pluginOf)
    .filter((plugin) => plugin !== null);
  return { nodes: real.length, plugins, process: others.length === 0 ? (process ?? null) : null };
}

/** The plugin that is meant for most nodes; `undefined` for none. */
export function widest(plugins: readonly Plugin[]): Plugin | undefined {
  return plugins.reduce<Plugin | undefined>(
    (most, plugin) => (most === undefined || plugin.scheduled > most.scheduled ? plugin : most),
    undefined,
  );
}

/** A plugin, for people. */
export function nameOf({ name, daemonSet }: Plugin): string {
  return `${name} (DaemonSet ${daemonSet})`;
}

/** Whether a plugin that enforces does so on every real node. */
export function coverage(plugin: Plugin, nodes: number): Finding {
  const { scheduled, ready, daemonSet } = plugin;
  const where = nameOf(plugin);
  if (scheduled < nodes) {
    return notEnforced(
      `${where} is meant for ${scheduled} of ${nodes} nodes`,
      "Let it run on every node that tenants' pods may land on.",
    );
  }
  return ready < scheduled
    ? notEnforced(
        `${where} is Ready on ${ready} of ${scheduled} nodes; policies may not act on the others`,
        `Wait for its pods, or look at them: kubectl get pods -n ${daemonSet.split("/")[0] ?? ""} -o wide`,
      )
    : enforced(`${where} is Ready on ${ready} of ${scheduled} nodes`);
}
