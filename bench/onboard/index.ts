import { join } from "node:path";

import type { Reporter } from "../../local/reporter.ts";
import { clusterTools } from "../../local/toolchain/index.ts";
import { startCluster } from "../cluster.ts";
import { describeMachine } from "../machine.ts";
import { withScratch } from "../scratch.ts";
import { discoverPaths, RawApi } from "../api.ts";
import { commandRunner } from "./programs.ts";
import { idleCosts, startCosts, type FixedCost } from "./fixed-costs.ts";
import { createFleetFile, measuredTier } from "./fleet-file.ts";
import { runFleet } from "./fleet-run.ts";
import { tenantObjects } from "./objects.ts";
import { helmPeer } from "./peers/helm.ts";
import { kubectlPeer } from "./peers/kubectl.ts";
import type { Peer } from "./peers/peer.ts";
import {
  makeQuietHome,
  plainPulumi,
  pulumiPeer,
  pulumiVariants,
  upArguments,
  withoutCheckpoints,
} from "./peers/pulumi.ts";
import { rawPeer } from "./peers/raw.ts";
import { comparedPeer, growth, type FleetFigures, type ReadableResult } from "./report.ts";
import { freshId, standingIds } from "./schedule.ts";
import { toolVersions } from "./versions.ts";
import { copyProgram } from "./workspace.ts";

/** Tenants in the environment once the measured one is in it, the small fleet first. */
export const fleetSizes = [1, 25] as const;

const stack = "bench";

const onboardTools = [...clusterTools, "helm", "kubectl"] as const;

/** What to measure. */
export interface OnboardOptions {
  /** Folder of the project. */
  readonly project: string;
  /** Measurements of each peer in each fleet, at least 1. */
  readonly runs: number;
  /** Also measures variants of `pulumi up` and the fixed costs of an update. */
  readonly breakdown: boolean;
  readonly reporter: Reporter;
}

/** What was measured, and on what. */
export interface OnboardResult extends ReadableResult {
  readonly name: "onboard";
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Measures how long one more tenant takes, by Pulumi and by its peers, on an embedded cluster of its own. Nothing is left
 * behind. Throws CommandError when a tool is missing, and Error when a peer fails.
 */
export async function onboard(options: OnboardOptions): Promise<OnboardResult> {
  const machine = describeMachine();
  return await withScratch(async (scratch) => {
    const { project, reporter, runs } = options;
    const program = copyProgram(project, join(scratch.directory, "program"));
    const { variables, tools, kubeconfig } = await startCluster(program, onboardTools, scratch, reporter);
    const environment = { variables, kubeconfig, provider: tools["pulumi-resource-kubernetes"] };
    const run = commandRunner(program, environment.variables, scratch.signal);
    const fleet = createFleetFile(program, stack);

    const quietHome = makeQuietHome(join(scratch.directory, "quiet"));
    const variants = [plainPulumi, ...(options.breakdown ? pulumiVariants(quietHome) : [])];
    const api = new RawApi(environment.kubeconfig, 1);
    const wide = new RawApi(environment.kubeconfig, 16);
    scratch.atEnd(() => [api, wide].forEach((client) => client.close()));
    const peerCount = variants.length + 5;
    fleet.set(fleetSizes.flatMap((size) => everyFreshId(size, runs, peerCount)));
    const objects = await reporter.step("Reading the objects from the program", () =>
      tenantObjects(program, stack, scratch.signal),
    );
    const sample = objects.get(freshId(fleetSizes[0], 0, 0)) ?? [];
    const path = await discoverPaths(api, sample);
    const peers: readonly Peer[] = [
      ...variants.map((variant) => pulumiPeer(run, api, fleet, variant)),
      helmPeer(run, join(scratch.directory, "charts"), { wait: true }),
      helmPeer(run, join(scratch.directory, "charts"), { wait: false }),
      kubectlPeer(run, api, path, join(scratch.directory, "manifests")),
      rawPeer(api, path, 1),
      rawPeer(wide, path, 16),
    ];

    fleet.set([]);
    await reporter.step("Making the platform, without tenants", async () => {
      await run("pulumi", ["stack", "init", stack, "--non-interactive"]);
      await run("pulumi", upArguments(stack));
    });
    const fixedCosts: FixedCost[] = options.breakdown
      ? [...(await startCosts(run, program, environment.provider, runs))]
      : [];
    const fleets: FleetFigures[] = [];
    for (const tenants of fleetSizes) {
      fleet.set(standingIds(tenants - 1));
      if (tenants > 1) {
        await reporter.step(`Growing the fleet to ${tenants - 1}`, () =>
          run("pulumi", upArguments(stack), withoutCheckpoints),
        );
      }
      await run("pulumi", ["stack", "export", "--stack", stack, "--file", fleet.baseline]);
      if (options.breakdown) fixedCosts.push(...(await idleCosts(run, stack, tenants - 1, runs)));
      fleets.push(
        await runFleet({
          tenants,
          runs,
          compared: comparedPeer,
          peers,
          objects,
          api,
          path,
          reporter,
          signal: scratch.signal,
        }),
      );
    }
    const [small, large] = fleets;
    return {
      name: "onboard",
      date: new Date().toISOString(),
      machine,
      versions: await toolVersions(environment.variables),
      tier: measuredTier,
      objectsPerTenant: sample.length,
      objectKinds: countKinds(sample),
      fleets,
      growth: small !== undefined && large !== undefined ? growth(small, large) : {},
      fixedCosts,
    };
  });
}

function everyFreshId(size: number, runs: number, peerCount: number): readonly string[] {
  const rounds = Array.from({ length: runs + 1 }, (_, round) => round);
  return rounds.flatMap((round) => Array.from({ length: peerCount }, (_, peer) => freshId(size, round, peer)));
}

function countKinds(objects: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of objects) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
