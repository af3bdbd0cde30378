/**
 * Annotations on a Node by which rooms that know nothing of each other agree on what it is. They stand here because this is
 * the one room that all others may import.
 */

/** On a node that kwok simulates. No packet flows there, and no container runs. A real node never has it. */
export const simulatedNodeAnnotation = "kwok.x-k8s.io/node";

/**
 * On a real node whose enforcer of network policies is a process beside the kubelet and not a DaemonSet; its value is the
 * enforcer's name. Whoever reads it may believe it of this one node only.
 *
 * No tenant can set it: owners have no right to anything outside of their namespaces, and Nodes are in none. The node's own
 * kubelet can: NodeRestriction guards labels and taints, and lets a kubelet write the annotations of its own Node. That does
 * not matter, for whoever is the kubelet is root where the enforcer runs and could as well end it. A kubelet that speaks for
 * another node would matter, and that NodeRestriction refuses.
 */
export const enforcerAnnotation = "tenantry.dev/network-policy-enforcer";
