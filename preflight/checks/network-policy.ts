import { type Check, type Finding, notEnforced, unknown } from "../check.ts";
import { coverage, nameOf, type Network, readNetwork, widest } from "../network.ts";

const remedy =
  "Install a network plugin that enforces NetworkPolicies (Calico, Cilium, Antrea, kube-router); where one is at work that is not recognised, say how you know under preflight.stated.";

/** Enforcers that are known to act on NetworkPolicies when they run as a process beside the kubelet. */
const knownProcesses: ReadonlySet<string> = new Set(["kube-router"]);

/** A network plugin that acts on NetworkPolicies is recognised by its DaemonSet, which has to run on every node that is real. */
export const networkPolicy: Check = {
  name: "network-policy",
  need: "isolation",
  look: async (view) => {
    const network = await readNetwork(view, "policy", remedy);
    return "verdict" in network ? network : judge(network);
  },
};

function judge({ plugins, nodes, process }: Network): Finding {
  const best = widest(plugins.filter(({ enforces }) => enforces));
  if (best !== undefined) return coverage(best, nodes);
  if (process !== null && knownProcesses.has(process)) {
    // Whoever may write a node's annotations says so: an administrator, or the node's kubelet, which is root there. Nobody has seen it run.
    return {
      verdict: "assumed",
      found: `${process} enforces as a process on ${nodes} of ${nodes} nodes, by their own annotation; it was not seen at work`,
      remedy: "See it at work (npm run attack -- <env> --packets), and say so under preflight.stated.",
    };
  }
  const [idle] = plugins;
  return idle === undefined
    ? unknown("no network plugin is recognised", remedy)
    : notEnforced(`${nameOf(idle)} does not enforce NetworkPolicies as it is set up`, remedy);
}
