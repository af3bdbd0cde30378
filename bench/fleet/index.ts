import type { Reporter } from "../../local/reporter.ts";
import { cellStackName } from "../../tenants/cells.ts";
import { describeMachine } from "../machine.ts";
import { runFleet } from "../onboard/fleet-run.ts";
import type { FleetFigures } from "../onboard/report.ts";
import { freshId } from "../onboard/schedule.ts";
import { withScratch, type Scratch } from "../scratch.ts";
import { summarize, type Summary } from "../statistics.ts";
import { bringUps } from "./bring-up.ts";
import { filling, type Placed } from "./files.ts";
import { goalsOf } from "./goals.ts";
import { smallCells, type FleetBenchOptions } from "./options.ts";
import { fleetPeer } from "./peers.ts";
import { planCost } from "./plans.ts";
import type { FleetResult, OneFleet } from "./result.ts";
import { singleStack } from "./single-stack.ts";
import { makeStage, type Stage } from "./stage.ts";

/** Ways that a quick run compares with, beside `helm install`. */
const quickPeers: ReadonlySet<string> = new Set(["helm-wait", "raw-16"]);

/** Measures a fleet's commands beside what others take for the same objects. Nothing is left behind but the result. */
export async function fleetBench(options: FleetBenchOptions): Promise<FleetResult> {
  const { project, runs, tenants, large, cellSize, reporter } = options;
  let result: Omit<FleetResult, "goals"> = {
    name: "fleet",
    date: new Date().toISOString(),
    complete: false,
    machine: describeMachine(),
    versions: {},
    cellSize,
    objectsPerTenant: 0,
    notes: notesOf(options),
    one: null,
    bringUp: null,
    singleStack: null,
    many: null,
    plans: [],
  };
  const take = (part: Partial<FleetResult>): FleetResult => {
    result = { ...result, ...part };
    const whole = { ...result, goals: goalsOf(result) };
    options.onPart(whole);
    return whole;
  };
  return await withScratch(async (scratch) => {
    const loop = filling("loop", tenants, cellSize, smallCells).map(({ id }) => id);
    const stage = await makeStage(
      project,
      [...freshIds(1, runs), ...freshIds(large, runs), more, ...loop],
      scratch,
      reporter,
    );
    take({ versions: stage.versions, objectsPerTenant: stage.tenant(loop[0] ?? "").objects.length });
    stage.files.set([], smallCells);
    await reporter.step("Making the platform", () => stage.cli("up"));
    take({ one: await oneFleet(stage, scratch, options, { tenants: 1, standing: [], madeUp: 0, cells: smallCells }) });
    take({ bringUp: await bringUps(stage, scratch, options, loop) });
    const standing = loop.slice(0, options.singleStack);
    if (standing.length > 0)
      take({ singleStack: await singleStack(stage, options, standing, more, cellsUsed(options)) });
    take({ many: await largeFleet(stage, scratch, options) });
    for (const count of options.plans) {
      take({ plans: [...result.plans, await planCost(stage, scratch, reporter, count)] });
    }
    return take({ complete: true });
  });
}

/** Cells of the small fleet and of the bring-ups, each of which has its own. */
function cellsUsed({ bringUps: rounds, tenants, cellSize }: FleetBenchOptions): number {
  return smallCells + rounds * Math.ceil(tenants / cellSize);
}

/** The tenant that comes into the single stack. */
const more = freshId(0, 0, 0);

function freshIds(size: number, runs: number): readonly string[] {
  const rounds = Array.from({ length: runs + 1 }, (_, round) => round);
  return rounds.flatMap((round) => Array.from({ length: 6 }, (_, peer) => freshId(size, round, peer)));
}

