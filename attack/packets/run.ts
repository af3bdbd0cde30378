import { randomBytes } from "node:crypto";

import type { KubeConfig } from "@kubernetes/client-node";

import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import type { AttackClient } from "../client.ts";
import { removeLeftovers } from "../leftovers.ts";
import { type LiveCluster, readCluster } from "./cluster.ts";
import { expectationsOf } from "./expectations.ts";
import { type AllOutcomes, judgePacket, type PacketResult } from "./judge.ts";
import type { Probe, Source } from "./probe.ts";
import { probesOf } from "./probes.ts";
import { sendFrom } from "./send.ts";

/** Where packets are sent. */
export interface PacketOptions {
  readonly client: AttackClient;
  readonly config: KubeConfig;
  readonly plan: EnvironmentPlan;
  readonly tenants: readonly TenantPlan[];
  readonly progress?: (detail: string) => void;
  readonly signal?: AbortSignal;
}

/** Sends every packet, and its twins, and weighs what came of them. What it has made is gone when it returns or throws. */
export async function runPackets(options: PacketOptions): Promise<readonly PacketResult[]> {
  const { client, config, plan, progress = () => undefined, signal } = options;
  const expectations = expectationsOf(plan);
  const tenants = options.tenants.filter(({ status }) => status === "active");
  const run = randomBytes(4).toString("hex");
  const namespaces = plan.tenants.map(({ namespace }) => namespace);
  await removeLeftovers(client, namespaces, null);
  try {
    progress("waiting until every pod has settled");
    const cluster = await readCluster(client, plan, tenants, run, signal);
    signal?.throwIfAborted();
    const probes = probesOf(cluster, expectations);
    progress(`${probes.length} packets`);
    const outcomes = await sendAll(config, cluster, probes, signal);
    signal?.throwIfAborted();
    return probes.map((probe) => judgePacket(probe, outcomes));
  } finally {
    progress("removing what the attack has made");
    await removeLeftovers(client, namespaces, run);
  }
}

/** Each pod sends its own packets, and those by which it is the twin of others. */
async function sendAll(
  config: KubeConfig,
  cluster: LiveCluster,
  probes: readonly Probe[],
  signal?: AbortSignal,
): Promise<AllOutcomes> {
  const sources: readonly Source[] = [
    cluster.stranger,
    ...cluster.tenants.flatMap(({ pods }) => [pods.runtime, pods.dashboard]),
  ];
  const addressesOf = (source: Source): readonly string[] => {
    const addresses = probes.flatMap(({ from, to, listeners, sender }) => [
      ...(from.name === source.name ? [to.address, ...(sender === null ? [] : [sender.address])] : []),
      ...(listeners.some(({ name }) => name === source.name) ? [to.address] : []),
    ]);
    return [...new Set(addresses)];
  };
  const sent = sources.map(async (source) => {
    return [source.name, await sendFrom(config, source, addressesOf(source), signal)] as const;
  });
  return new Map(await Promise.all(sent));
}
