import { set, push, type Breaks } from "./change.ts";

/** Plane names. */
export const names: Breaks = [
  {
    what: "a route with a foreign host",
    reason: "names globex.test.example, which is not the tenant's",
    change: push("HTTPRoute", "tenant", ["spec", "hostnames"], "globex.test.example"),
  },
  {
    what: "a route without hosts",
    reason: "has no hostnames, which takes every host",
    change: set("HTTPRoute", "tenant", ["spec", "hostnames"], undefined),
  },
  {
    what: "a route into another namespace",
    reason: "leads into another namespace",
    change: set("HTTPRoute", "tenant", ["spec", "rules", 0, "backendRefs", 0, "namespace"], "tenant-globex"),
  },
  {
    what: "a route on a neighbour's listeners",
    reason: "attaches to what is neither the tenant's nor the shared Gateway",
    change: set("HTTPRoute", "tenant", ["spec", "parentRefs", 0, "namespace"], "tenant-globex"),
  },
  {
    what: "listener allowedRoutes All",
    reason: "takes routes of other namespaces",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "allowedRoutes", "namespaces", "from"], "All"),
  },
  {
    what: "a listener without a host",
    reason: "names undefined, which is not the tenant's",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "hostname"], undefined),
  },
  {
    what: "a listener for other kinds",
    reason: "takes other kinds of routes",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "allowedRoutes", "kinds"], undefined),
  },
  {
    what: "a foreign certificate",
    reason: "uses a foreign certificate",
    change: set(
      "ListenerSet",
      "tenant",
      ["spec", "listeners", 0, "tls", "certificateRefs", 0, "namespace"],
      "tenant-globex",
    ),
  },
  {
    what: "a certificate for a foreign host",
    reason: "names globex.test.example, which is not the tenant's",
    change: push("Certificate", "tls-agents.acme.example", ["spec", "dnsNames"], "globex.test.example"),
  },
  {
    what: "the shared listener open to all",
    reason: "a listener takes routes of namespaces that it should not",
    change: set("Gateway", "edge", ["spec", "listeners", 0, "allowedRoutes", "namespaces"], { from: "All" }),
  },
  {
    what: "the Gateway open to all listeners",
    reason: "takes listeners of namespaces that it should not",
    change: set("Gateway", "edge", ["spec", "allowedListeners", "namespaces"], { from: "All" }),
  },
  {
    what: "a NodePort Service",
    reason: "leaves the cluster",
    change: set("Service", "runtime", ["spec", "type"], "NodePort"),
  },
  {
    what: "externalIPs",
    reason: "has externalIPs",
    change: set("Service", "runtime", ["spec", "externalIPs"], ["203.0.113.1"]),
  },
  {
    what: "a Service without a selector",
    reason: "has no selector, so anybody says where it leads",
    change: set("Service", "dashboard", ["spec", "selector"], undefined),
  },
];
