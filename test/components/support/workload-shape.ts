/** What both workloads have in common, complete. */

/** What every pod has. */
export const securePod = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 10_001,
    runAsGroup: 10_001,
    fsGroup: 10_001,
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** What every container has. */
export const secureContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

/** Path and value of a workload's spread over zones and nodes, complete. */
export function spread(name: string, more: object = {}): readonly [string, readonly object[]] {
  const matchLabels = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name };
  const constraints = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
    ...more,
  }));
  return ["spec.template.spec.topologySpreadConstraints", constraints];
}
