import { find, step, set, push, drop, type Breaks } from "./change.ts";

const policy = "NetworkPolicy";

/** Plane network. */
export const network: Breaks = [
  {
    what: "default-deny dropped",
    reason: "no policy denies both directions to all pods",
    change: drop(policy, "default-deny"),
  },
  {
    what: "default-deny for some pods",
    reason: "no policy denies both directions to all pods",
    change: set(policy, "default-deny", ["spec", "podSelector"], { matchLabels: { app: "x" } }),
  },
  {
    what: "default-deny without egress",
    reason: "no policy denies both directions to all pods",
    change: set(policy, "default-deny", ["spec", "policyTypes"], ["Ingress"]),
  },
  {
    what: "default-deny with an empty rule",
    reason: "a rule of ingress names nobody, which is everybody",
    change: set(policy, "default-deny", ["spec", "ingress"], [{}]),
  },
  {
    what: "namespaceSelector: {}",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {}),
  },
  {
    what: "namespaceSelector by a label that may be had by others",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {
      matchLabels: { team: "dns" },
    }),
  },
  {
    what: "namespaceSelector by expressions",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {
      matchExpressions: [{ key: "x", operator: "DoesNotExist" }],
    }),
  },
  {
    what: "podSelector without namespace",
    reason: "selects pods without naming their namespace",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], undefined),
  },
  {
    what: "namespace without podSelector",
    reason: "selects all of kube-system, or pods by more than equality",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "podSelector"], undefined),
  },
  {
    what: "a rule without peers",
    reason: "a rule of egress names nobody, which is everybody",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to"], undefined),
  },
  {
    what: "DNS on every port",
    reason: "opens egress of pods in kube-system that the plan does not open so",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "ports"], undefined),
  },
  {
    what: "a range of ports",
    reason: "opens egress of pods in kube-system that the plan does not open so",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "ports", 0, "endPort"], 6443),
  },
  {
    what: "a neighbour in the same-namespace rule",
    reason: "opens ingress of pods in tenant-initech that the plan does not open so",
    change: set(
      policy,
      "allow-same-namespace",
      ["spec", "ingress", 0, "from", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"],
      "tenant-initech",
    ),
  },
  {
    what: "a peer on more ports",
    reason: "opens egress of pods in tenant-globex that the plan does not open so",
    change: push(policy, "allow-peers", ["spec", "egress", 0, "ports"], { protocol: "TCP", port: 22 }),
  },
  {
    what: "a peer with all its pods",
    reason: "opens egress of pods in tenant-globex that the plan does not open so",
    change: set(policy, "allow-peers", ["spec", "egress", 0, "to", 0, "podSelector"], {}),
  },
  {
    what: "a peer for all of one's own pods",
    reason: "opens ingress of pods in tenant-globex that the plan does not open so",
    change: set(policy, "allow-peers", ["spec", "podSelector"], {}),
  },
  {
    what: "missing except of 169.254.0.0/16",
    reason: /^opens 0\.0\.0\.0\/0 without the exception 169\.254\.0\.0\/16/,
    change: (objects) => {
      const block = ["spec", "egress", 0, "to", 0, "ipBlock"].reduce<unknown>(
        step,
        find(objects, policy, "allow-egress"),
      ) as { except: string[] };
      block.except = block.except.filter((range) => range !== "169.254.0.0/16");
    },
  },
  {
    what: "except dropped",
    reason: /^opens 0\.0\.0\.0\/0 without the exception/,
    change: set(policy, "allow-egress", ["spec", "egress", 0, "to", 0, "ipBlock", "except"], undefined),
  },
  {
    what: "a range that nobody declared",
    reason: "opens 203.0.113.0/24 on ports that nobody declared",
    change: push(policy, "allow-egress", ["spec", "egress", 0, "to"], { ipBlock: { cidr: "203.0.113.0/24" } }),
  },
  {
    what: "declared range on every port",
    reason: "opens 0.0.0.0/0 on ports that nobody declared",
    change: set(policy, "allow-egress", ["spec", "egress", 0, "ports"], undefined),
  },
  {
    what: "addresses let in",
    reason: "lets addresses in",
    change: push(policy, "allow-same-namespace", ["spec", "ingress", 0, "from"], {
      ipBlock: { cidr: "203.0.113.0/24" },
    }),
  },
  {
    what: "rules that policyTypes leave out",
    reason: "has rules of egress that its policyTypes leave out",
    change: set(policy, "allow-dns", ["spec", "policyTypes"], ["Ingress"]),
  },
];