/** Onboarding, a preview and an update without change, in a fleet in which `standing` is up already. */
async function oneFleet(
  { files, cli, api, path, objects, helm, others }: Stage,
  { signal }: Scratch,
  { runs, reporter, allPeers }: FleetBenchOptions,
  fleet: {
    readonly tenants: number;
    readonly standing: readonly Placed[];
    readonly madeUp: number;
    readonly cells: number;
    /** Where new tenants go; each into a new cell where none is named. */
    readonly cell?: number;
  },
): Promise<OneFleet> {
  const { tenants, standing, cells } = fleet;
  let next = 0;
  const onboarding: FleetFigures = await runFleet({
    ...{ tenants, runs, compared: "fleet", objects, api, path, reporter, signal },
    peers: [
      fleetPeer(cli, {
        // In the small fleet each new tenant gets a cell of its own that does not exist yet.
        add: (id) => files.set([...standing, { id, cell: fleet.cell ?? next++ }], cells),
        remove: () => files.set(standing, cells),
      }),
      helm,
      ...(tenants === 1 ? (allPeers ? others : others.filter(({ name }) => quickPeers.has(name))) : []),
    ],
  });
  const measured = standing.length === 0 ? [{ id: "sample", cell: smallCells - 1 }] : standing;
  if (standing.length === 0) {
    files.set(measured, cells);
    await reporter.step("Making the tenant of the fleet of 1", () => cli("up"));
  }
  const unchanged = await repeated(reporter, `fleet of ${tenants}: fleet up without a change`, runs, () => cli("up"));
  const [sample, ...rest] = measured;
  const preview = await repeated(reporter, `fleet of ${tenants}: fleet preview of one change`, runs, (round) => {
    files.set([{ ...(sample ?? { id: "", cell: 0 }), name: `Changed ${round}` }, ...rest], cells);
    return cli("preview");
  });
  files.set([], cells);
  if (standing.length === 0) await reporter.step("Taking it away", () => cli("up"));
  const peakBytes = unchanged.flatMap(({ peakBytes: peak }) => (peak === null ? [] : [peak]));
  const of = (series: readonly { readonly seconds: number }[]): Summary => summarize(series.map((run) => run.seconds));
  return { tenants, madeUp: fleet.madeUp, onboarding, preview: of(preview), unchanged: of(unchanged), peakBytes };
}

/** Something once without counting it, then `runs` times. */
async function repeated<Figures>(
  reporter: Reporter,
  title: string,
  runs: number,
  work: (round: number) => Promise<Figures>,
): Promise<readonly Figures[]> {
  return await reporter.step(title, async () => {
    await work(0);
    const series: Figures[] = [];
    for (let round = 1; round <= runs; round++) series.push(await work(round));
    return series;
  });
}

/** A fleet with two real cells, one of them with room for one more; the others are made up. */
async function largeFleet(stage: Stage, scratch: Scratch, options: FleetBenchOptions): Promise<OneFleet> {
  const { large, cellSize, reporter } = options;
  const base = 1000;
  const count = Math.ceil(large / cellSize);
  const cells = base + count;
  const open = filling("real-a", cellSize - 1, cellSize, base);
  const full = filling("real-b", cellSize, cellSize, base + 1);
  const others = Array.from({ length: count - 2 }, (_, index) =>
    filling(`made-${String(index).padStart(4, "0")}`, cellSize, cellSize, base + 2 + index),
  ).flat();
  stage.files.set([...open, ...full], cells);
  await reporter.step(`Making two real cells of the fleet of ${large}`, () => stage.cli("up"));
  const standing = [...open, ...full, ...others];
  stage.files.set(standing, cells);
  const name = (cell: number): string => cellStackName("bench", cell);
  stage.makeUp(name(base + 1), [...new Set(others.map(({ cell }) => cell))].map(name));
  const figures = await oneFleet(stage, scratch, options, {
    tenants: large,
    standing,
    madeUp: others.length,
    cells,
    cell: base,
  });
  // Their few real tenants stay in the cluster and are in nobody's way; their cells would be, in a smaller environment.
  stage.forget(standing.map((tenant) => name(tenant.cell)));
  return figures;
}

function notesOf({ tenants, large, cellSize, bringUps: rounds, runs }: FleetBenchOptions): readonly string[] {
  return [
    `Short measures: ${runs} runs after one that is not counted. Bring-ups of ${tenants}: ${rounds} each.`,
    "The fleet of 1 has its platform; the onboarded tenant gets a cell that does not exist yet.",
    `The fleet of ${large} has two real cells of ${cellSize}; the states of its other cells are copies of a real one, and the cluster does not have their tenants. The onboarded tenant fills a real cell that has ${cellSize - 1}.`,
    "A bring-up goes into cells that do not exist yet, on a platform that is up.",
    "fleet up returns when the pods are Ready; helm install and POSTs when the API server has accepted the objects.",
    "Memory is the largest sum of resident memory of the command and all that it starts; shared pages count once for each process.",
  ];
}
