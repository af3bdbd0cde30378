import { runPool } from "../../fleet/pool.ts";
import { untilGone, untilReady, type CollectionPath, type RawApi } from "../api.ts";
import type { KubernetesObject } from "../onboard/objects.ts";
import type { FreshTenant, Peer } from "../onboard/peers/peer.ts";
import { roundMilliseconds } from "../statistics.ts";
import type { FleetCli } from "./fleet-cli.ts";

/** A record more in the list, then `fleet up`. */
export function fleetPeer(
  cli: FleetCli,
  list: { readonly add: (id: string) => void; readonly remove: (id: string) => void },
): Peer {
  return {
    name: "fleet",
    command: "fleet up",
    waits: true,
    prepare: ({ id }) => list.add(id),
    onboard: async () => {
      await cli("up");
    },
    remove: async ({ id }) => {
      list.remove(id);
      await cli("up");
    },
  };
}

/** How long it took to bring up many tenants. */
export interface BringUp {
  /** Until the last command returned. */
  readonly command: number;
  /** Until the pods of every tenant were Ready, whoever waited for them. */
  readonly ready: number;
}

/** Brings up tenants with a peer that takes one at a time, `parallel` of them at once, and takes them away again. */
export async function bringUpInLoop(
  peer: Peer,
  tenants: readonly FreshTenant[],
  parallel: number,
  api: RawApi,
  signal: AbortSignal,
  removeAll: () => Promise<void>,
): Promise<BringUp> {
  for (const tenant of tenants) await peer.prepare(tenant);
  const start = performance.now();
  await runPool(tenants, parallel, signal, (tenant) => peer.onboard(tenant));
  signal.throwIfAborted();
  const command = performance.now();
  for (const { namespace } of tenants) await untilReady(api, namespace);
  const ready = performance.now();
  await removeAll();
  return { command: seconds(command - start), ready: seconds(ready - start) };
}

/** Seconds, from milliseconds. */
export function seconds(milliseconds: number): number {
  return roundMilliseconds(milliseconds / 1000);
}

/** How long the namespaces of a whole fleet may take to go. */
const goneSeconds = 600;

/** Takes tenants away whom nobody keeps a record of, helm's records included, and waits until nothing is left of them. */
export async function removeEverything(
  api: RawApi,
  path: CollectionPath,
  tenants: readonly { readonly namespace: string; readonly objects: readonly KubernetesObject[] }[],
): Promise<void> {
  const clusterWide = tenants.flatMap(({ objects }) =>
    objects.filter(({ metadata }) => metadata.namespace === undefined),
  );
  for (const object of clusterWide) await api.json("DELETE", `${path(object)}/${object.metadata.name}`);
  await api.json("DELETE", "/api/v1/namespaces/default/secrets?labelSelector=owner%3Dhelm");
  for (const { namespace } of tenants) await untilGone(api, namespace, goneSeconds);
}
