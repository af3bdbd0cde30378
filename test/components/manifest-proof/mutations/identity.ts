import { container, pod, set, add, type Breaks } from "./change.ts";

/** Plane identity. */
export const identity: Breaks = [
  {
    what: "an account that mounts its token",
    reason: "mounts its token into pods",
    change: set("ServiceAccount", "runtime", ["automountServiceAccountToken"], undefined),
  },
  {
    what: "a pod that mounts a token",
    reason: "mounts a token",
    change: set("StatefulSet", "runtime", [...pod, "automountServiceAccountToken"], true),
  },
  {
    what: "the default account",
    reason: "runs as an account that is not its own",
    change: set("Deployment", "dashboard", [...pod, "serviceAccountName"], "default"),
  },
  {
    what: "hostNetwork",
    reason: "has hostNetwork",
    change: set("StatefulSet", "runtime", [...pod, "hostNetwork"], true),
  },
  { what: "hostPID", reason: "has hostPID", change: set("StatefulSet", "runtime", [...pod, "hostPID"], true) },
  {
    what: "hostPort",
    reason: "container runtime has a port of the node",
    change: set("StatefulSet", "runtime", [...container, "ports", 0, "hostPort"], 80),
  },
  {
    what: "privileged",
    reason: "container runtime is privileged",
    change: set("StatefulSet", "runtime", [...container, "securityContext", "privileged"], true),
  },
  {
    what: "capabilities added",
    reason: "container dashboard keeps capabilities",
    change: set("Deployment", "dashboard", [...container, "securityContext", "capabilities", "add"], ["NET_RAW"]),
  },
  {
    what: "no seccomp profile",
    reason: "container runtime has no seccomp profile",
    change: set("StatefulSet", "runtime", [...pod, "securityContext", "seccompProfile"], undefined),
  },
  {
    what: "unpinned Pod Security",
    reason: /^label pod-security\.kubernetes\.io\/enforce-version is not v1/,
    change: set(
      "Namespace",
      "tenant-acme",
      ["metadata", "labels", "pod-security.kubernetes.io/enforce-version"],
      "latest",
    ),
  },
  {
    what: "baseline instead of restricted",
    reason: "label pod-security.kubernetes.io/enforce is not restricted",
    change: set("Namespace", "tenant-acme", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "baseline"),
  },
  {
    what: "the label that guardrails select by, missing",
    reason: "label tenantry.dev/tenant is not acme",
    change: set("Namespace", "tenant-acme", ["metadata", "labels", "tenantry.dev/tenant"], undefined),
  },
  {
    what: "a host more in the parameters",
    reason: "annotation tenantry.dev/hosts is not the plan's",
    change: set(
      "Namespace",
      "tenant-acme",
      ["metadata", "annotations", "tenantry.dev/hosts"],
      "acme.test.example,globex.test.example",
    ),
  },
  {
    what: "a kind that the plan does not make",
    reason: "is of a kind that the plan does not make",
    change: add({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "ReferenceGrant",
      metadata: { name: "all", namespace: "tenant-acme" },
    }),
  },
];
