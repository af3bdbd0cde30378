import { defaultParallel } from "../../fleet/parallel.ts";
import type { Scratch } from "../scratch.ts";
import { summarize, type Summary } from "../statistics.ts";
import { smallCells, type FleetBenchOptions } from "./options.ts";
import { bringUpInLoop, removeEverything, type BringUp } from "./peers.ts";
import type { BringUpFigures } from "./result.ts";
import type { Stage } from "./stage.ts";

/** Ways to bring up many tenants. */
type Way = "fleet" | "helm" | "kubectl" | "raw";

/** Brings up the same tenants each way in turn, and takes them away again. */
export async function bringUps(
  stage: Stage,
  { signal }: Scratch,
  options: FleetBenchOptions,
  ids: readonly string[],
): Promise<BringUpFigures> {
  const { files, cli, api, path, helm, kubectl, raw } = stage;
  const { cellSize, reporter } = options;
  const parallel = defaultParallel("up");
  const tenants = ids.map(stage.tenant);
  const cellsEach = Math.ceil(ids.length / cellSize);
  const series = { fleet: [], helm: [], kubectl: [], raw: [] } as Record<Way, BringUp[]>;
  const offboarding: number[] = [];
  const peaks: number[] = [];
  const limitChanges: number[] = [];
  const removeAll = (): Promise<void> => removeEverything(api, path, tenants);
  for (let round = 0; round < options.bringUps; round++) {
    // Cells that do not exist yet, in every round.
    const first = smallCells + round * cellsEach;
    const placed = ids.map((id, index) => ({ id, cell: first + Math.floor(index / cellSize) }));
    const title = (way: string): string =>
      `Bringing up ${ids.length} tenants, round ${round + 1} of ${options.bringUps}: ${way}`;
    files.set(placed, first + cellsEach);
    const made = await reporter.step(title("fleet up"), () => cli("up", "--parallel", String(parallel)));
    series.fleet.push({ command: made.seconds, ready: made.seconds });
    if (made.peakBytes !== null) peaks.push(made.peakBytes);
    limitChanges.push(made.limitChanges);
    files.set([], first + cellsEach);
    offboarding.push((await reporter.step("Offboarding them", () => cli("up"))).seconds);
    for (const [name, peer, lanes] of [
      ["helm", helm, parallel],
      ["kubectl", kubectl, parallel],
      ["raw", raw, 1],
    ] as const) {
      series[name].push(
        await reporter.step(title(peer.command), () => bringUpInLoop(peer, tenants, lanes, api, signal, removeAll)),
      );
    }
  }
  const figures = (name: Way): { command: Summary; ready: Summary } => ({
    command: summarize(series[name].map(({ command }) => command)),
    ready: summarize(series[name].map(({ ready }) => ready)),
  });
  return {
    ...{ tenants: ids.length, cellSize, parallel, offboarding: summarize(offboarding), limitChanges, peakBytes: peaks },
    ...{ fleet: figures("fleet"), helm: figures("helm"), kubectl: figures("kubectl"), raw: figures("raw") },
  };
}
