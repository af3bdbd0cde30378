import { exceptFor, parseCidr } from "../cidr.ts";
import type { NetworkPlan, PodPeer, PortPlan, RoutePlan } from "../model.ts";
import { clusterPolicyName, namespaceName, tlsSecretName } from "../names.ts";
import type { EnvironmentSpec, TenantSpec } from "../schema.ts";
import type { Environment } from "./environment.ts";

type WrittenPort = TenantSpec["egress"][number]["ports"][number];

/** Everything that may cross the border of a tenant's namespace, from its own record alone. */
export function planNetwork({ spec: environment, closed }: Environment, spec: TenantSpec): NetworkPlan {
  const { cluster, gateway, monitoring } = environment;
  return {
    dns: podPeer(cluster.dns),
    edge:
      gateway === undefined
        ? null
        : { namespace: gateway.dataPlaneNamespace ?? gateway.namespace, podLabels: gateway.podLabels },
    monitoring: monitoring === undefined ? null : podPeer(monitoring),
    sharedServices: environment.sharedServices.map((service) => ({
      name: service.name,
      ...podPeer(service),
      ports: service.ports.map(portPlan),
    })),
    egress: spec.egress.map(({ cidr, ports }) => {
      const range = parseCidr(cidr);
      return { cidr, except: range === null ? [] : exceptFor(range, closed), ports: ports.map(portPlan) };
    }),
    peers: spec.peers.map(({ tenant, ports }) => ({
      tenant,
      namespace: namespaceName(tenant),
      egressPorts: sortedPorts(ports),
      ingressPorts: sortedPorts(ports),
    })),
    clusterPolicy:
      cluster.clusterNetworkPolicies === undefined
        ? null
        : {
            name: clusterPolicyName(namespaceName(spec.id)),
            priority: cluster.clusterNetworkPolicies.priority,
          },
  };
}

/** The tenant's own host, made of its id and the environment's zone. */
export function defaultHost(environment: EnvironmentSpec, id: string): string {
  return `${id}.${environment.domain}`;
}

/** Name of the Gateway's shared listener: what a route attaches to where tenants have no listeners of their own. */
export function sharedListenerName({ listener, tlsSecret }: NonNullable<EnvironmentSpec["gateway"]>): string {
  return listener ?? (tlsSecret === undefined ? "http" : "https");
}

/** Edge of a tenant; `null` when suspended or where the environment has no gateway. */
export function planRoute(environment: EnvironmentSpec, spec: TenantSpec): RoutePlan | null {
  const { gateway } = environment;
  if (gateway === undefined || spec.status === "suspended") return null;
  const issuer = gateway.listenerSets ? (gateway.issuer ?? null) : null;
  // A listener of the tenant's own ends TLS with a certificate of the issuer; else the shared listener ends it or nobody does.
  const secure = gateway.listenerSets ? issuer !== null : gateway.tlsSecret !== undefined;
  return {
    gateway: {
      name: gateway.name,
      namespace: gateway.namespace,
      listener: sharedListenerName(gateway),
    },
    listenerSet: gateway.listenerSets,
    issuer,
    hosts: [defaultHost(environment, spec.id), ...spec.domains].map((host) => ({
      host,
      tlsSecret: issuer === null ? null : tlsSecretName(host),
      url: `${secure ? "https" : "http"}://${host}`,
    })),
  };
}

/** Ports without repetition, ascending: two records agree when these are equal. */
export function sortedPorts(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)].sort((left, right) => left - right);
}

function podPeer(peer: {
  readonly namespace: string;
  readonly podLabels?: Record<string, string> | undefined;
}): PodPeer {
  return { namespace: peer.namespace, podLabels: peer.podLabels ?? {} };
}

function portPlan(port: WrittenPort): PortPlan {
  return typeof port === "number" ? { protocol: "TCP", port } : { protocol: port.protocol, port: port.port };
}
