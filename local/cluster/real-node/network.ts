import { existsSync } from "node:fs";

import { type NodeLayout, worldLink } from "./layout.ts";
import { nodeRules, worldRules } from "./rules.ts";
import { run, succeeds } from "./run.ts";
import type { NodeLink } from "./state.ts";

/** The path under which a network namespace is kept. */
export function namespacePath(name: string): string {
  return `/run/netns/${name}`;
}

/** The start of a command line that runs a program inside a network namespace, with the machine's mounts. */
export function inside(name: string): readonly string[] {
  // `ip netns exec` would give it a mount namespace of its own, out of which no mount of a pod could be seen.
  return [`--net=${namespacePath(name)}`, "--"];
}

/**
 * Makes the two network namespaces and their links where nothing is left of them. The node's has two ways: one to the machine, where
 * rules let it reach the relay to the API server and nothing else, and one to the world, which has no other. So no packet leaves the machine.
 */
export async function ensureNetwork(layout: NodeLayout, link: NodeLink): Promise<void> {
  if (!(await isNetworkWhole(layout, link))) {
    await makeNodeNetwork(layout, link);
    await makeWorld(layout);
  }
  await run("nsenter", ...inside(layout.network), "sysctl", "-qw", "net.ipv4.ip_forward=1");
  // Pods on one bridge meet the network policies only where bridged packets are filtered as well.
  await run("nsenter", ...inside(layout.network), "sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1");
  await run("nsenter", ...inside(layout.network), "nft", nodeRules(link));
}

/** Removes namespaces and links; rules, bridges and routes go with them. Safe to repeat. */
export async function removeNetwork(layout: NodeLayout): Promise<void> {
  // First, because a namespace that a process still holds would keep its end, and with it ours.
  if (existsSync(`/sys/class/net/${layout.hostLink}`)) await succeeds("ip", "link", "delete", layout.hostLink);
  for (const name of [layout.world, layout.network]) {
    if (existsSync(namespacePath(name))) await run("ip", "netns", "delete", name);
  }
}

/** Whether both namespaces and their links are as they have to be. */
export async function isNetworkWhole(layout: NodeLayout, link: NodeLink): Promise<boolean> {
  const checks: readonly (readonly [string, ...string[]])[] = [
    ["ip", "-4", "-n", layout.network, "route", "get", link.host, "from", link.node],
    ["ip", "-4", "-n", layout.network, "route", "get", worldLink.world],
    ["nsenter", ...inside(layout.world), "nft", "list", "table", "ip", "tenantry"],
  ];
  for (const [program, ...args] of checks) if (!(await succeeds(program, ...args))) return false;
  return (await run("ip", "-4", "address", "show", "dev", layout.hostLink).catch(() => "")).includes(`${link.host}/30`);
}

async function makeNodeNetwork({ network, hostLink }: NodeLayout, link: NodeLink): Promise<void> {
  const ip = (...args: readonly string[]) => run("ip", "-n", network, ...args);
  await run("ip", "netns", "add", network);
  await run("ip", "link", "add", hostLink, "type", "veth", "peer", "name", "machine", "netns", network);
  await run("ip", "address", "add", `${link.host}/30`, "dev", hostLink);
  await run("ip", "link", "set", hostLink, "up");
  await ip("link", "set", "lo", "up");
  await ip("address", "add", `${link.node}/30`, "dev", "machine");
  await ip("link", "set", "machine", "up");
}

async function makeWorld({ network, world }: NodeLayout): Promise<void> {
  const node = (...args: readonly string[]) => run("ip", "-n", network, ...args);
  const ip = (...args: readonly string[]) => run("ip", "-n", world, ...args);
  await run("ip", "netns", "add", world);
  await node("link", "add", "world", "type", "veth", "peer", "name", "node", "netns", world);
  await node("address", "add", `${worldLink.node}/30`, "dev", "world");
  await node("link", "set", "world", "up");
  await ip("link", "set", "lo", "up");
  await ip("address", "add", `${worldLink.world}/30`, "dev", "node");
  await ip("link", "set", "node", "up");
  await run("nsenter", ...inside(world), "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0");
  await run("nsenter", ...inside(world), "sysctl", "-qw", "net.ipv4.conf.node.rp_filter=0");
  await ip("route", "add", "default", "via", worldLink.node);
  // Also what makes the node's own requests to Services leave: they need a route before they are rewritten.
  await node("route", "add", "default", "via", worldLink.world);
  await run("nsenter", ...inside(world), "nft", worldRules);
}
