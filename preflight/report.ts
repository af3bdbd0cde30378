import { printable } from "../tenants/errors.ts";
import type { CheckResult, Outcome, PreflightReport } from "./run.ts";

/** What no preflight looks at, for a reader who would take its silence for an answer. */
export const notLookedAt: readonly string[] = [
  "whether packets are dropped, which takes pods on real nodes",
  "the metadata address of nodes: what a node gives to its pods is settled at the provider (IMDSv2, a hop limit of 1)",
];

/** Lines about the checks with an outcome: name, verdict, what was found, what to do. */
export function linesOf({ checks }: PreflightReport, outcome: Outcome): readonly string[] {
  return checks.filter((result) => result.outcome === outcome).map((result) => `  ${lineOf(result)}`);
}

function lineOf({ check, verdict, found, remedy }: CheckResult): string {
  return printable(`${check}: ${wordsOfVerdict(verdict)}: ${found}.${remedy === null ? "" : ` ${remedy}`}`);
}

/** A verdict for people. */
export function wordsOfVerdict(verdict: CheckResult["verdict"]): string {
  return verdict === "not-enforced" ? "not enforced" : verdict;
}

/** Why nothing may be created: every refused check at once. */
export function refusalText(report: PreflightReport): string {
  const { environment, server, context, checks } = report;
  const refused = linesOf(report, "refused");
  const count = `${refused.length} of ${checks.length} checks`;
  return [
    `preflight: ${count} of the cluster of ${environment} failed (${server}, context ${context}); nothing was created.`,
    ...refused,
    `To go without one on purpose, give its name and the reason in Pulumi.${environment}.yaml, under preflight.accept of tenantry:environment.`,
    `Every check: npm run -s preflight -- ${environment}`,
  ].join("\n");
}

/** What goes on in spite of it, in one message; `null` where there is nothing to say. */
export function warningText(report: PreflightReport): string | null {
  const warned = linesOf(report, "warned");
  const lines = [...warned, ...report.hints.map((hint) => `  ${hint}`)];
  if (lines.length === 0) return null;
  return [`preflight of the cluster of ${report.environment} (${report.server}):`, ...lines].join("\n");
}
