import { listenerPorts } from "../gateway-api.ts";
import { onlyPlainAnnotations } from "./annotations.ts";
import { listParameter } from "./parameters.ts";
import type { Guardrail, ResourceRule } from "./policy.ts";

const write = ["CREATE", "UPDATE"] as const;
const gatewayGroups = ["gateway.networking.k8s.io", "gateway.networking.x-k8s.io"];
const remedy = "only hosts of the tenant's record, each written out; add it to `domains` there";

const routesWithHosts: ResourceRule = {
  groups: gatewayGroups,
  resources: ["httproutes", "grpcroutes", "tlsroutes"],
  operations: write,
};

/** Routes name hosts, and only the tenant's. */
export const routeHosts: Guardrail = {
  name: "route-hosts",
  stops: "Taking over somebody's host by a route, or every host by a route without one (gateway-api#4219).",
  rules: [routesWithHosts],
  audience: "tenants",
  variables: [listParameter("hosts")],
  validations: [
    {
      expression:
        "has(object.spec.hostnames) && size(object.spec.hostnames) > 0 && object.spec.hostnames.all(host, host in variables.hosts)",
      message: `hostnames: ${remedy}`,
    },
    {
      expression:
        "!has(object.spec.rules) || object.spec.rules.all(rule, !has(rule.backendRefs) || rule.backendRefs.all(backend, !has(backend.namespace) || backend.namespace == request.namespace))",
      message: "backendRefs: only Services of the route's own namespace",
    },
  ],
};

/** Routes that know no host would catch what is meant for others. */
export const hostlessRoutes: Guardrail = {
  name: "hostless-routes",
  stops: "Passing the checks on hosts by a kind of route that has none (gateway-api#4219).",
  rules: [{ groups: gatewayGroups, resources: ["tcproutes", "udproutes"], operations: write }],
  audience: "tenants",
  validations: [{ expression: "false", message: "routes without hosts are not offered; use an HTTPRoute" }],
};

const listenerPairs = Object.entries(listenerPorts)
  .map(([protocol, port]) => `(listener.protocol == '${protocol}' && listener.port == ${port})`)
  .join(" || ");

/** Listeners name hosts, only the tenant's, and take routes of the tenant's namespace only. */
export const listenerHosts: Guardrail = {
  name: "listener-hosts",
  stops: "Opening a listener for somebody's host, for routes of other namespaces, or on a port of its own of the edge.",
  rules: [{ groups: gatewayGroups, resources: ["listenersets", "xlistenersets", "gateways"], operations: write }],
  audience: "tenants",
  variables: [listParameter("hosts")],
  validations: [
    {
      expression: "object.spec.listeners.all(listener, has(listener.hostname) && listener.hostname in variables.hosts)",
      message: `hostname: ${remedy}`,
    },
    {
      expression:
        "object.spec.listeners.all(listener, !has(listener.allowedRoutes) || !has(listener.allowedRoutes.namespaces) || !has(listener.allowedRoutes.namespaces.from) || listener.allowedRoutes.namespaces.from == 'Same')",
      message: "allowedRoutes: only routes of the same namespace",
    },
    {
      // The edge is everybody's: each further port is one more that its load balancer opens, for all tenants.
      expression: `object.spec.listeners.all(listener, has(listener.port) && (${listenerPairs}))`,
      message: `port and protocol: only ${Object.entries(listenerPorts)
        .map(([protocol, port]) => `${protocol} on ${port}`)
        .join(" and ")}`,
    },
  ],
};

/** The older way to claim a host. */
export const ingressHosts: Guardrail = {
  name: "ingress-hosts",
  stops: "Taking over somebody's host by an Ingress, or running code in its controller (CVE-2025-1974).",
  rules: [{ groups: ["networking.k8s.io", "extensions"], resources: ["ingresses"], operations: write }],
  audience: "tenants",
  variables: [listParameter("hosts")],
  validations: [
    {
      expression:
        "has(object.spec.rules) && size(object.spec.rules) > 0 && object.spec.rules.all(rule, has(rule.host) && rule.host in variables.hosts)",
      message: `host: ${remedy}`,
    },
    {
      expression: "!has(object.spec.defaultBackend)",
      message: "defaultBackend would catch every host; write a rule for each host",
    },
    {
      expression:
        "!has(object.spec.tls) || object.spec.tls.all(tls, has(tls.hosts) && tls.hosts.all(host, host in variables.hosts))",
      message: `tls.hosts: ${remedy}`,
    },
  ],
};

/** Annotations by which controllers of the platform take orders: names in DNS, snippets of configuration, load balancers. */
export const edgeAnnotations: Guardrail = {
  name: "edge-annotations",
  stops:
    "Giving orders to the platform's controllers by annotations (CVE-2025-1974, external-dns hosts on any Service).",
  rules: [
    { groups: [""], resources: ["services"], operations: write },
    { groups: ["networking.k8s.io", "extensions"], resources: ["ingresses"], operations: write },
    {
      groups: gatewayGroups,
      resources: ["httproutes", "grpcroutes", "tlsroutes", "listenersets", "xlistenersets"],
      operations: write,
    },
  ],
  audience: "tenants",
  validations: [
    {
      expression: onlyPlainAnnotations,
      message:
        "annotations with a prefix are orders to controllers and are not taken from tenants; use plain keys without a slash",
    },
  ],
};

/** A grant would let routes of other namespaces lead here, and is how consent is given without the record. */
export const referenceGrants: Guardrail = {
  name: "reference-grants",
  stops: "Opening a namespace to routes of others behind the back of the list.",
  rules: [{ groups: gatewayGroups, resources: ["referencegrants"], operations: write }],
  audience: "tenants",
  validations: [
    { expression: "false", message: "openings between tenants are written in both records, under `peers`" },
  ],
};
