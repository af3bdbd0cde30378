import { attemptsOf } from "../attack/catalogue.ts";
import { AttackClient } from "../attack/client.ts";
import { assertDeployed } from "../attack/deployed.ts";
import { describeReason } from "../attack/judge.ts";
import {
  buildPacketReport,
  packetFailures,
  packetRows,
  packetsHold,
  type PacketReport,
} from "../attack/packets/report.ts";
import { runPackets } from "../attack/packets/run.ts";
import { raceIds } from "../attack/race.ts";
import { type AttackReport, buildReport, failureLines, planeRows, withstood } from "../attack/report.ts";
import { isSelected, pairsOf, runAttempts, type Selection, selectsRaces } from "../attack/run.ts";
import { openStage } from "../attack/stage.ts";
import type { StaticCredentials } from "../connection/credentials.ts";
import { libraryConfig } from "../connection/library.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import type { Reporter } from "../local/reporter.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { coloursFor } from "./colours.ts";
import { columns } from "./columns.ts";
import { connectTo } from "./connection.ts";
import { plannedEnvironment } from "./planned-environment.ts";

/** What to attack, and how to say what came of it. */
export interface AttackOptions {
  readonly directory: string;
  readonly environment: string;
  /** Ids of tenants; empty is all. */
  readonly tenants: readonly string[];
  readonly selection: Selection;
  readonly json: boolean;
}

type TenantPair = readonly [TenantPlan, TenantPlan];

/** Attacks, prints the report, and sets the exit code. Everything that it has made is gone when it returns or throws. */
export async function attack(options: AttackOptions, reporter: Reporter, signal: AbortSignal): Promise<void> {
  const plan = plannedEnvironment(options.directory, options.environment);
  const pairs = choosePairs(plan, options.tenants);
  await onCluster(plan, tenantsIn(plan, pairs), options.directory, signal, async ({ client }) => {
    const report = await reporter.step(`attack on ${options.environment}`, (progress) =>
      attackPairs(client, plan, pairs, options, progress, signal),
    );
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report, pairs.length));
    if (!withstood(report)) process.exitCode = exitCodes.failed;
  });
}

/** Sends packets instead of requests, prints the report, and sets the exit code. */
export async function packets(options: AttackOptions, reporter: Reporter, signal: AbortSignal): Promise<void> {
  const plan = plannedEnvironment(options.directory, options.environment);
  const chosen = choosePairs(plan, options.tenants);
  const tenants = tenantsIn(plan, chosen);
  await onCluster(plan, tenants, options.directory, signal, async ({ client, credentials }) => {
    const config = libraryConfig(credentials);
    const results = await reporter.step(`packets on ${options.environment}`, (progress) =>
      runPackets({ client, config, plan, tenants, progress, signal }),
    );
    const report = buildPacketReport(results, options.environment, client.server);
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : packetText(report, tenants.length));
    if (!packetsHold(report)) process.exitCode = exitCodes.failed;
  });
}

interface Opened {
  readonly client: AttackClient;
  readonly credentials: StaticCredentials;
}

/**
 * Opens the cluster for a run that cleans up behind itself, and says so where it was interrupted. Nothing is sent to a cluster on which
 * the environment does not stand.
 */
async function onCluster(
  plan: EnvironmentPlan,
  tenants: readonly TenantPlan[],
  directory: string,
  signal: AbortSignal,
  run: (opened: Opened) => Promise<void>,
): Promise<void> {
  const { cluster, credentials } = await connectTo(plan, directory);
  const client = new AttackClient(credentials);
  try {
    await assertDeployed(client, plan, tenants, cluster.origin);
    await run({ client, credentials: cluster.credentials });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommandError(exitCodes.interrupted, "interrupted; what the attack had made is removed", null);
  } finally {
    client.close();
  }
}

function tenantsIn(plan: EnvironmentPlan, pairs: readonly TenantPair[]): readonly TenantPlan[] {
  return plan.tenants.filter((tenant) => pairs.some((pair) => pair.includes(tenant)));
}

async function attackPairs(
  client: AttackClient,
  plan: EnvironmentPlan,
  pairs: readonly TenantPair[],
  { selection, environment }: AttackOptions,
  progress: (detail: string) => void,
  signal: AbortSignal,
): Promise<AttackReport> {
  const stage = await openStage(client, plan, tenantsIn(plan, pairs), signal);
  try {
    const outcome = await runAttempts(stage, pairs, selection, progress, signal);
    return buildReport(outcome, environment, client.server);
  } finally {
    progress("removing what the attack has made");
    await stage.close();
  }
}

