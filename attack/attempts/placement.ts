import { type Draft, guardrail, type JsonObject, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";
import { podRows, type Row } from "./pod-rows.ts";

/** Where pods run, from what, and as whom. */
export function placementDrafts(pair: Pair): readonly Draft[] {
  const { node, target } = pair;
  const placement = guardrail("placement");
  const nodes = {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }],
  };
  const near = (selects: JsonObject): JsonObject => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        labelSelector: { matchLabels: { "app.kubernetes.io/name": "runtime" } },
        topologyKey: "kubernetes.io/hostname",
        ...selects,
      },
    ],
  });
  const rows: readonly Row[] = [
    ["node-name", "a node of its choice", "karpenter-provider-aws#9467", "nodeName", node, placement],
    [
      "node-selector",
      "nodes of the control plane",
      "karpenter-provider-aws#9467",
      "nodeSelector",
      { "node-role.kubernetes.io/control-plane": "" },
      placement,
    ],
    [
      "toleration",
      "a toleration of every taint",
      "karpenter-provider-aws#9467",
      "tolerations",
      [{ operator: "Exists" }],
      placement,
    ],
    [
      "toleration-dedicated",
      "a toleration of dedicated nodes",
      "karpenter-provider-aws#9467",
      "tolerations",
      [{ key: "tenantry.dev/dedicated", operator: "Exists" }],
      placement,
    ],
    [
      "node-affinity",
      "a node by affinity",
      "karpenter-provider-aws#9467",
      "affinity",
      { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: nodes } },
      placement,
    ],
    [
      "beside-neighbour",
      "a place beside the neighbour",
      "karpenter-provider-aws#9467",
      "affinity",
      { podAffinity: near({ namespaces: [target.namespace] }) },
      placement,
    ],
    [
      "away-from-all",
      "a node that nobody else may use",
      "karpenter-provider-aws#9467",
      "affinity",
      { podAntiAffinity: near({ namespaceSelector: {} }) },
      placement,
    ],
    ["scheduler", "a scheduler of its own", "karpenter-provider-aws#9467", "schedulerName", "attack", placement],
    [
      "default-account",
      "the account that is nobody's",
      "tokens mounted by default",
      "serviceAccountName",
      "default",
      guardrail("pod-identity"),
    ],
  ];
  const orders: readonly (readonly [string, string, string, string])[] = [
    ["second-network", "a second network", "Multus", "k8s.v1.cni.cncf.io/networks"],
    ["device", "a device of the node", "CRI-O", "io.kubernetes.cri-o.Devices/main"],
    ["never-moved", "a node that is never emptied", "Karpenter", "karpenter.sh/do-not-disrupt"],
  ];
  const annotated: readonly Draft[] = orders.map(([id, what, source, key]) => ({
    id: `pod-${id}`,
    title: `a pod with ${what}, by an annotation`,
    source,
    twin: requests.post("owner", requests.pathOf("v1", pair.attacker.namespace, "pods"), objects.pod(pair)),
    change: { field: "body", at: "metadata.annotations", value: { [key]: "true" } },
    expected: guardrail("pod-annotations"),
  }));
  const cached: readonly Row[] =
    pair.attacker.guardrails.pulls === "any"
      ? []
      : [
          [
            "cached-image",
            "a neighbour's image from the node's cache",
            "AlwaysPullImages",
            "containers.0.imagePullPolicy",
            "Never",
            guardrail("images"),
          ],
        ];
  const foreign: readonly Row[] =
    pair.attacker.guardrails.registries === "any"
      ? []
      : [
          [
            "foreign-image",
            "an image from anywhere",
            "unknown images",
            "containers.0.image",
            `attack.invalid/image@sha256:${"a".repeat(64)}`,
            guardrail("images"),
          ],
        ];
  const classes: readonly Row[] = [
    [
      "system-priority",
      "the priority of the control plane",
      "capsule#257, k/k#65557",
      "priorityClassName",
      "system-node-critical",
      guardrail("classes"),
    ],
    [
      "foreign-priority",
      "a priority that is not the tenant's",
      "capsule#257",
      "priorityClassName",
      "attack-foreign",
      guardrail("classes"),
    ],
    [
      "foreign-sandbox",
      "a sandbox that is not the tenant's",
      "Pod Security Standards",
      "runtimeClassName",
      "attack-foreign",
      guardrail("classes"),
    ],
  ];
  // A digest is pulled by what it is; the rule on pulls is for tags alone.
  const pulls =
    pair.attacker.runtime.image.includes("@sha256:") && pair.attacker.guardrails.pulls === "always-for-tags"
      ? []
      : cached;
  return [
    ...annotated,
    ...podRows(pair, [...rows, ...pulls, ...foreign], "pod"),
    ...podRows(pair, [...rows, ...pulls, ...foreign, ...classes], "template"),
  ];
}
