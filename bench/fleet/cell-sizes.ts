import Table from "cli-table3";

import { defaultParallel } from "../../fleet/parallel.ts";
import type { Reporter } from "../../local/reporter.ts";
import { cellStackName } from "../../tenants/cells.ts";
import { describeMachine, type Machine } from "../machine.ts";
import { withScratch } from "../scratch.ts";
import { mebibytes, roundMilliseconds, summarize, type Summary } from "../statistics.ts";
import { filling, type Placed } from "./files.ts";
import { removeEverything } from "./peers.ts";
import { makeStage, type Stage } from "./stage.ts";

/** What cells of one size cost. */
export interface CellSize {
  readonly size: number;
  readonly tenants: number;
  /** Bringing them up in cells that do not exist yet, seconds for each tenant, all stacks together. */
  readonly bringUpPerTenant: number;
  /** One tenant more, each time in a cell that holds `size` of them; with cells of 1, in a new cell. */
  readonly onboarding: Summary;
  /** Largest memory of the command and all that it starts, while it brings up; `null` where nobody tells. */
  readonly peakBytes: number | null;
}

/** What was measured, and on what. */
export interface CellSizesResult {
  readonly name: "cells";
  readonly date: string;
  readonly complete: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly parallel: number;
  readonly sizes: readonly CellSize[];
}

/** What to measure. */
export interface CellSizesOptions {
  readonly project: string;
  readonly sizes: readonly number[];
  readonly reporter: Reporter;
  /** Told of what is measured so far. */
  readonly onPart: (result: CellSizesResult) => void;
}

/** Fewest tenants of a bring-up: with fewer, the start of the command would weigh too much. */
const fewest = 20;

/** Cells of a size: one for each lane, and more of small ones. */
function cellsOf(size: number): number {
  return Math.max(2, Math.ceil(fewest / size));
}

/** Measures cells of several sizes, one after the other, on a platform that is up. */
export async function cellSizes({ project, sizes, reporter, onPart }: CellSizesOptions): Promise<CellSizesResult> {
  let result: CellSizesResult = {
    ...{ name: "cells", date: new Date().toISOString(), complete: false, machine: describeMachine() },
    ...{ versions: {}, parallel: defaultParallel("up"), sizes: [] },
  };
  const take = (part: Partial<CellSizesResult>): CellSizesResult => {
    result = { ...result, ...part };
    onPart(result);
    return result;
  };
  return await withScratch(async (scratch) => {
    const ids = sizes.flatMap((size, index) => [...standing(size, index), ...added(size, index)].map(({ id }) => id));
    const stage = await makeStage(project, ids, scratch, reporter);
    take({ versions: stage.versions });
    stage.files.set([], cellRoom);
    await reporter.step("Making the platform", () => stage.cli("up"));
    for (const [index, size] of sizes.entries()) {
      take({
        sizes: [...result.sizes, await reporter.step(`Cells of ${size}`, () => measureSize(stage, size, index))],
      });
    }
    return take({ complete: true });
  });
}

/** Cells that each size has for itself. */
const cellRoom = 100;

function standing(size: number, index: number): readonly Placed[] {
  return filling(`s${size}`, size * cellsOf(size), size, index * cellRoom);
}

/** Tenants that come one at a time, each into another cell. */
function added(size: number, index: number): readonly Placed[] {
  const first = index * cellRoom + (size === 1 ? cellsOf(size) : 0);
  return filling(`more${size}`, Math.min(3, cellsOf(size)), 1, first);
}

async function measureSize(
  { files, cli, api, path, tenant, forget }: Stage,
  size: number,
  index: number,
): Promise<CellSize> {
  const cells = (index + 1) * cellRoom;
  const all = [...standing(size, index)];
  files.set(all, cells);
  const { seconds, peakBytes } = await cli("up");
  const bringUpPerTenant = roundMilliseconds(seconds / all.length);
  const tenants = all.length;
  const series: number[] = [];
  for (const one of added(size, index)) {
    all.push(one);
    files.set(all, cells);
    series.push((await cli("up")).seconds);
  }
  await removeEverything(
    api,
    path,
    all.map(({ id }) => tenant(id)),
  );
  // By the API server and without Pulumi, which would take longer than what is measured.
  forget([...new Set(all.map(({ cell }) => cellStackName(files.environment, cell)))]);
  return { size, tenants, bringUpPerTenant, onboarding: summarize(series), peakBytes };
}

/** The figures as a table for people. */
export function renderCellSizes({ sizes, parallel, machine, complete }: CellSizesResult): string {
  const head = [
    "tenants in a cell",
    "brought up",
    "bring-up, s per tenant",
    "one more: min",
    "median",
    "max",
    "memory",
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { size, tenants, bringUpPerTenant, onboarding, peakBytes } of sizes) {
    const { min, median, max } = onboarding;
    const memory = peakBytes === null ? "" : mebibytes(peakBytes);
    table.push([size, tenants, ...[bringUpPerTenant, min, median, max].map((value) => value.toFixed(2)), memory]);
  }
  return [
    `${machine.cpus} x ${machine.cpuModel}, load average ${machine.loadAverageAtStart} at the start, ${parallel} cells at a time`,
    ...(complete ? [] : ["The run was cut; what is missing was not measured."]),
    table.toString(),
  ].join("\n");
}
