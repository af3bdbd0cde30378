import { isAsProven, type PacketResult } from "./judge.ts";
import { targetKinds } from "./probe.ts";

/** The JSON document of `attack --packets --json`. */
export interface PacketReport {
  readonly packets: readonly PacketResult[];
  /** Packets that the proof denies, and that got through. */
  readonly gotThrough: number;
  /** Packets that have to pass, and did not. */
  readonly lost: number;
  /** Denied packets whose twins did not pass, or that failed in another way: they prove nothing. */
  readonly unproven: number;
  readonly environment: string;
  readonly server: string;
}

const isThrough = ({ expected, outcome }: PacketResult): boolean => expected === "denied" && outcome === "connected";
const isLost = ({ expected, outcome }: PacketResult): boolean => expected === "allowed" && outcome !== "connected";
const isUnproven = (result: PacketResult): boolean => !isAsProven(result) && !isThrough(result) && !isLost(result);

/** Counts what went wrong. */
export function buildPacketReport(packets: readonly PacketResult[], environment: string, server: string): PacketReport {
  const count = (test: (result: PacketResult) => boolean): number => packets.filter(test).length;
  return {
    packets,
    gotThrough: count(isThrough),
    lost: count(isLost),
    unproven: count(isUnproven),
    environment,
    server,
  };
}

/** Whether every packet did what the proof says. A run without any packet knows nothing. */
export function packetsHold({ packets }: PacketReport): boolean {
  return packets.length > 0 && packets.every(isAsProven);
}

/** Rows of the table by target: head, one per kind, and the sum. */
export function packetRows({ packets }: PacketReport): readonly (readonly string[])[] {
  const row = (name: string, of: readonly PacketResult[]): readonly string[] => {
    const count = (test: (result: PacketResult) => boolean): string => String(of.filter(test).length);
    return [
      name,
      count(({ expected }) => expected === "denied"),
      count((result) => result.expected === "denied" && isAsProven(result)),
      count(isThrough),
      count(isUnproven),
      count(({ expected }) => expected === "allowed"),
      count((result) => result.expected === "allowed" && isAsProven(result)),
      count(isLost),
    ];
  };
  const kinds = targetKinds.map((kind) => [kind, packets.filter((result) => result.kind === kind)] as const);
  return [
    ["target", "denied by the proof", "stopped", "got through", "unproven", "allowed by the proof", "passed", "lost"],
    ...kinds.filter(([, of]) => of.length > 0).map(([kind, of]) => row(kind, of)),
    row("all", packets),
  ];
}

/** One line for each packet that did not do what the proof says. */
export function packetFailures({ packets }: PacketReport): readonly string[] {
  return packets
    .filter((result) => !isAsProven(result))
    .map((result) => {
      const { from, to, address, because, outcome, listens, sends } = result;
      const path = `${from} -> ${to} (${address})`;
      if (isThrough(result)) return `THROUGH   ${path}; the proof denies it: ${because}`;
      if (isLost(result)) return `LOST      ${path}: ${outcome}; the proof allows it: ${because}`;
      const doubt = [
        ...(listens ? [] : ["nobody who may reach it has reached it"]),
        ...(sends ? [] : [`${from} reaches not even what it may`]),
        ...(outcome === "failed" ? ["the probe itself failed"] : []),
      ];
      return `UNPROVEN  ${path}: ${outcome}, but ${doubt.join(", and ")}`;
    });
}
