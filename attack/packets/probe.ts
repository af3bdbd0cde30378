import type { TenantId } from "../../tenants/model.ts";

/** What a packet is for. The order is that of the table. */
export const targetKinds = ["pod", "service", "stranger", "node", "api-server", "metadata", "dns", "internet"] as const;

/** One of the kinds. */
export type TargetKind = (typeof targetKinds)[number];

/** A pod that packets are sent from, with the program that sends them inside. */
export interface Source {
  /** Tenant it is of; `null` is a pod of nobody's, in a namespace without any policy. */
  readonly tenant: TenantId | null;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** For people: `acme/runtime`, `stranger`. */
  readonly name: string;
}

/** Something that listens. */
export interface Target {
  readonly kind: TargetKind;
  /** Tenant it is of; `null` where it is nobody's. */
  readonly tenant: TenantId | null;
  /** For people: `globex/runtime pod, TCP 3000`. */
  readonly name: string;
  /** As the program wants it: `tcp:<address>:<port>`, `udp:<address>:<port>`, `dns-udp:<name>@<address>:<port>`. */
  readonly address: string;
}

/** What the isolation proof says of a packet. */
export interface Expectation {
  readonly passes: boolean;
  /** The proof's words. */
  readonly because: string;
}

/** A packet from a source to a target. */
export interface Probe {
  readonly from: Source;
  readonly to: Target;
  readonly expected: Expectation;
  /**
   * Who has to reach the same target, so that something listens there: sources of which one at least is asked. Empty where the
   * packet itself has to pass.
   */
  readonly listeners: readonly Source[];
  /** What the same source has to reach, so that it sends at all; `null` where the packet itself has to pass. */
  readonly sender: Target | null;
}

/** What came of a packet: an answer came back, somebody said no, or nothing came. `failed` is an error of the probe itself. */
export type PacketOutcome = "connected" | "refused" | "silent" | "failed";
