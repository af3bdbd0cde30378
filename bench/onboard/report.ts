import Table from "cli-table3";

import type { Machine } from "../machine.ts";
import { ratio, summarize, type Summary } from "../statistics.ts";
import type { FixedCost } from "./fixed-costs.ts";
import type { Measurement } from "./measure.ts";
import type { Peer } from "./peers/peer.ts";

/** The figures of one peer in one fleet. */
export interface PeerFigures {
  readonly name: string;
  readonly command: string;
  /** Whether the command itself waits for readiness; if not, compare the times to Ready. */
  readonly waits: boolean;
  readonly commandSeconds: Summary;
  readonly readySeconds: Summary;
  /** How many times as long the compared peer takes as this one, by the medians of the two series above. */
  readonly pulumiRatio: { readonly command: number; readonly ready: number };
  /** Every single measurement, in the order in which they were made. */
  readonly measurements: readonly Measurement[];
}

/** The figures of one fleet size. */
export interface FleetFigures {
  /** Tenants in the environment once the measured one is in it. */
  readonly tenants: number;
  readonly peers: readonly PeerFigures[];
}

/** Name of the peer that all others are compared with, unless a benchmark names another. */
export const comparedPeer = "pulumi";

/** Turns the measurements of one fleet into figures. Throws when the compared peer is not among them. */
export function fleetFigures(
  tenants: number,
  peers: readonly Pick<Peer, "name" | "command" | "waits">[],
  measurements: ReadonlyMap<string, readonly Measurement[]>,
  reference = comparedPeer,
): FleetFigures {
  const series = (name: string): { command: Summary; ready: Summary } => {
    const own = measurements.get(name) ?? [];
    return {
      command: summarize(own.map(({ command }) => command)),
      ready: summarize(own.map(({ ready }) => ready)),
    };
  };
  const compared = series(reference);
  return {
    tenants,
    peers: peers.map(({ name, command, waits }) => {
      const own = series(name);
      return {
        name,
        command,
        waits,
        commandSeconds: own.command,
        readySeconds: own.ready,
        pulumiRatio: { command: ratio(compared.command, own.command), ready: ratio(compared.ready, own.ready) },
        measurements: measurements.get(name) ?? [],
      };
    }),
  };
}

/** How many times as long each peer takes in the larger fleet as in the smaller, by peer, from the command's medians. */
export function growth(smaller: FleetFigures, larger: FleetFigures): Readonly<Record<string, number>> {
  return Object.fromEntries(
    larger.peers.flatMap((peer) => {
      const before = smaller.peers.find(({ name }) => name === peer.name);
      return before === undefined ? [] : [[peer.name, ratio(peer.commandSeconds, before.commandSeconds)] as const];
    }),
  );
}

const seconds = (value: number): string => value.toFixed(3);
const times = (value: number): string => `${value.toFixed(2)} x`;

/** The figures as a table for people. */
export function renderFleet(fleet: FleetFigures): string {
  const table = new Table({
    head: [
      "one more tenant by",
      "waits",
      "min s",
      "median s",
      "max s",
      "to Ready s",
      "pulumi takes",
      "pulumi, to Ready",
    ],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const peer of fleet.peers) {
    const { min, median, max } = peer.commandSeconds;
    table.push([
      peer.command,
      peer.waits ? "yes" : "no",
      ...[min, median, max, peer.readySeconds.median].map(seconds),
      ...[peer.pulumiRatio.command, peer.pulumiRatio.ready].map(times),
    ]);
  }
  const runs = fleet.peers[0]?.commandSeconds.runs ?? 0;
  return `Fleet of ${fleet.tenants}, ${runs} runs\n${table.toString()}`;
}

/** What a benchmark of onboarding gives, as far as people read it. */
export interface ReadableResult {
  readonly machine: Machine;
  readonly tier: string;
  readonly objectsPerTenant: number;
  readonly objectKinds: Readonly<Record<string, number>>;
  readonly fleets: readonly FleetFigures[];
  /** How many times as long each peer takes in the fleet of 25 as in the fleet of 1. */
  readonly growth: Readonly<Record<string, number>>;
  /** Empty without `breakdown`. */
  readonly fixedCosts: readonly FixedCost[];
}

/** The whole result as text for people. */
export function renderResult(result: ReadableResult): string {
  const { machine, objectKinds, objectsPerTenant, tier, fleets, fixedCosts } = result;
  const kinds = Object.entries(objectKinds).map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`));
  return [
    `One ${tier} tenant is ${objectsPerTenant} objects: ${kinds.join(", ")}`,
    `${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGiB} GiB, load average ${machine.loadAverageAtStart} at the start`,
    ...fleets.flatMap((fleet) => ["", renderFleet(fleet)]),
    "",
    "Fleet of 25 against fleet of 1, by median of the command:",
    ...Object.entries(result.growth).map(([name, factor]) => `  ${name.padEnd(24)} ${times(factor)}`),
    ...(fixedCosts.length === 0 ? [] : ["", "Fixed costs, median s (min to max):"]),
    ...fixedCosts.map(
      ({ what, seconds: { min, median, max } }) =>
        `  ${what.padEnd(76)} ${seconds(median)} (${seconds(min)} to ${seconds(max)})`,
    ),
    "",
    "Pulumi and helm --wait return when the pods are Ready; the others when the API server has accepted the objects.",
  ].join("\n");
}
