import { join } from "node:path";

import { Argument, Command, InvalidArgumentError } from "commander";

import { createReporter } from "../local/reporter.ts";
import { cellSizes, renderCellSizes } from "./fleet/cell-sizes.ts";
import { fleetBench } from "./fleet/index.ts";
import { renderFleetResult } from "./fleet/report.ts";
import { guardrailCost } from "./guardrails/index.ts";
import { renderGuardrails } from "./guardrails/report.ts";
import { onboard } from "./onboard/index.ts";
import { renderResult } from "./onboard/report.ts";
import { scaleTest } from "./scale/index.ts";
import { renderScale } from "./scale/result.ts";
import { removeResult, writeResult } from "./results.ts";

/** Benchmarks that exist. */
const benchmarkNames = ["onboard", "fleet", "cells", "scale", "guardrails"] as const;

/** Measurements of each peer in each fleet, unless `--runs` says otherwise. A published figure has at least this many. */
const defaultRuns = 5;

/** More would not fit the largest capacity that an environment can state, for every run plans tenants of its own. */
const maximumRuns = 50;

interface BenchFlags {
  readonly runs: number;
  readonly breakdown: boolean;
  readonly json: boolean;
  readonly quick: boolean;
  readonly tenants: number;
  readonly large: number;
  readonly cellSize: number;
  readonly singleStack: number;
}

/** Reads a number of tenants of which there may be none, or one in each cell. Throws what commander prints as wrong input. */
function parseFew(least: number): (text: string) => number {
  return (text) => {
    if (/^(0|[1-9][0-9]{0,2})$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`Found ${text}; write a whole number from ${least} to 999.`);
  };
}

/** Reads a number of tenants. Throws what commander prints as wrong input. */
export function parseTenants(text: string): number {
  const count = Number(text);
  if (/^[1-9][0-9]{0,4}$/.test(text) && count >= 2 && count <= 10_000) return count;
  throw new InvalidArgumentError(`Found ${text}; write a whole number from 2 to 10000.`);
}

/** Parses `--runs`. Throws what commander prints as wrong input. */
export function parseRuns(text: string): number {
  const runs = Number(text);
  if (!/^[0-9]+$/.test(text) || runs < 1 || runs > maximumRuns) {
    throw new InvalidArgumentError(
      `Found ${text}; write a whole number from 1 to ${maximumRuns}, such as ${defaultRuns}.`,
    );
  }
  return runs;
}

/** The command line of the benchmarks. Errors are thrown, never turned into an exit. */
export function benchCommand(project: string = join(import.meta.dirname, "..")): Command {
  return new Command("bench")
    .description("Measures Tenantry against helm, kubectl and the raw API server, side by side in one run.")
    .addArgument(new Argument("[name]", "the benchmark").choices(benchmarkNames).default("onboard"))
    .option("--runs <n>", "measurements of each peer in each fleet; below 5 nothing is written", parseRuns, defaultRuns)
    .option("--breakdown", "onboard: also measure variants of pulumi up and the fixed costs of an update", false)
    .option(
      "--quick",
      "fleet: bring up once instead of three times, and compare with fewer ways; cells: leave out cells of 50",
      false,
    )
    .option("--tenants <n>", "fleet: tenants of the bring-up", parseTenants, 100)
    .option("--large <n>", "fleet, scale: tenants of the large fleet", parseTenants, 1000)
    .option("--cell-size <n>", "fleet, scale: tenants in a cell", parseFew(1), 1)
    .option(
      "--single-stack <n>",
      "fleet: tenants to bring up in one Pulumi stack, too, at most those of the bring-up; 0 for none",
      parseFew(0),
      25,
    )
    .option("--json", "print the result as one JSON document", false)
    .addHelpText(
      "after",
      `
Takes minutes to an hour, and starts and removes an embedded cluster of its own. Progress goes to standard error.

Examples:
  npm run bench -- onboard                the published comparison, 5 runs each
  npm run bench -- onboard --breakdown    and where the time goes
  npm run bench -- fleet --quick          a fleet's commands beside helm and POSTs, about half an hour
  npm run bench -- cells                  what cells of 1, 2, 5, 10, 25 and 50 tenants cost
  npm run bench -- scale                  the life of a fleet of 1,000 tenants, all really made, more than an hour
  npm run bench -- guardrails             what the admission policies add to a tenant's requests
  npm run -s bench -- onboard --runs 1 --json`,
    )
    .exitOverride()
    .action(async (name: (typeof benchmarkNames)[number], flags: BenchFlags) => {
      const { runs, json } = flags;
      const { result, text } = await measure(name, { project, ...flags });
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${text}\n`);
      // The life of a large fleet is measured once, whatever is asked for.
      if (name !== "scale" && runs < defaultRuns) {
        process.stderr.write(`Not written to bench/results: ${runs} runs are fewer than ${defaultRuns}.\n`);
        return;
      }
      process.stderr.write(`Written to ${writeResult(project, name, result)}.\n`);
    });
}

async function measure(
  name: (typeof benchmarkNames)[number],
  options: BenchFlags & { readonly project: string },
): Promise<{ readonly result: unknown; readonly text: string }> {
  const reporter = createReporter();
  // What a run that is cut leaves of its figures; one that ends removes it.
  const keep = (part: unknown): void => void writeResult(options.project, `${name}.partial`, part);
  const forget = (): void => removeResult(options.project, `${name}.partial`);
  switch (name) {
    case "onboard": {
      const result = await onboard({ ...options, reporter });
      return { result, text: renderResult(result) };
    }
    case "fleet": {
      const result = await fleetBench({
        ...options,
        allPeers: !options.quick,
        bringUps: options.quick ? 1 : 3,
        plans: [2500, 10_000],
        reporter,
        onPart: keep,
      });
      forget();
      return { result, text: renderFleetResult(result) };
    }
    case "cells": {
      const sizes = [1, 2, 5, 10, 25, ...(options.quick ? [] : [50])];
      const result = await cellSizes({ ...options, sizes, reporter, onPart: keep });
      forget();
      return { result, text: renderCellSizes(result) };
    }
    case "scale": {
      const result = await scaleTest({ ...options, madeUp: 10_000, reporter, onPart: keep });
      forget();
      return { result, text: renderScale(result) };
    }
    case "guardrails": {
      const result = await guardrailCost({ ...options, reporter });
      return { result, text: renderGuardrails(result) };
    }
    default:
      return name satisfies never;
  }
}
