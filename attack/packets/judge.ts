import type { Outcomes } from "./send.ts";
import type { PacketOutcome, Probe, TargetKind } from "./probe.ts";

/** Everybody's answers, by the name of who sent. */
export type AllOutcomes = ReadonlyMap<string, Outcomes>;

/** What came of one packet, and of its twins. */
export interface PacketResult {
  readonly kind: TargetKind;
  readonly from: string;
  readonly to: string;
  readonly address: string;
  /** What the isolation proof says. */
  readonly expected: "denied" | "allowed";
  readonly because: string;
  readonly outcome: PacketOutcome;
  /** Whether something listens there: somebody who may has reached it. */
  readonly listens: boolean;
  /** Whether the sender sends: it has reached what it may. */
  readonly sends: boolean;
}

/** Weighs one packet against what the proof says of it. */
export function judgePacket({ from, to, expected, listeners, sender }: Probe, outcomes: AllOutcomes): PacketResult {
  const outcomeOf = (name: string, address: string): PacketOutcome => outcomes.get(name)?.get(address) ?? "failed";
  const reached = (name: string, address: string): boolean => outcomeOf(name, address) === "connected";
  const outcome = outcomeOf(from.name, to.address);
  return {
    kind: to.kind,
    from: from.name,
    to: to.name,
    address: to.address,
    expected: expected.passes ? "allowed" : "denied",
    because: expected.because,
    outcome,
    listens: expected.passes ? outcome === "connected" : listeners.some(({ name }) => reached(name, to.address)),
    sends: sender === null ? outcome === "connected" : reached(from.name, sender.address),
  };
}

/** Whether a packet did what the proof says, and its twins show that this means something. */
export function isAsProven({ expected, outcome, listens, sends }: PacketResult): boolean {
  if (expected === "allowed") return outcome === "connected";
  return (outcome === "refused" || outcome === "silent") && listens && sends;
}
