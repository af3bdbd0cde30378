import { exitCodes } from "../local/command-error.ts";
import { openCluster } from "../preflight/kubernetes-cluster.ts";
import { notLookedAt, wordsOfVerdict } from "../preflight/report.ts";
import { type CheckResult, type PreflightReport, runPreflight } from "../preflight/run.ts";
import { printable } from "../tenants/errors.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { columns } from "./columns.ts";
import { connectTo, explainingUnreachable } from "./connection.ts";
import { plannedEnvironment } from "./planned-environment.ts";

/** Asks the cluster of an environment, prints what it found, and sets the exit code. */
export async function preflightEnvironment(directory: string, environment: string, json: boolean): Promise<void> {
  const plan = plannedEnvironment(directory, environment);
  const report = await reportOn(plan, directory);
  process.stdout.write(
    json
      ? `${JSON.stringify({ ...report, notLookedAt }, null, 2)}\n`
      : preflightText(report, coloursFor(process.stdout)),
  );
  if (!report.passed) process.exitCode = exitCodes.input;
}

async function reportOn(plan: EnvironmentPlan, directory: string): Promise<PreflightReport> {
  const { credentials } = await connectTo(plan, directory);
  const cluster = openCluster(credentials);
  try {
    return await explainingUnreachable(() => runPreflight(plan, cluster));
  } finally {
    cluster.close();
  }
}

/** The table for people: check, verdict, how it was found, and below it what to do. */
export function preflightText(report: PreflightReport, colours: Colours): string {
  const head = ["check", "verdict", "outcome", "how it was found"].map((cell) => colours.dim(cell));
  const rows = report.checks.map((result) => [
    result.check,
    painted(result, colours),
    result.outcome,
    foundText(result),
  ]);
  const remedies = report.checks
    .filter(({ outcome, remedy }) => (outcome === "refused" || outcome === "warned") && remedy !== null)
    .map(({ check, remedy }) => `  ${check}: ${printable(remedy ?? "")}`);
  const refused = report.checks.filter(({ outcome }) => outcome === "refused").length;
  const verdict = report.passed
    ? colours.green(`${report.environment} may be updated on ${report.server} (context ${report.context}).`)
    : colours.red(
        `${report.environment} is refused on ${report.server} (context ${report.context}): ${refused} of ${report.checks.length} checks.`,
      );
  return `${[
    columns([head, ...rows]),
    ...(remedies.length === 0 ? [] : ["", "What to do:", ...remedies]),
    ...report.hints.map((hint) => `hint: ${hint}`),
    "",
    ...notLookedAt.map((sentence) => colours.dim(`not looked at: ${sentence}`)),
    verdict,
  ].join("\n")}\n`;
}

function foundText({ found, verdict, outcome, reason }: CheckResult): string {
  const said = outcome === "accepted" ? "accepted" : "stated";
  return [found, ...(reason === null || verdict === "enforced" ? [] : [`${said}: ${reason}`])]
    .map(printable)
    .join("\n");
}

function painted({ verdict, outcome }: CheckResult, colours: Colours): string {
  const words = wordsOfVerdict(verdict);
  switch (outcome) {
    case "ok":
      return colours.green(words);
    case "accepted":
    case "warned":
      return colours.yellow(words);
    case "refused":
      return colours.red(words);
  }
}
