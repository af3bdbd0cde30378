import { type ClusterPolicySupport, clusterPolicySupport } from "./cluster-policy-plugins.ts";

/** A DaemonSet, as far as it is read. */
export interface DaemonSet {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } } };
  readonly status?: { readonly desiredNumberScheduled?: number; readonly numberReady?: number };
}

/** A container of a DaemonSet, as far as it is read. */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
}

/** A network plugin that is at work in a cluster. */
export interface Plugin {
  readonly name: string;
  /** `namespace/name`. */
  readonly daemonSet: string;
  /** Whether it acts on NetworkPolicies as it is set up. */
  readonly enforces: boolean;
  /** Whether it acts on ClusterNetworkPolicies as it is set up. */
  readonly clusterPolicies: ClusterPolicySupport;
  readonly scheduled: number;
  readonly ready: number;
}

interface KnownPlugin {
  readonly name: string;
  readonly daemonSet: RegExp;
  readonly enforces: (containers: readonly Container[]) => boolean;
}

/**
 * Namespaces that their manifests install plugins into. A DaemonSet anywhere else counts for nothing: whoever may make one could call it
 * by a plugin's name.
 */
export const pluginNamespaces: ReadonlySet<string> = new Set([
  "kube-system",
  "calico-system",
  "cilium",
  "cilium-system",
  "kube-flannel",
  "ovn-kubernetes",
  "openshift-ovn-kubernetes",
]);

const always = () => true;
/** Whether a boolean flag is set to a value, in any of the forms that Go takes for it. */
const says = (words: readonly string[], flag: string, value: boolean) => {
  const forms = value ? ["1", "t", "true"] : ["0", "f", "false"];
  return words.some((word) => forms.some((form) => word.toLowerCase() === `--${flag}=${form}`));
};
const wordsOf = ({ command = [], args = [] }: Container) => [...command, ...args];

/** Plugins by the DaemonSets that their own manifests make. */
const knownPlugins: readonly KnownPlugin[] = [
  { name: "Cilium", daemonSet: /^cilium$/, enforces: always },
  { name: "GKE Dataplane V2", daemonSet: /^anetd$/, enforces: always },
  { name: "Calico", daemonSet: /^calico-node$/, enforces: always },
  { name: "Canal", daemonSet: /^(?:rke2-)?canal$/, enforces: always },
  { name: "Antrea", daemonSet: /^antrea-agent$/, enforces: always },
  { name: "OVN-Kubernetes", daemonSet: /^ovnkube-node$/, enforces: always },
  { name: "Azure Network Policy Manager", daemonSet: /^azure-npm$/, enforces: always },
  { name: "kube-network-policies", daemonSet: /^kube-network-policies$/, enforces: always },
  {
    name: "kube-router",
    daemonSet: /^kube-router$/,
    enforces: (containers) => !containers.some((container) => says(wordsOf(container), "run-firewall", false)),
  },
  {
    // Its agent runs on every node; whether it acts on policies is a switch of the add-on, off by default.
    name: "Amazon VPC CNI",
    daemonSet: /^aws-node$/,
    enforces: (containers) =>
      containers.some(
        (container) =>
          container.name === "aws-eks-nodeagent" && says(wordsOf(container), "enable-network-policy", true),
      ),
  },
  {
    name: "Flannel",
    daemonSet: /^kube-flannel(?:-ds)?$/,
    // Newer charts can run the policy controller beside it.
    enforces: (containers) => containers.some(({ name }) => name === "kube-network-policies"),
  },
];

/** The plugin that a DaemonSet is; `null` for any other one. */
export function pluginOf({ metadata, spec, status }: DaemonSet): Plugin | null {
  const known = knownPlugins.find(({ daemonSet }) => daemonSet.test(metadata?.name ?? ""));
  if (known === undefined) return null;
  const containers = spec?.template?.spec?.containers ?? [];
  return {
    name: known.name,
    daemonSet: `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`,
    enforces: known.enforces(containers),
    clusterPolicies: clusterPolicySupport(known.name, containers),
    scheduled: status?.desiredNumberScheduled ?? 0,
    ready: status?.numberReady ?? 0,
  };
}
