import type { Reporter } from "../../local/reporter.ts";
import { clusterTools } from "../../local/toolchain/index.ts";
import { cellStackName } from "../../tenants/cells.ts";
import { RawApi } from "../api.ts";
import { startCluster } from "../cluster.ts";
import { createFleetFiles, filling, type FleetFiles, type Placed } from "../fleet/files.ts";
import { makeUpCells } from "../fleet/made-up.ts";
import { fleetCli, type FleetCli, type FleetRunFigures } from "../fleet/fleet-cli.ts";
import { describeMachine } from "../machine.ts";
import { toolVersions } from "../onboard/versions.ts";
import { copyProgram } from "../onboard/workspace.ts";
import { withScratch, type Scratch } from "../scratch.ts";
import { readServer, type ServerFigures } from "./server.ts";
import { addNodes } from "./nodes.ts";
import type { ScaleResult, ScaleStep } from "./result.ts";

/** What to measure. */
export interface ScaleOptions {
  /** Folder of the project. */
  readonly project: string;
  /** Tenants of the fleet, all of them really made. */
  readonly large: number;
  readonly cellSize: number;
  /** Tenants of the fleet whose states are made up, but for one cell. */
  readonly madeUp: number;
  readonly reporter: Reporter;
  /** Told of what is measured so far. */
  readonly onPart: (result: ScaleResult) => void;
}

const environment = "scale";

/** Pods of a tenant of the measured tier, those that start while others end included, and of one node. */
const [podsPerTenant, podsPerNode] = [4, 100];

/** Takes a large fleet through its life, once, and counts what the API server and etcd had to do. */
export async function scaleTest(options: ScaleOptions): Promise<ScaleResult> {
  const { project, large, cellSize, madeUp, reporter, onPart } = options;
  let result: ScaleResult = {
    ...{ name: "scale", date: new Date().toISOString(), complete: false, machine: describeMachine(), versions: {} },
    ...{ tenants: large, cellSize, steps: [] },
  };
  return await withScratch(async (scratch) => {
    const { program, backendUrl, files, cli, api, versions } = await makeFleet(options, scratch);
    result = { ...result, versions };
    const measured = async (name: string, work: () => Promise<FleetRunFigures>): Promise<void> => {
      const before = await readServer(api);
      const figures = await reporter.step(name, work);
      result = { ...result, steps: [...result.steps, stepOf(name, figures, before, await readServer(api))] };
      onPart(result);
    };
    const cells = Math.ceil(large / cellSize) + 1;
    const all = filling("t", large, cellSize, 0);
    const set = (tenants: readonly Placed[]): void => files.set(tenants, cells);
    set([]);
    await measured("platform", () => cli("up"));
    set(all);
    await measured(`bring up ${large}`, () => cli("up"));
    await measured("up without a change", () => cli("up"));
    const more: Placed = { id: "one-more", cell: cells - 1 };
    set([...all, more]);
    await measured("preview of one more", () => cli("preview"));
    await measured("onboard one, into a new cell", () => cli("up"));
    set(all);
    await measured("offboard it", () => cli("up"));
    const tenth = all.map((tenant, index) => (index % 10 === 0 ? { ...tenant, tier: "free" } : tenant));
    set(tenth);
    await measured(`preview of another tier for ${Math.ceil(large / 10)}`, () => cli("preview"));
    await measured(`another tier for ${Math.ceil(large / 10)}`, () => cli("up"));
    await measured("destroy", () => cli("destroy", "--yes"));
    const many = filling("m", madeUp - (madeUp % cellSize), cellSize, 0);
    const [real, ...others] = [...new Set(many.map(({ cell }) => cellStackName(environment, cell)))];
    const fleet = (tenants: readonly Placed[]): void => files.set(tenants, others.length + 1);
    await reporter.step(`Making one cell of a fleet of ${many.length}`, async () => {
      fleet(many.slice(0, cellSize));
      await cli("up");
      fleet(many);
      makeUpCells(program, environment, backendUrl, real ?? "", others);
      // What depends on all tenants is behind: the platform.
      await cli("up");
    });
    await measured(`${many.length}, states made up: up without a change`, () => cli("up"));
    fleet(many.map((tenant, index) => (index === 0 ? { ...tenant, name: "Changed" } : tenant)));
    await measured(`${many.length}, states made up: preview of one change`, () => cli("preview"));
    result = { ...result, complete: true };
    onPart(result);
    return result;
  });

  async function makeFleet(
    { project: source }: ScaleOptions,
    scratch: Scratch,
  ): Promise<{
    readonly program: string;
    readonly backendUrl: string;
    readonly files: FleetFiles;
    readonly cli: FleetCli;
    readonly api: RawApi;
    readonly versions: ScaleResult["versions"];
  }> {
    const program = copyProgram(source, `${scratch.directory}/program`);
    const tools = [...clusterTools, "helm", "kubectl"] as const;
    const { variables, kubeconfig } = await startCluster(program, tools, scratch, reporter);
    const api = new RawApi(kubeconfig, 4);
    scratch.atEnd(() => api.close());
    await addNodes(api, Math.ceil((large * podsPerTenant) / podsPerNode));
    return {
      program,
      backendUrl: variables["PULUMI_BACKEND_URL"] ?? "",
      files: createFleetFiles(program, environment),
      cli: fleetCli(project, program, environment, variables, scratch.signal),
      api,
      versions: await toolVersions(variables),
    };
  }
}

function stepOf(name: string, figures: FleetRunFigures, before: ServerFigures, after: ServerFigures): ScaleStep {
  const { seconds, peakBytes, limitChanges } = figures;
  const [requests, writes] = [after.requests - before.requests, after.writes - before.writes];
  return { name, seconds, peakBytes, limitChanges, requests, writes, etcdBytes: after.etcdBytes };
}
