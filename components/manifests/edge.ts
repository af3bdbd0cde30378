import type { HostPlan, RoutePlan, TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import {
  certificateApiVersion,
  type CertificateManifest,
  gatewayApiGroup,
  gatewayApiVersion,
  type HttpRouteManifest,
  type HttpRouteRule,
  type Listener,
  listenerPorts,
  type ListenerSetManifest,
  type RouteParent,
} from "./gateway-api.ts";
import { type Input, nonEmpty, type NonEmpty } from "./kubernetes.ts";
import { objectMetadata, tenantLabels } from "./metadata.ts";

/** Gateway API's bound on host names per route (`HTTPRouteSpec.hostnames`, maxItems). */
export const maximumHostsPerRoute = 16;

/** One listener per host, in the tenant's own namespace: nobody else's route can attach to it, and it takes no other host. */
function listener({ host, tlsSecret }: HostPlan): Listener {
  const base = {
    name: host,
    hostname: host,
    allowedRoutes: {
      namespaces: { from: "Same" },
      kinds: [{ group: gatewayApiGroup, kind: "HTTPRoute" }],
    },
  } as const;
  if (tlsSecret === null) return { ...base, port: listenerPorts.HTTP, protocol: "HTTP" };
  const tls = { mode: "Terminate", certificateRefs: [{ kind: "Secret", name: tlsSecret }] } as const;
  return { ...base, port: listenerPorts.HTTPS, protocol: "HTTPS", tls };
}

/** The tenant's listeners on the environment's Gateway; `null` where the Gateway's shared listener serves its hosts. */
export function buildListenerSet(
  plan: TenantPlan,
  route: RoutePlan,
  namespace: Input<string>,
): ListenerSetManifest | null {
  const hosts = nonEmpty(route.hosts);
  if (!route.listenerSet || hosts === null) return null;
  const [first, ...rest] = hosts;
  return {
    apiVersion: gatewayApiVersion,
    kind: "ListenerSet",
    metadata: objectMetadata(objectNames.listeners, namespace, tenantLabels(plan)),
    spec: {
      parentRef: {
        group: gatewayApiGroup,
        kind: "Gateway",
        name: route.gateway.name,
        namespace: route.gateway.namespace,
      },
      listeners: [listener(first), ...rest.map(listener)],
    },
  };
}

/** A certificate with the name of its Secret, which is also its place in Pulumi's state. */
export interface NamedCertificate {
  readonly secretName: string;
  readonly manifest: CertificateManifest;
}

/**
 * One certificate per TLS Secret. Hosts that share a Secret share its certificate; where each host has its own, a domain whose
 * DNS is not set up yet does not hold up the others.
 */
export function buildCertificates(plan: TenantPlan, route: RoutePlan, namespace: Input<string>): NamedCertificate[] {
  const { issuer } = route;
  if (issuer === null) return [];
  const hostsBySecret = new Map<string, NonEmpty<string>>();
  for (const { host, tlsSecret } of route.hosts) {
    if (tlsSecret === null) continue;
    const earlier = hostsBySecret.get(tlsSecret);
    hostsBySecret.set(tlsSecret, earlier === undefined ? [host] : [...earlier, host]);
  }
  return [...hostsBySecret].map(([secretName, dnsNames]) => ({
    secretName,
    manifest: {
      apiVersion: certificateApiVersion,
      kind: "Certificate",
      metadata: objectMetadata(secretName, namespace, tenantLabels(plan)),
      spec: {
        secretName,
        dnsNames,
        issuerRef: { group: "cert-manager.io", kind: issuer.kind, name: issuer.name },
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        usages: ["digital signature", "server auth"],
      },
    },
  }));
}

function routeParent(route: RoutePlan): RouteParent {
  if (route.listenerSet) return { group: gatewayApiGroup, kind: "ListenerSet", name: objectNames.listeners };
  const { name, namespace, listener: sectionName } = route.gateway;
  return { group: gatewayApiGroup, kind: "Gateway", name, namespace, sectionName };
}

function pathRule(prefix: string, service: string, port: number): HttpRouteRule {
  return {
    matches: [{ path: { type: "PathPrefix", value: prefix } }],
    backendRefs: [{ kind: "Service", name: service, port }],
  };
}

/** `/api` to the runtime, everything else to the dashboard, for the tenant's hosts and no other. */
export function buildRoute(plan: TenantPlan, route: RoutePlan, namespace: Input<string>): HttpRouteManifest | null {
  const hosts = nonEmpty(route.hosts.map(({ host }) => host));
  if (hosts === null) return null;
  if (hosts.length > maximumHostsPerRoute) {
    throw new Error(
      `tenant ${plan.id} has ${hosts.length} hosts; a route holds at most ${maximumHostsPerRoute}. Remove some domains.`,
    );
  }
  return {
    apiVersion: gatewayApiVersion,
    kind: "HTTPRoute",
    metadata: objectMetadata(objectNames.route, namespace, tenantLabels(plan)),
    spec: {
      parentRefs: [routeParent(route)],
      hostnames: hosts,
      rules: [
        pathRule("/api", objectNames.runtime, plan.runtime.port),
        pathRule("/", objectNames.dashboard, plan.dashboard.port),
      ],
    },
  };
}
