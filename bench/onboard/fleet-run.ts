import type { Reporter } from "../../local/reporter.ts";
import type { CollectionPath, RawApi } from "../api.ts";
import { differences, storedObjects } from "./equality.ts";
import { measureOnboarding, type Measurement } from "./measure.ts";
import type { KubernetesObject } from "./objects.ts";
import type { Peer } from "./peers/peer.ts";
import { fleetFigures, type FleetFigures } from "./report.ts";
import { freshId, interleave, tenantNamespace } from "./schedule.ts";

/** What a series of measurements in one fleet needs. */
export interface FleetRun {
  readonly tenants: number;
  readonly runs: number;
  /** Name of the peer that all others are compared with. */
  readonly compared: string;
  readonly peers: readonly Peer[];
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly api: RawApi;
  readonly path: CollectionPath;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * Measures every peer `runs` times in turn, after one warm-up round. The warm-up also proves that all peers make the same:
 * what the server stores for each is compared with what it stores for the compared peer. Throws when they differ.
 */
export async function runFleet(run: FleetRun): Promise<FleetFigures> {
  const measurements = new Map<string, Measurement[]>(run.peers.map(({ name }) => [name, []]));
  const stored = new Map<string, ReadonlyMap<string, string>>();
  for (const { round, item: peer } of interleave(run.peers, run.runs)) {
    run.signal.throwIfAborted();
    const id = freshId(run.tenants, round, run.peers.indexOf(peer));
    const objects = run.objects.get(id) ?? [];
    const tenant = { id, namespace: tenantNamespace(id), objects };
    const title = `fleet of ${run.tenants}, ${round === 0 ? "warm-up" : `round ${round} of ${run.runs}`}: ${peer.command}`;
    await run.reporter.step(title, async () => {
      const measurement = await measureOnboarding(peer, tenant, run.api, async () => {
        if (round === 0) stored.set(peer.name, await storedObjects(run.api, run.path, id, objects));
      });
      if (round > 0) measurements.get(peer.name)?.push(measurement);
    });
    if (round === 0 && stored.size === run.peers.length) assertEqual(stored, run.compared);
  }
  return fleetFigures(run.tenants, run.peers, measurements, run.compared);
}

function assertEqual(stored: ReadonlyMap<string, ReadonlyMap<string, string>>, compared: string): void {
  const reference = stored.get(compared) ?? new Map<string, string>();
  const found = [...stored].flatMap(([name, objects]) =>
    differences(reference, objects).map((difference) => `${name}: ${difference}`),
  );
  if (found.length > 0) {
    throw new Error(`the peers made different objects, so their times cannot be compared:\n${found.join("\n")}`);
  }
}
