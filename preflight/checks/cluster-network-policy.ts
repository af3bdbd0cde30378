import { type Check, type Finding, notEnforced, unknown } from "../check.ts";
import { jsonOf, wordsOf } from "../cluster.ts";
import { coverage, nameOf, readNetwork, widest } from "../network.ts";
import type { Plugin } from "../network-plugins.ts";
import type { ClusterView } from "../view.ts";

const remedy =
  "Use a plugin that acts on ClusterNetworkPolicies (Calico from 3.32, Cilium from 1.20 with k8sClusterNetworkPolicy.enabled, kube-network-policies of install-cnp.yaml); where yours does and that is not recognised, say how you know under preflight.stated; or take cluster.clusterNetworkPolicies out, and NetworkPolicy stands alone.";

/**
 * The second deny between tenants is enforced where the plan relies on it. That the kind is served says nothing about it: anybody can
 * install the definition.
 */
export const clusterNetworkPolicy: Check = {
  name: "cluster-network-policy",
  need: "isolation",
  applies: ({ platform }) => platform.clusterNetworkPolicies !== null,
  look: async (view) => {
    const network = await readNetwork(view, "ClusterNetworkPolicy", remedy);
    if ("verdict" in network) return network;
    const { plugins, nodes, process } = network;
    const best = widest(plugins.filter(({ enforces }) => enforces)) ?? plugins[0];
    if (best !== undefined) return judge(view, best, nodes);
    return unknown(
      process === null
        ? "no network plugin is recognised"
        : `${process} (a process, by the nodes' own annotation) is not known to act on ClusterNetworkPolicies`,
      remedy,
    );
  },
};

async function judge(view: ClusterView, plugin: Plugin, nodes: number): Promise<Finding> {
  const { clusterPolicies: support } = plugin;
  const where = nameOf(plugin);
  switch (support.kind) {
    case "yes":
      return coverage(plugin, nodes);
    case "no":
      return notEnforced(`${where} does not act on ClusterNetworkPolicies: ${support.why}`, remedy);
    case "unknown":
      return unknown(`${where}: ${support.why}`, remedy);
    case "setting": {
      const [namespace = ""] = plugin.daemonSet.split("/");
      const answer = await view.get(`/api/v1/namespaces/${namespace}/configmaps/${support.configMap}`);
      const setting = `${support.key} in ConfigMap ${namespace}/${support.configMap}`;
      if (answer.status !== 200) return unknown(`${where} cannot be asked for ${setting}: ${wordsOf(answer)}`, remedy);
      const { data } = jsonOf(answer) as { readonly data?: Readonly<Record<string, unknown>> };
      return data?.[support.key] === support.value
        ? coverage(plugin, nodes)
        : notEnforced(`${where} has ${setting} not set to ${support.value}`, remedy);
    }
    default:
      return support satisfies never;
  }
}
