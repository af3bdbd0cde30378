/**
 * What the preflight asks of a cluster, by name. The names are words of the configuration: frozen, because environments accept by
 * them. What each check does is in `preflight/checks/`; here is only what a person may write.
 */
export const preflightChecks = {
  "server-version": "the server is a Kubernetes that the guardrails work on",
  "server-certificate": "the server is verified by its certificate",
  "cluster-owner": "the platform on the cluster, where there is one, is this environment's",
  kinds: "the server serves every kind that the plan makes",
  "storage-classes": "the storage classes of the environment exist",
  gateway: "the Gateway, or the class that it is made of, exists",
  "autoscaling-metrics": "the metrics that autoscalers read are served",
  "admission-policies": "the server acts on ValidatingAdmissionPolicies, which all guardrails are",
  "pod-security": "the server acts on the Pod Security labels of namespaces",
  "resource-quota": "the server acts on ResourceQuotas",
  "limit-range": "the server acts on LimitRanges",
  authorization: "the server refuses what no role allows",
  "anonymous-requests": "the server refuses requests without credentials",
  "network-policy": "a network plugin acts on NetworkPolicies on every node",
  "cluster-network-policy": "a network plugin acts on ClusterNetworkPolicies on every node",
  "encryption-at-rest": "Secrets are encrypted where the server stores them",
} as const;

/** Name of a check. */
export type PreflightCheckName = keyof typeof preflightChecks;

/** Every name, in the order in which checks are reported. */
export const preflightCheckNames = Object.keys(preflightChecks) as readonly PreflightCheckName[];

/** Checks whose answer a person may state, because the cluster's API does not always show it. */
export const statableChecks = [
  "network-policy",
  "cluster-network-policy",
  "encryption-at-rest",
] as const satisfies readonly PreflightCheckName[];

/** Name of a check that may be stated. */
export type StatableCheckName = (typeof statableChecks)[number];

/** What an environment says about its preflight. */
export interface PreflightPlan {
  /** Refuse to go on where something is not known to be enforced; otherwise it is a warning. */
  readonly strict: boolean;
  /** How a person knows what the cluster does not show, by check; `null` where nobody says so. */
  readonly stated: Readonly<Record<StatableCheckName, string | null>>;
  /** Why the environment goes without, by check; `null` where it does not. */
  readonly accepted: Readonly<Record<PreflightCheckName, string | null>>;
  /** Storage classes that have to exist, ascending. */
  readonly storageClasses: readonly string[];
}
