import { type ClusterUpResult, clusterUp, hasRealNode, requireRealNode } from "../local/cluster/index.ts";
import type { LocalPaths } from "../local/paths.ts";
import type { Reporter } from "../local/reporter.ts";
import { clusterTools, ensureTools, realNodeTools } from "../local/toolchain/index.ts";

/** Which cluster to bring up. */
export interface BringClusterUpOptions {
  readonly paths: LocalPaths;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** Adds a real node. A cluster that has one keeps it without being asked, until its data is removed. */
  readonly realNode: boolean;
}

/** Finds or builds the tools and brings the embedded cluster up; what a real node lacks is told before anything is built. */
export async function bringClusterUp(options: BringClusterUpOptions): Promise<ClusterUpResult> {
  const { paths, reporter, signal } = options;
  const isReal = options.realNode || hasRealNode(paths);
  if (isReal) await requireRealNode();
  const tools = await ensureTools(clusterTools, { paths, reporter, signal });
  const realNode = isReal ? await ensureTools(realNodeTools, { paths, reporter, signal }) : undefined;
  return await clusterUp({ paths, tools, reporter, signal, realNode });
}
