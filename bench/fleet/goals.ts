import { mebibytes, ratio, type Summary } from "../statistics.ts";
import type { FleetResult } from "./result.ts";

/** One line of the published table. */
export interface Goal {
  readonly measure: string;
  /** The figure that the goal is about, as a number; `null` where this run did not measure it. */
  readonly figure: number | null;
  /** The same for people, such as `2.9 x`. */
  readonly text: string;
  readonly goal: string;
  readonly met: boolean | null;
}

const gibibyte = 2 ** 30;

/** The table of what was measured against what was wanted; what is missing says so. */
export function goalsOf(result: Omit<FleetResult, "goals">): readonly Goal[] {
  const { one, many, bringUp, plans } = result;
  const helm = one === null ? null : peerSeconds(one.onboarding.peers, "helm");
  const first = one === null ? null : peerSeconds(one.onboarding.peers, "fleet");
  const last = many === null ? null : peerSeconds(many.onboarding.peers, "fleet");
  const extrapolated =
    bringUp === null || many === null ? null : (bringUp.fleet.command.median / bringUp.tenants) * many.tenants;
  const largest = plans.at(-1) ?? null;
  const peak = Math.max(0, ...(bringUp === null ? [] : bringUp.peakBytes), ...(many === null ? [] : many.peakBytes));
  const large = many?.tenants ?? 1000;
  return [
    times("onboard one tenant, fleet of 1: fleet up / helm install", ratioOf(first, helm), 3),
    times(`onboard one tenant, fleet of ${large} / fleet of 1`, ratioOf(last, first), 1.2),
    times(
      `bring up ${bringUp?.tenants ?? 100} tenants: fleet up / helm in a loop, both ${bringUp?.parallel ?? 2} at a time`,
      bringUp === null ? null : ratio(bringUp.fleet.command, bringUp.helm.command),
      1,
    ),
    times(
      `bring up ${bringUp?.tenants ?? 100} tenants: fleet up / raw POSTs, 16 in flight`,
      bringUp === null ? null : ratio(bringUp.fleet.command, bringUp.raw.command),
      4,
    ),
    line(
      `no-change fleet up of ${large} / bring-up of the same, extrapolated from ${bringUp?.tenants ?? 100}`,
      extrapolated === null || many === null ? null : many.unchanged.median / extrapolated,
      (figure) => `${(figure * 100).toFixed(2)} %`,
      0.02,
      "<= 2 %",
    ),
    times(
      `preview, one tenant changed, fleet of ${large} / fleet of 1`,
      ratioOf(many?.preview ?? null, one?.preview ?? null),
      1.2,
    ),
    line(
      `plan + proof of ${largest?.tenants ?? 10_000} tenants, seconds`,
      largest?.seconds.median ?? null,
      (figure) => `${figure.toFixed(2)} s`,
      3,
      "<= 3 s",
    ),
    memory(`plan + proof of ${largest?.tenants ?? 10_000} tenants, memory`, largest?.peakBytes ?? null, 1),
    memory("fleet up: memory of the command and all that it starts", peak === 0 ? null : peak, 2),
  ];
}

function peerSeconds(
  peers: readonly { readonly name: string; readonly commandSeconds: Summary }[],
  name: string,
): Summary | null {
  return peers.find((peer) => peer.name === name)?.commandSeconds ?? null;
}

function ratioOf(left: Summary | null, right: Summary | null): number | null {
  return left === null || right === null ? null : ratio(left, right);
}

function times(measure: string, figure: number | null, most: number): Goal {
  return line(measure, figure, (value) => `${value.toFixed(2)} x`, most, `<= ${most} x`);
}

function memory(measure: string, bytes: number | null, gibibytes: number): Goal {
  return line(measure, bytes, mebibytes, gibibytes * gibibyte, `<= ${gibibytes} GiB`);
}

function line(
  measure: string,
  figure: number | null,
  text: (figure: number) => string,
  most: number,
  goal: string,
): Goal {
  if (figure === null) return { measure, figure, text: "not measured", goal, met: null };
  return { measure, figure, text: text(figure), goal, met: figure <= most };
}
