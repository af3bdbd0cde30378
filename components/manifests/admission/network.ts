import type { Guardrail } from "./policy.ts";

const peersWithin = (direction: "ingress" | "egress", peers: "from" | "to"): string =>
  `!has(object.spec.${direction}) || object.spec.${direction}.all(rule, has(rule.${peers}) && size(rule.${peers}) > 0 && rule.${peers}.all(peer, has(peer.podSelector) && !has(peer.namespaceSelector) && !has(peer.ipBlock)))`;

/** NetworkPolicies only ever add. One that a tenant writes may add nothing beyond its own namespace. */
export const networkPolicies: Guardrail = {
  name: "network-policies",
  stops: "Undoing default-deny with a policy that allows more (capsule#649, PR#793).",
  rules: [{ groups: ["networking.k8s.io"], resources: ["networkpolicies"], operations: ["CREATE", "UPDATE"] }],
  audience: "tenants",
  validations: [
    {
      expression: peersWithin("ingress", "from"),
      message:
        "every ingress rule needs `from` with podSelector alone: traffic from other namespaces and addresses is opened in the tenant's record",
    },
    {
      expression: peersWithin("egress", "to"),
      message:
        "every egress rule needs `to` with podSelector alone: traffic to other namespaces and addresses is opened in the tenant's record",
    },
  ],
};

/** Services stay inside the cluster. */
export const services: Guardrail = {
  name: "services",
  stops: "Taking over addresses or leaving the cluster by a Service (CVE-2020-8554).",
  rules: [{ groups: [""], resources: ["services"], operations: ["CREATE", "UPDATE"] }],
  audience: "tenants",
  validations: [
    {
      expression: "!has(object.spec.type) || object.spec.type == 'ClusterIP'",
      message:
        "only type ClusterIP: NodePort, LoadBalancer and ExternalName leave the namespace; hosts are declared in the tenant's record",
    },
    {
      expression: "!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0",
      message: "externalIPs can take over anybody's address (CVE-2020-8554); hosts are declared in the tenant's record",
    },
    {
      expression:
        "(!has(object.spec.loadBalancerIP) || object.spec.loadBalancerIP == '') && !has(object.spec.loadBalancerClass) && (!has(object.spec.externalName) || object.spec.externalName == '')",
      message: "no loadBalancerIP, loadBalancerClass or externalName",
    },
  ],
};

/** The status of a Service holds the addresses of its load balancer, which nodes trust. */
export const serviceStatus: Guardrail = {
  name: "service-status",
  stops: "Taking over addresses by the status of a Service (CVE-2020-8554).",
  rules: [{ groups: [""], resources: ["services/status"], operations: ["UPDATE"] }],
  audience: "tenants",
  validations: [{ expression: "false", message: "the status of a Service is written by the cluster only" }],
};

/** Where a Service leads is decided by its selector. */
export const endpoints: Guardrail = {
  name: "endpoints",
  stops:
    "Leading a Service to pods of others, to nodes or to metadata addresses by hand-written endpoints (k/k#103675).",
  rules: [
    { groups: [""], resources: ["endpoints"], operations: ["CREATE", "UPDATE", "DELETE"] },
    { groups: ["discovery.k8s.io"], resources: ["endpointslices"], operations: ["CREATE", "UPDATE", "DELETE"] },
  ],
  audience: "tenants",
  validations: [
    { expression: "false", message: "endpoints are written by the cluster only; give the Service a selector" },
  ],
};
