import { createServer } from "node:net";

/** Parts of the cluster that listen, in the order they are started. `etcd-peer` is etcd's second listener. */
export const portNames = [
  "etcd",
  "etcd-peer",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "metrics-server",
] as const;

/** One listener of the cluster. */
export type PortName = (typeof portNames)[number];

/** A loopback port for each listener, 20000 to 31999. */
export type ClusterPorts = Readonly<Record<PortName, number>>;

// Below the range from which Linux (32768) and macOS (49152) take ports for outgoing connections, so a stopped cluster
// finds its ports free again.
const lowest = 20_000;
const count = 12_000;

/** Whether nobody listens on this loopback port. */
export async function isPortFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Free loopback ports. Those in `keep` stay as they are; the others are drawn at random, so that two checkouts that
 * start at the same moment hardly ever meet (if they do, the loser fails to listen and draws again).
 */
export async function choosePorts(keep: Partial<ClusterPorts>): Promise<ClusterPorts> {
  const chosen = new Map<PortName, number>();
  for (const name of portNames) {
    const kept = keep[name];
    if (kept !== undefined) chosen.set(name, kept);
  }
  for (const name of portNames) {
    while (!chosen.has(name)) {
      const candidate = lowest + Math.floor(Math.random() * count);
      if (![...chosen.values()].includes(candidate) && (await isPortFree(candidate))) chosen.set(name, candidate);
    }
  }
  return Object.fromEntries(chosen) as ClusterPorts;
}