function choosePairs(plan: EnvironmentPlan, ids: readonly string[]): readonly TenantPair[] {
  const known: ReadonlySet<string> = new Set(plan.tenants.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    throw new CommandError(
      exitCodes.input,
      `no tenant ${unknown.join(", ")} in ${plan.environment}`,
      `tenants are ${[...known].join(", ")}`,
    );
  }
  const wanted: ReadonlySet<string> = new Set(ids);
  const pairs = pairsOf(plan.tenants).filter((pair) => {
    const hits = pair.filter(({ id }) => wanted.has(id)).length;
    return wanted.size === 0 || hits === Math.min(2, wanted.size);
  });
  if (pairs.length > 0) return pairs;
  throw new CommandError(
    exitCodes.input,
    `${plan.environment} has fewer than two tenants, so there is nobody to attack`,
  );
}

function reportText(report: AttackReport, pairs: number): string {
  const colour = coloursFor(process.stdout);
  const [head = [], ...rows] = planeRows(report);
  const table = columns([head.map((cell) => colour.dim(cell)), ...rows]);
  const failures = failureLines(report).map((line) => colour.red(line));
  const skipped = report.skipped.length === 0 ? [] : [`${report.skipped.length} skipped: ${skippedText(report)}`];
  const verdict = withstood(report)
    ? colour.green(`${report.environment} withstood ${report.attempts.length} attempts in ${pairs} pairs of tenants.`)
    : colour.red(
        `${report.environment} did not withstand: ${report.succeeded} attempts succeeded, ${report.twinsRefused} twins were refused, ${report.wrongReasons} attempts were refused for another reason.`,
      );
  return `${[...failures, table, ...skipped, verdict].join("\n")}\n`;
}

function packetText(report: PacketReport, tenants: number): string {
  const colour = coloursFor(process.stdout);
  const [head = [], ...rows] = packetRows(report);
  const table = columns([head.map((cell) => colour.dim(cell)), ...rows]);
  const failures = packetFailures(report).map((line) => colour.red(line));
  const { environment, packets: sent, gotThrough, lost, unproven } = report;
  const verdict = packetsHold(report)
    ? colour.green(
        `the network of ${environment} did what the proof says: ${sent.length} packets of ${tenants} tenants.`,
      )
    : colour.red(
        `the network of ${environment} did not do what the proof says: ${gotThrough} got through, ${lost} lost, ${unproven} unproven.`,
      );
  return `${[...failures, table, verdict].join("\n")}\n`;
}

function skippedText({ skipped }: AttackReport): string {
  const ids = new Map(skipped.map(({ id, why }) => [id, why]));
  return [...ids].map(([id, why]) => `${id} (${why})`).join(", ");
}

/** Prints what would be tried, for the first pair; every pair gets the same. */
export function listAttempts(options: AttackOptions): void {
  const plan = plannedEnvironment(options.directory, options.environment);
  const [first] = choosePairs(plan, options.tenants);
  if (first === undefined) return;
  const [attacker, target] = first;
  const pair = {
    run: "run",
    attacker,
    target,
    scratch: "attack-run-scratch",
    mirror: `attack-run-${attacker.id}`,
    node: "node",
  };
  const attempts = attemptsOf(pair).filter((entry) => isSelected(options.selection, entry));
  const races = selectsRaces(options.selection) ? raceIds : [];
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ attempts, races }, null, 2)}\n`);
    return;
  }
  const rows = attempts.map((entry) => [
    entry.id,
    entry.request.actor,
    entry.title,
    describeReason(entry.expected),
    entry.change.field === "body" ? entry.change.at.replaceAll("~", ".") : entry.change.field,
    entry.source,
  ]);
  const dim = coloursFor(process.stdout).dim;
  const head = ["attempt", "as", "what", "refused by", "twin differs in", "known from"].map((cell) => dim(cell));
  const raced = races.map((id) => [
    id,
    "owner",
    "more than the quota has room for",
    "quota tenant",
    "room",
    "capsule#49",
  ]);
  process.stdout.write(`${columns([head, ...rows, ...raced])}\n${rows.length + raced.length} attempts per pair.\n`);
}
