import { container, pod, set, push, drop, type Breaks } from "./change.ts";

/** Plane storage. */
export const storage: Breaks = [
  {
    what: "claims of a foreign class",
    reason: "asks for volumes of class fast",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"], "fast"),
  },
  {
    what: "claims of no class",
    reason: "asks for volumes of class ",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"], undefined),
  },
  {
    what: "a chosen volume",
    reason: "chooses its volume by volumeName",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "volumeName"], "left-behind"),
  },
  {
    what: "hostPath",
    reason: "has a volume of hostPath",
    change: push("StatefulSet", "runtime", [...pod, "volumes"], { name: "node", hostPath: { path: "/" } }),
  },
];

/** Plane secrets. */
export const secrets: Breaks = [
  {
    what: "a certificate's key in a pod",
    reason: "mounts the Secret tls-acme.test.example",
    change: push("Deployment", "dashboard", [...pod, "volumes"], {
      name: "key",
      secret: { secretName: "tls-acme.test.example" },
    }),
  },
  {
    what: "a secret in the ConfigMap",
    reason: "holds the secret SESSION_KEY",
    change: set("ConfigMap", "config", ["data", "SESSION_KEY"], "a value for tests"),
  },
  {
    what: "a Secret that is given a token",
    reason: "is of a type that controllers act on",
    change: set("Secret", "secrets", ["type"], "kubernetes.io/service-account-token"),
  },
  {
    what: "a value that no record names",
    reason: "holds OTHER_KEY, which the plan does not name",
    change: set("Secret", "secrets", ["data", "OTHER_KEY"], "YQ=="),
  },
];

/** Plane compute. */
export const compute: Breaks = [
  {
    what: "a missing quota key",
    reason: "pods is without bound and not 25",
    change: set("ResourceQuota", "tenant", ["spec", "hard", "pods"], undefined),
  },
  {
    what: "a NodePort in the quota",
    reason: "services.nodeports is 1 and not 0",
    change: set("ResourceQuota", "tenant", ["spec", "hard", "services.nodeports"], "1"),
  },
  {
    what: "a quota for some pods",
    reason: "counts some pods only",
    change: set("ResourceQuota", "tenant", ["spec", "scopes"], ["BestEffort"]),
  },
  { what: "no quota", reason: "is missing", change: drop("ResourceQuota", "tenant") },
  {
    what: "system priorities open",
    reason: "no quota keeps pods from system priorities",
    change: drop("ResourceQuota", "no-system-priority"),
  },
  {
    what: "affinity to other namespaces open",
    reason: "no quota keeps affinity at home",
    change: drop("ResourceQuota", "no-foreign-affinity"),
  },
  { what: "no LimitRange", reason: "pods have another largest size", change: drop("LimitRange", "tenant") },
  {
    what: "a container without limits",
    reason: "container runtime has no limits of memory",
    change: set("StatefulSet", "runtime", [...container, "resources", "limits", "memory"], undefined),
  },
  {
    what: "a system priority",
    reason: "has priority system-node-critical",
    change: set("StatefulSet", "runtime", [...pod, "priorityClassName"], "system-node-critical"),
  },
  {
    what: "a toleration",
    reason: "chooses nodes by tolerations",
    change: set("StatefulSet", "runtime", [...pod, "tolerations"], [{ operator: "Exists" }]),
  },
  {
    what: "a node by name",
    reason: "chooses nodes by nodeName",
    change: set("StatefulSet", "runtime", [...pod, "nodeName"], "control-plane"),
  },
  {
    what: "an autoscaler beyond the plan",
    reason: "scales beyond the plan",
    change: set("HorizontalPodAutoscaler", "runtime", ["spec", "maxReplicas"], 100),
  },
  {
    what: "a budget of nothing",
    reason: "keeps nodes from being emptied",
    change: set("PodDisruptionBudget", "runtime", ["spec", "maxUnavailable"], 0),
  },
  {
    what: "a budget for pods that are unwell",
    reason: "keeps nodes from being emptied of pods that are unwell",
    change: set("PodDisruptionBudget", "runtime", ["spec", "unhealthyPodEvictionPolicy"], undefined),
  },
];
