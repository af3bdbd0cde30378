/** The part of a plan that crosses the namespace's border: traffic, and the edge. */
import type { TenantId } from "../model.ts";

/**
 * Pods in another namespace, always selected by namespace name *and* pod labels in one entry: as two entries of a NetworkPolicy's
 * list they would mean "either", and labels alone are anybody's to set.
 */
export interface PodPeer {
  /** Value of `kubernetes.io/metadata.name`, the one namespace label that the API server itself owns. */
  readonly namespace: string;
  /** Empty selects every pod of that one namespace. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** A transport port. */
export interface PortPlan {
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

/** Declared traffic to addresses outside the cluster. */
export interface EgressPlan {
  readonly cidr: string;
  /** Ranges inside `cidr` that stay closed: metadata and private addresses. */
  readonly except: readonly string[];
  readonly ports: readonly PortPlan[];
}

/** A platform service that every tenant may call, such as the model server. */
export interface SharedServicePlan extends PodPeer {
  readonly name: string;
  readonly ports: readonly PortPlan[];
}

/**
 * What one record says about another tenant's runtime. Opens only when the other record says the same: each side's policies come from
 * its own record alone, and the rules of the fleet refuse an entry that the other side does not answer.
 */
export interface TenantPeerPlan {
  readonly tenant: TenantId;
  readonly namespace: string;
  /** Ports of the other tenant's runtime that this one may call. */
  readonly egressPorts: readonly number[];
  /** Ports of this tenant's runtime that the other one may call. */
  readonly ingressPorts: readonly number[];
}

/**
 * The ClusterNetworkPolicy of a tenant: in the Admin tier, before any NetworkPolicy, it denies what no consented opening of `peers`
 * lets through between this tenant and every other.
 */
export interface ClusterPolicyPlan {
  /** Made of the namespace's name alone, because the object has no namespace. */
  readonly name: string;
  /** 0 to 1000, the lowest first. Policies of tenants share it: no two of them are about the same pods. */
  readonly priority: number;
}

/** Everything that may cross the namespace's border; all else is denied in both directions. */
export interface NetworkPlan {
  readonly dns: PodPeer;
  /** Where requests from outside arrive from (the Gateway's data plane); `null` where the environment has no gateway. */
  readonly edge: PodPeer | null;
  /** Where metrics are scraped from; `null` where the environment has no monitoring. */
  readonly monitoring: PodPeer | null;
  readonly sharedServices: readonly SharedServicePlan[];
  readonly egress: readonly EgressPlan[];
  readonly peers: readonly TenantPeerPlan[];
  /** A second deny between tenants, independent of NetworkPolicy; `null` where the cluster does not serve it. */
  readonly clusterPolicy: ClusterPolicyPlan | null;
}

/** How requests for one host reach the tenant. */
export interface HostPlan {
  /** Exact host name, lower case, never a wildcard. */
  readonly host: string;
  /** Name of the TLS Secret in the tenant's namespace; `null` where the shared listener ends TLS, or nobody does. */
  readonly tlsSecret: string | null;
  /** Where people find the host, without a final slash: https where its own listener or the shared one ends TLS, http elsewhere. */
  readonly url: string;
}

/** Edge of a tenant: `/` goes to the dashboard, `/api` to the runtime, for these hosts only. */
export interface RoutePlan {
  readonly gateway: { readonly name: string; readonly namespace: string; readonly listener: string };
  /** A ListenerSet of the tenant's own carries the listeners; otherwise the Gateway's shared listener does. */
  readonly listenerSet: boolean;
  /** cert-manager issuer that signs the tenant's certificates; `null` where the environment has no cert-manager. */
  readonly issuer: { readonly kind: "ClusterIssuer" | "Issuer"; readonly name: string } | null;
  readonly hosts: readonly HostPlan[];
}
