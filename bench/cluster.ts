import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { clusterDown, clusterUp } from "../local/cluster/index.ts";
import { localEnvironment } from "../local/environment.ts";
import { createLocalDirectories, localPaths } from "../local/paths.ts";
import { silentReporter, type Reporter } from "../local/reporter.ts";
import { type clusterPartTools, ensureTools, type ToolName, type ToolPaths } from "../local/toolchain/index.ts";
import type { Scratch } from "./scratch.ts";

/** Tools without which there is no cluster. */
type PartName = (typeof clusterPartTools)[number];

/** A cluster that only this run uses. */
export interface BenchCluster<Name extends ToolName> {
  /** Environment variables of programs that talk to it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly kubeconfig: string;
  readonly tools: ToolPaths<Name>;
}

/**
 * Starts a cluster of this run's own beside a copy of the program in the scratch folder; it is stopped at the end.
 *
 * @param tools what to find or build: the parts of the cluster, and what else the benchmark runs
 */
export async function startCluster<const Name extends ToolName>(
  program: string,
  tools: readonly (Name | PartName)[],
  scratch: Scratch,
  reporter: Reporter,
): Promise<BenchCluster<Name | PartName>> {
  const { signal, directory } = scratch;
  const paths = localPaths(program);
  createLocalDirectories(paths);
  const found = await ensureTools(tools, { paths, reporter, signal });
  scratch.atEnd(() => clusterDown({ paths, reporter: silentReporter }));
  await clusterUp({ paths, tools: found, reporter, signal });
  const home = join(directory, "home");
  mkdirSync(home);
  return {
    // HOME: helm and kubectl keep caches there, and must neither find nor leave anything of the person's own.
    variables: { ...localEnvironment(paths), HOME: home },
    kubeconfig: paths.cluster.kubeconfig,
    tools: found,
  };
}
