import { apiPort, nodePorts, podRange, worldLink, worldPorts } from "./layout.ts";
import type { NodeLink } from "./state.ts";

/** Name of the table that keeps the link to the machine to what it is for. */
export const linkTable = "tenantry_link";

/** The machine has no route to pods, so what they send it has to come from the node. */
const masquerade = `
add table ip tenantry
delete table ip tenantry
table ip tenantry {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${podRange} oifname "machine" masquerade
  }
}`;

/**
 * What may use the link to the machine. Without this, a pod that no policy binds reaches every program of the machine that
 * listens on all of its addresses.
 *
 * - From the node and from its pods: new connections to the relay, which leads to the API server, and answers. The family is
 *   `inet`, so the link-local addresses by which the machine could be asked in IPv6 are closed as well.
 * - From the machine: new connections to what the API server and the health checks ask, from the machine's own address. Who
 *   only passes through the machine, because it forwards packets for others, comes neither to the node nor to a pod.
 *
 * The rules are the node's: a pod on the host's network with NET_ADMIN or NET_RAW, which the tenants' Pod Security forbids,
 * is the node itself and could undo or go around them.
 */
function linkOnly({ host }: NodeLink): string {
  const outward = `
    oifname "machine" ct state established,related accept
    oifname "machine" ip daddr ${host} tcp dport ${apiPort} accept
    oifname "machine" counter drop`;
  return `
add table inet ${linkTable}
delete table inet ${linkTable}
table inet ${linkTable} {
  chain output {
    type filter hook output priority filter; policy accept;${outward}
  }
  chain forward {
    type filter hook forward priority filter; policy accept;${outward}
    iifname "machine" ct state established,related accept
    iifname "machine" counter drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname "machine" ct state established,related accept
    iifname "machine" ip saddr ${host} tcp dport { ${Object.values(nodePorts).join(", ")} } accept
    iifname "machine" counter drop
  }
}`;
}

/** Every rule of our own in the node's network namespace. Loaded again, they replace those of before in one step. */
export function nodeRules(link: NodeLink): string {
  return `${masquerade}${linkOnly(link)}`;
}

/** Whatever address and port a packet from the node is for, it has arrived: one web server and one echo stand for all. */
export const worldRules = `
table ip tenantry {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "node" ip daddr != ${worldLink.world} meta l4proto tcp dnat to ${worldLink.world}:${worldPorts.http}
    iifname "node" ip daddr != ${worldLink.world} meta l4proto udp dnat to ${worldLink.world}:${worldPorts.echo}
  }
}`;
