import { type ClusterAnswer, itemsOf, wordsOf } from "../cluster.ts";
import { type Check, enforced, type Finding, notEnforced, unknown } from "../check.ts";
import { type DaemonSet, type Plugin, pluginNamespaces, pluginOf } from "../network-plugins.ts";

const metadataOnly = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const remedy =
  "Install a network plugin that enforces NetworkPolicies (Calico, Cilium, Antrea, kube-router); where one is at work that is not recognised, say how you know under preflight.stated.";

/** A network plugin that acts on NetworkPolicies is recognised by its DaemonSet, which has to run on every node that is real. */
export const networkPolicy: Check = {
  name: "network-policy",
  need: "isolation",
  look: async (view) => {
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
    const { real, simulated } = countNodes(nodes);
    if (real === 0 && simulated > 0) {
      return {
        verdict: "assumed",
        found: `all ${simulated} nodes are simulated: no packet flows that a policy could stop`,
        remedy: "On real nodes a plugin is looked for; here, say so under preflight.stated.",
      };
    }
    if (real === 0) return unknown("the cluster has no nodes yet", remedy);
    return judge(recognised(daemonSets), real);
  },
};

interface NodeMetadata {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

function countNodes(answer: ClusterAnswer) {
  const nodes = itemsOf(answer) as readonly NodeMetadata[];
  const simulated = nodes.filter(({ metadata }) => metadata?.annotations?.["kwok.x-k8s.io/node"] !== undefined).length;
  return { real: nodes.length - simulated, simulated };
}

/** Plugins where plugins are installed: what somebody calls `cilium` in a namespace of their own is no evidence. */
function recognised(answer: ClusterAnswer): readonly Plugin[] {
  return (itemsOf(answer) as readonly DaemonSet[])
    .filter(({ metadata }) => pluginNamespaces.has(metadata?.namespace ?? ""))
    .map(pluginOf)
    .filter((plugin) => plugin !== null);
}

function judge(plugins: readonly Plugin[], nodes: number): Finding {
  const enforcing = plugins.filter(({ enforces }) => enforces);
  const best = enforcing.reduce<Plugin | undefined>(
    (most, plugin) => (most === undefined || plugin.scheduled > most.scheduled ? plugin : most),
    undefined,
  );
  if (best === undefined) {
    const [idle] = plugins;
    return idle === undefined
      ? unknown("no network plugin is recognised", remedy)
      : notEnforced(
          `${idle.name} (DaemonSet ${idle.daemonSet}) does not enforce NetworkPolicies as it is set up`,
          remedy,
        );
  }
  const where = `${best.name} (DaemonSet ${best.daemonSet})`;
  if (best.scheduled < nodes) {
    return notEnforced(
      `${where} is meant for ${best.scheduled} of ${nodes} nodes`,
      "Let it run on every node that tenants' pods may land on.",
    );
  }
  return best.ready < best.scheduled
    ? notEnforced(
        `${where} is Ready on ${best.ready} of ${best.scheduled} nodes; policies may not act on the others`,
        `Wait for its pods, or look at them: kubectl get pods -n ${best.daemonSet.split("/")[0] ?? ""} -o wide`,
      )
    : enforced(`${where} is Ready on ${best.ready} of ${best.scheduled} nodes`);
}
