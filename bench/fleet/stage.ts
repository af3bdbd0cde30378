import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Reporter } from "../../local/reporter.ts";
import { clusterTools } from "../../local/toolchain/index.ts";
import { discoverPaths, RawApi, type CollectionPath } from "../api.ts";
import { startCluster } from "../cluster.ts";
import { tenantObjects, type KubernetesObject } from "../onboard/objects.ts";
import { helmPeer } from "../onboard/peers/helm.ts";
import { kubectlPeer } from "../onboard/peers/kubectl.ts";
import type { FreshTenant, Peer } from "../onboard/peers/peer.ts";
import { rawPeer } from "../onboard/peers/raw.ts";
import { commandRunner, type Run } from "../onboard/programs.ts";
import { createFleetFile } from "../onboard/fleet-file.ts";
import { tenantNamespace } from "../onboard/schedule.ts";
import { toolVersions } from "../onboard/versions.ts";
import { copyProgram } from "../onboard/workspace.ts";
import type { Scratch } from "../scratch.ts";
import { createFleetFiles, type FleetFiles } from "./files.ts";
import { fleetCli, type FleetCli } from "./fleet-cli.ts";
import { makeUpCells, stateFolder } from "./made-up.ts";

/** Name of the measured environment. */
const environment = "bench";

const tools = [...clusterTools, "helm", "kubectl"] as const;

/** A cluster, an environment whose files can be set, and all ways to bring tenants in. */
export interface Stage {
  readonly program: string;
  readonly files: FleetFiles;
  readonly cli: FleetCli;
  readonly api: RawApi;
  readonly path: CollectionPath;
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly versions: Readonly<Record<string, string>>;
  /** The ways that are compared with `fleet up`. */
  readonly helm: Peer;
  readonly others: readonly Peer[];
  readonly kubectl: Peer;
  readonly raw: Peer;
  /** A program in the environment's folder, such as plain `pulumi`. */
  readonly run: Run;
  /** A tenant as the peers take it. */
  readonly tenant: (id: string) => FreshTenant;
  /** Puts made-up states of whole cells into the backend, copies of a real cell's state. */
  readonly makeUp: (real: string, cells: readonly string[]) => void;
  /** Takes the states of stacks out of the backend, whose tenants are gone already. */
  readonly forget: (stacks: readonly string[]) => void;
}

/** Starts everything. `ids` are all tenants that peers of `fleet up` will bring in. */
export async function makeStage(
  project: string,
  ids: readonly string[],
  scratch: Scratch,
  reporter: Reporter,
): Promise<Stage> {
  const program = copyProgram(project, join(scratch.directory, "program"));
  const { variables, kubeconfig } = await startCluster(program, tools, scratch, reporter);
  const run = commandRunner(program, variables, scratch.signal);
  const files = createFleetFiles(program, environment);
  const [api, wide] = [new RawApi(kubeconfig, 1), new RawApi(kubeconfig, 16)];
  scratch.atEnd(() => [api, wide].forEach((client) => client.close()));
  // Of the same environment, whose name is in the objects, but in one stack: in a folder of its own.
  const listed = copyProgram(project, join(scratch.directory, "objects"));
  createFleetFile(listed, environment).set(ids);
  const objects = await reporter.step("Reading the objects from the program", () =>
    tenantObjects(listed, environment, scratch.signal),
  );
  const tenant = (id: string): FreshTenant => ({ id, namespace: tenantNamespace(id), objects: objects.get(id) ?? [] });
  const path = await discoverPaths(api, objects.get(ids[0] ?? "") ?? []);
  const charts = join(scratch.directory, "charts");
  const helm = helmPeer(run, charts, { wait: false });
  const raw = rawPeer(wide, path, 16);
  const kubectl = kubectlPeer(run, api, path, join(scratch.directory, "manifests"));
  const backendUrl = variables["PULUMI_BACKEND_URL"] ?? "";
  return {
    program,
    files,
    cli: fleetCli(project, program, environment, variables, scratch.signal),
    api,
    path,
    objects,
    versions: await toolVersions(variables),
    helm,
    others: [helmPeer(run, charts, { wait: true }), kubectl, rawPeer(api, path, 1), raw],
    kubectl,
    raw,
    run,
    tenant,
    makeUp: (real, cells) => makeUpCells(program, environment, backendUrl, real, cells),
    forget: (stacks) => {
      for (const stack of stacks) rmSync(join(stateFolder(backendUrl), `${stack}.json`), { force: true });
    },
  };
}
