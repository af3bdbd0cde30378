import { columns } from "../../cli/columns.ts";
import type { Machine } from "../machine.ts";
import { ratio, summarize, type Summary } from "../statistics.ts";

/** Milliseconds of each request of one kind in one round. */
export interface Round {
  readonly with: readonly number[];
  readonly without: readonly number[];
  /** What the policies took of a request by the server's own clock, in the mean, those of the quota's update that it causes included. */
  readonly policies: number;
}

/** The figures of one kind of request, in milliseconds. */
export interface RequestFigures {
  readonly what: string;
  readonly as: string;
  readonly with: Summary;
  readonly without: Summary;
  /** What the policies took of it by the server's own clock, over the rounds. */
  readonly policies: Summary;
  /** How many times as long the request takes with the guardrails: the medians of each round compared, over the rounds. */
  readonly ratio: Summary;
}

/** What the guardrails cost, and on what it was measured. */
export interface GuardrailsResult {
  readonly name: "guardrails";
  readonly date: string;
  readonly machine: Machine;
  readonly kubernetes: string;
  /** Admission policies in place. */
  readonly policies: number;
  readonly requestsPerRound: number;
  readonly requests: readonly RequestFigures[];
}

/** Turns the rounds of one kind of request into figures. Throws where there is none. */
export function requestFigures(what: string, as: string, rounds: readonly Round[]): RequestFigures {
  return {
    what,
    as,
    with: summarize(rounds.flatMap((round) => round.with)),
    without: summarize(rounds.flatMap((round) => round.without)),
    policies: summarize(rounds.map(({ policies }) => policies)),
    // Neighbouring series are compared with each other, so that a machine that slows down in between does not decide.
    ratio: summarize(rounds.map((round) => ratio(summarize(round.with), summarize(round.without)))),
  };
}

/** The result as text for people. */
export function renderGuardrails(result: GuardrailsResult): string {
  const { machine, policies, requests, requestsPerRound } = result;
  const rounds = requests[0]?.ratio.runs ?? 0;
  return [
    `${policies} admission policies, ${rounds} rounds of ${requestsPerRound} pairs of requests, with and without them`,
    `${machine.cpus} x ${machine.cpuModel}, ${machine.memoryGiB} GiB, load average ${machine.loadAverageAtStart} at the start`,
    "",
    columns([
      ["request", "as", "with, median ms", "without", "in policies", "ratio, min", "median", "max"],
      ...requests.map(({ what, as, with: guarded, without, policies: inside, ratio: times }) => [
        what,
        as,
        guarded.median.toFixed(2),
        without.median.toFixed(2),
        inside.median.toFixed(2),
        ...[times.min, times.median, times.max].map((value) => `${value.toFixed(2)} x`),
      ]),
    ]),
  ].join("\n");
}
