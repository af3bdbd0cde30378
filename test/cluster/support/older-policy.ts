import type { Rendered } from "../../support/rendered.ts";

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly protocols?: readonly { readonly tcp: { readonly destinationPort: { readonly number: number } } }[];
}

interface Peer {
  readonly networks?: readonly string[];
}

interface Spec {
  readonly subject: unknown;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/**
 * A ClusterNetworkPolicy in the Admin tier as the kind that it has replaced, which means the same and which engines know. Ports are
 * written otherwise, and an action that we never use has another name. IPv6 is left out, which the engine cannot read.
 *
 * @param priority A number of its own: the older kind allows no two policies the same, also where they are about other pods.
 */
export function asAdminNetworkPolicy({ metadata, spec }: Rendered, priority: number): Rendered {
  const { subject, ingress, egress } = spec as Spec;
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha1",
    kind: "AdminNetworkPolicy",
    metadata,
    spec: { priority, subject, ingress: ingress.map(older), egress: egress.map(older) },
  };
}

function older({ protocols, to, ...rule }: Rule): Rendered {
  const ports = protocols?.map(({ tcp }) => ({ portNumber: { protocol: "TCP", port: tcp.destinationPort.number } }));
  return {
    ...rule,
    ...(to === undefined ? {} : { to: to.map(withoutIpv6) }),
    ...(ports === undefined ? {} : { ports }),
  };
}

function withoutIpv6(peer: Peer): Peer {
  return peer.networks === undefined ? peer : { networks: peer.networks.filter((network) => !network.includes(":")) };
}
