import type { EnvironmentPlan } from "../../tenants/model.ts";
import { labelKeys } from "../../tenants/names.ts";
import { managedBy } from "../manifests/metadata.ts";
import {
  at,
  Faults,
  hasAt,
  type Json,
  listAt,
  type ManifestFault,
  ofKind,
  same,
  textAt,
  type TenantCheck,
} from "./reader.ts";

const onlyHttpRoutes = [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute" }];

/** Routes, listeners and certificates name the tenant's hosts, and Services stay inside the cluster. */
export const edgeFaults: TenantCheck = ({ plan, tenant, objects }) => {
  const faults = new Faults("names");
  const hosts = new Set(tenant.guardrails.hosts);
  const gateway = { name: plan.platform.gateway?.name, namespace: plan.platform.gateway?.namespace };
  const needHosts = (object: Json, names: readonly unknown[], what: string): void => {
    faults.need(names.length > 0, object, `has no ${what}, which takes every host`);
    for (const name of names) {
      faults.need(
        typeof name === "string" && hosts.has(name),
        object,
        `names ${String(name)}, which is not the tenant's`,
      );
    }
  };
  for (const route of ofKind(objects, "HTTPRoute")) {
    needHosts(route, listAt(route, "spec", "hostnames"), "hostnames");
    for (const parent of listAt(route, "spec", "parentRefs")) {
      const own = textAt(parent, "kind") === "ListenerSet" && !hasAt(parent, "namespace");
      faults.need(own || isGateway(parent), route, "attaches to what is neither the tenant's nor the shared Gateway");
    }
    const backends = listAt(route, "spec", "rules").flatMap((rule) => listAt(rule, "backendRefs"));
    faults.need(!backends.some((backend) => hasAt(backend, "namespace")), route, "leads into another namespace");
  }
  for (const set of ofKind(objects, "ListenerSet")) {
    const listeners = listAt(set, "spec", "listeners");
    needHosts(
      set,
      listeners.map((listener) => at(listener, "hostname")),
      "listeners",
    );
    faults.need(isGateway(at(set, "spec", "parentRef")), set, "attaches to another Gateway");
    for (const listener of listeners) {
      faults.need(
        textAt(listener, "allowedRoutes", "namespaces", "from") === "Same",
        set,
        "takes routes of other namespaces",
      );
      faults.need(same(listAt(listener, "allowedRoutes", "kinds"), onlyHttpRoutes), set, "takes other kinds of routes");
      const references = listAt(listener, "tls", "certificateRefs");
      faults.need(!references.some((reference) => hasAt(reference, "namespace")), set, "uses a foreign certificate");
    }
  }
  for (const certificate of ofKind(objects, "Certificate")) {
    needHosts(certificate, listAt(certificate, "spec", "dnsNames"), "dnsNames");
  }
  for (const service of ofKind(objects, "Service")) {
    const { spec } = service;
    faults.need(
      textAt(spec, "type") === "ClusterIP" || at(spec, "clusterIP") === "None",
      service,
      "leaves the cluster",
    );
    const ways = ["externalIPs", "loadBalancerIP", "loadBalancerClass", "externalName"];
    for (const way of ways) faults.need(!hasAt(spec, way), service, `has ${way}`);
    faults.need(
      Object.keys(at(spec, "selector") ?? {}).length > 0,
      service,
      "has no selector, so anybody says where it leads",
    );
  }
  return faults.list;

  function isGateway(reference: unknown): boolean {
    return (
      textAt(reference, "kind") === "Gateway" &&
      textAt(reference, "name") === gateway.name &&
      textAt(reference, "namespace") === gateway.namespace
    );
  }
};

const tenantNamespaces = {
  matchLabels: { [labelKeys.managedBy]: managedBy },
  matchExpressions: [{ key: labelKeys.tenant, operator: "Exists" }],
};

/** The shared Gateway takes what tenants' namespaces attach, and nothing else. */
export function gatewayFaults({ platform }: EnvironmentPlan, objects: readonly Json[]): readonly ManifestFault[] {
  const faults = new Faults("names");
  const closed = (namespaces: unknown, nobody: "Same" | "None"): boolean =>
    platform.gateway?.listenerSets === (nobody === "Same")
      ? same(namespaces, { from: nobody })
      : same(namespaces, { from: "Selector", selector: tenantNamespaces });
  for (const gateway of ofKind(objects, "Gateway")) {
    for (const listener of listAt(gateway, "spec", "listeners")) {
      const reason = "a listener takes routes of namespaces that it should not";
      faults.need(closed(at(listener, "allowedRoutes", "namespaces"), "Same"), gateway, reason);
      faults.need(
        same(listAt(listener, "allowedRoutes", "kinds"), onlyHttpRoutes),
        gateway,
        "takes other kinds of routes",
      );
      faults.need(
        textAt(listener, "hostname") === `*.${platform.gateway?.domain ?? ""}`,
        gateway,
        "listens to other hosts",
      );
    }
    const reason = "takes listeners of namespaces that it should not";
    faults.need(closed(at(gateway, "spec", "allowedListeners", "namespaces"), "None"), gateway, reason);
  }
  return faults.list;
}
