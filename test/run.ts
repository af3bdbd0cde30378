/**
 * The whole test command: type check, lint, format, then every vitest project with coverage. All of it runs even when an early part
 * fails, so one run shows everything. The last line is `N passed, N failed`; each of the static checks counts as one.
 *
 * Ctrl-C and SIGTERM end it without that line, with 128 and the signal's number, when the tests have ended their clusters.
 *
 * `npm test -- <vitest arguments>` narrows the vitest part, for instance `npm test -- test/tenants`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { errorMessage } from "../tenants/errors.ts";
import { exitCodeOf, runProgram } from "./support/program.ts";
import { type TestFileResult, skipsOf } from "./support/skips.ts";

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What the skipped tests are about, and why they are skipped: the first line of their names. */
  readonly skips?: readonly string[];
}

const project = join(import.meta.dirname, "..");

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Somebody has ended the run. */
class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** Runs one program of node_modules/.bin to its end, its output shown as it comes. */
async function run(program: string, args: readonly string[]): Promise<boolean> {
  const started = Date.now();
  say(`\n> ${program} ${args.join(" ")}`);
  const { succeeded, interruption } = await runProgram(program, args, project);
  if (interruption !== null) throw new Interrupted(interruption);
  say(`> ${program} took ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return succeeded;
}

async function staticCheck(program: string, args: readonly string[]): Promise<Tally> {
  const passed = await run(program, args);
  if (!passed) say(`> failed: ${program} ${args.join(" ")}`);
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/** Runs vitest and reads its counts from its own report; a run that leaves no report has failed. */
async function vitest(filters: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-test-"));
  const report = join(folder, "report.json");
  try {
    // Coverage thresholds are for the whole suite; a narrowed run would only report what it did not run.
    const coverage = filters.length === 0 ? ["--coverage"] : [];
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const ended = await run("vitest", ["run", ...coverage, ...reporters, ...filters]);
    const counts = JSON.parse(readFileSync(report, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numFailedTestSuites: number;
      testResults: readonly TestFileResult[];
    };
    // A file that cannot be imported fails as a suite without any failed test, and so does coverage below its threshold.
    const failed = Math.max(counts.numFailedTests, ended ? 0 : 1);
    const skips = counts.testResults.flatMap(skipsOf);
    return { passed: counts.numPassedTests, failed, skipped: counts.numPendingTests, skips };
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    say(`> vitest left no report: ${errorMessage(error)}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const help = `Usage: npm test [-- <vitest arguments>]

Type check, lint, format and every test. The last line is "N passed, N failed"; exit code 1 where anything failed.
Ctrl-C and SIGTERM let the test that runs end and take the clusters down; a second one waits for the shared cluster only.

Examples:
  npm test                                    everything, as CI runs it
  npm test -- test/tenants                    the tests of one room
  npm test -- --project unit                  without the tests that start a cluster
  npm test -- test/tenants -t "egress"        tests by name
`;

const filters = process.argv.slice(2);
if (filters.includes("--help") || filters.includes("-h")) {
  process.stdout.write(help);
  process.exit(0);
}

/** Everything that was asked for, one after the other. */
async function runAll(): Promise<readonly Tally[]> {
  if (filters.length > 0) return [await vitest(filters)];
  return [
    await staticCheck("tsc", ["--noEmit", "-p", "."]),
    // What runs in a browser knows other globals.
    await staticCheck("tsc", ["--noEmit", "-p", "cli/html/client"]),
    await staticCheck("tsc", ["--noEmit", "-p", "test/browser"]),
    await staticCheck("eslint", [".", "--max-warnings=0"]),
    await staticCheck("prettier", ["--check", "--log-level", "warn", "."]),
    await vitest([]),
  ];
}

const tallies = await runAll().catch((error: unknown) => {
  if (!(error instanceof Interrupted)) throw error;
  say(`> ${error.message}`);
  process.exit(exitCodeOf(error.signal));
});
const sum = (key: Exclude<keyof Tally, "skips">): number => tallies.reduce((total, tally) => total + tally[key], 0);
const skipped = sum("skipped");
for (const skip of tallies.flatMap(({ skips = [] }) => skips)) say(`> skipped ${skip}`);
process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = sum("failed") > 0 ? 1 : 0;
