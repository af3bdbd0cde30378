import semver from "semver";

import type { Container } from "./network-plugins.ts";

/**
 * Whether a plugin acts on ClusterNetworkPolicies (policy.networking.k8s.io/v1alpha2) as it is set up. `setting`: a key of a ConfigMap
 * beside its DaemonSet says so. `unknown`: the plugin does not show it.
 */
export type ClusterPolicySupport =
  | { readonly kind: "yes" }
  | { readonly kind: "no"; readonly why: string }
  | { readonly kind: "setting"; readonly configMap: string; readonly key: string; readonly value: string }
  | { readonly kind: "unknown"; readonly why: string };

type Support = (containers: readonly Container[]) => ClusterPolicySupport;

/**
 * Plugins that are known to, each with where that is written. Every other one is `unknown`. Antrea does from 2.7 behind a feature gate
 * of its controller (antrea-io/antrea#8044), which its DaemonSet does not show.
 */
const supports: Readonly<Record<string, Support>> = {
  // projectcalico/calico#10745 and kubernetes-sigs/network-policy-api#376: from 3.32 on, in place of AdminNetworkPolicy.
  Calico: (containers) => fromVersion(containers, "calico-node", "3.32.0", { kind: "yes" }),
  // cilium/cilium#47227: from 1.20 on, with a setting that is off by default.
  Cilium: (containers) =>
    fromVersion(containers, "cilium-agent", "1.20.0", {
      kind: "setting",
      configMap: "cilium-config",
      key: "enable-k8s-cluster-network-policy",
      value: "true",
    }),
  // kubernetes-sigs/kube-network-policies, install-cnp.yaml: a build of its own, by the end of its image's tag.
  "kube-network-policies": (containers) => {
    const tag = tagOf(containers, "kube-network-policies");
    if (tag === null) return noTag;
    return tag.endsWith("-npa-v1alpha2")
      ? { kind: "yes" }
      : { kind: "no", why: `its image's tag ${tag} is of the build for NetworkPolicies alone` };
  },
};

const noTag: ClusterPolicySupport = { kind: "unknown", why: "its image has no tag that tells its version" };

/** What is known of a plugin, by the name that `network-plugins.ts` gives it. */
export function clusterPolicySupport(name: string, containers: readonly Container[]): ClusterPolicySupport {
  const support = Object.hasOwn(supports, name) ? supports[name] : undefined;
  return support?.(containers) ?? { kind: "unknown", why: "it is not known to act on them" };
}

function fromVersion(
  containers: readonly Container[],
  container: string,
  oldest: string,
  support: ClusterPolicySupport,
): ClusterPolicySupport {
  const version = semver.valid(tagOf(containers, container));
  if (version === null) return noTag;
  // A pre-release counts as older: it may be from before the feature was mended.
  return semver.gte(version, oldest)
    ? support
    : { kind: "no", why: `it is ${version}, and acts on them from ${oldest} on` };
}

/** Tag of a container's image; `null` where it has none. */
function tagOf(containers: readonly Container[], name: string): string | null {
  const image = containers.find((container) => container.name === name)?.image ?? "";
  const [, tag] = /:([\w][\w.-]*)(?:@[\w:+.-]+)?$/.exec(image.slice(image.lastIndexOf("/") + 1)) ?? [];
  return tag ?? null;
}
