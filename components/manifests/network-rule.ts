/**
 * NetworkPolicy rules that cannot say more than they mean. In Kubernetes an absent or empty `from`, `to` or `ports` means
 * "everything", so here each list has at least one member by type, every peer names its namespace, and "all ports" has to be
 * written out.
 */
import type { types } from "@pulumi/kubernetes";

import type { PodPeer, PortPlan } from "../../tenants/model.ts";
import { namespaceNameLabel } from "../../tenants/names.ts";
import { nonEmpty, type NonEmpty } from "./kubernetes.ts";

/** Addresses outside the cluster. */
export interface AddressPeer {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** Who may be talked to, and on which ports. */
export interface TrafficRule<Peer> {
  readonly peers: NonEmpty<Peer>;
  readonly ports: NonEmpty<PortPlan> | "all";
}

/** The rule, or `null` when a list is empty: nothing declared is nothing opened. */
export function trafficRule<Peer>(peers: readonly Peer[], ports: readonly PortPlan[]): TrafficRule<Peer> | null {
  const somePeers = nonEmpty(peers);
  const somePorts = nonEmpty(ports);
  return somePeers === null || somePorts === null ? null : { peers: somePeers, ports: somePorts };
}

/** TCP ports by number. */
export function tcpPorts(numbers: readonly number[]): readonly PortPlan[] {
  return numbers.map((port) => ({ protocol: "TCP", port }));
}

/**
 * Selects by the one namespace label that no tenant can spoof, always together with the pods in the same entry: as two entries they
 * would mean "either", and pod labels alone are anybody's to set.
 */
function podPeer(peer: PodPeer): types.input.networking.v1.NetworkPolicyPeer {
  const everyPod = Object.keys(peer.podLabels).length === 0;
  return {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: peer.namespace } },
    podSelector: everyPod ? {} : { matchLabels: { ...peer.podLabels } },
  };
}

function peerManifest(peer: PodPeer | AddressPeer): types.input.networking.v1.NetworkPolicyPeer {
  if (!("cidr" in peer)) return podPeer(peer);
  const except = nonEmpty(peer.except);
  return { ipBlock: except === null ? { cidr: peer.cidr } : { cidr: peer.cidr, except: [...except] } };
}

function portsOf(rule: TrafficRule<unknown>): { ports?: { protocol: string; port: number }[] } {
  if (rule.ports === "all") return {};
  return { ports: rule.ports.map(({ protocol, port }) => ({ protocol, port })) };
}

/** Traffic that may come in. There is no way to write an address: requests from outside come through the edge. */
export function ingressRule(rule: TrafficRule<PodPeer>): types.input.networking.v1.NetworkPolicyIngressRule {
  return { from: rule.peers.map(peerManifest), ...portsOf(rule) };
}

/** Traffic that may go out. */
export function egressRule(
  rule: TrafficRule<PodPeer | AddressPeer>,
): types.input.networking.v1.NetworkPolicyEgressRule {
  return { to: rule.peers.map(peerManifest), ...portsOf(rule) };
}
