import { planeName, planes } from "./attempt.ts";
import type { Result } from "./judge.ts";
import type { Outcome, Skipped } from "./run.ts";

/** The JSON document of `attack --json`. The first three keys are a contract with scripts outside the repository. */
export interface AttackReport {
  readonly attempts: readonly Result[];
  /** Attempts that were allowed. */
  readonly succeeded: number;
  /** Twins that were not accepted: their attempts prove nothing. */
  readonly twinsRefused: number;
  /** Attempts that something else refused than what has to. */
  readonly wrongReasons: number;
  readonly skipped: readonly Skipped[];
  readonly environment: string;
  readonly server: string;
}

/** Counts what went wrong. */
export function buildReport({ results, skipped }: Outcome, environment: string, server: string): AttackReport {
  const count = (test: (result: Result) => boolean): number => results.filter(test).length;
  return {
    attempts: results,
    succeeded: count(({ outcome }) => outcome === "allowed"),
    twinsRefused: count(({ twin }) => twin === "refused"),
    wrongReasons: count(({ asExpected }) => !asExpected),
    skipped,
    environment,
    server,
  };
}

/** Whether the tenants withstood, and whether that is known. A run without any attempt knows nothing. */
export function withstood(report: AttackReport): boolean {
  return report.attempts.length > 0 && report.succeeded === 0 && report.twinsRefused === 0 && report.wrongReasons === 0;
}

/** Rows of the table by plane: head, one per plane that has attempts, and the sum. */
export function planeRows({ attempts }: AttackReport): readonly (readonly string[])[] {
  const head = ["plane", "attempts", "denied", "allowed", "wrong reason", "twins accepted", "twins refused"];
  const row = (name: string, of: readonly Result[]): readonly string[] => {
    const count = (test: (result: Result) => boolean): string => String(of.filter(test).length);
    return [
      name,
      String(of.length),
      count(({ outcome }) => outcome === "denied"),
      count(({ outcome }) => outcome === "allowed"),
      count(({ asExpected }) => !asExpected),
      count(({ twin }) => twin === "accepted"),
      count(({ twin }) => twin === "refused"),
    ];
  };
  const present = planes
    .map((plane) => [plane, attempts.filter((result) => result.plane === plane)] as const)
    .filter(([, of]) => of.length > 0);
  return [head, ...present.map(([plane, of]) => row(planeName(plane), of)), row("all", attempts)];
}

/** One paragraph for each attempt that did not end as it must. */
export function failureLines({ attempts }: AttackReport): readonly string[] {
  return attempts.flatMap((result) => {
    const { id, attacker, target, actor, subject, title, reason, expected } = result;
    const who = `${attacker} -> ${target}  ${id} (${title}, as ${actor}${subject === null ? "" : ` ${subject}`})`;
    return [
      ...(result.outcome === "allowed" ? [`ALLOWED  ${who}\n    ${expected} had to refuse it`] : []),
      ...(result.asExpected ? [] : [`WRONG REASON  ${who}\n    expected ${expected}, got ${reason}`]),
      ...(result.twin === "refused" ? [`TWIN REFUSED  ${who}\n    ${result.twinReason}`] : []),
    ];
  });
}
