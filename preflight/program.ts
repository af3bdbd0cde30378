import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

import { printable } from "../tenants/errors.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { credentialsFor, type ProviderCluster, resolveCluster } from "../connection/open.ts";
import { ClusterUnreachable } from "../connection/unreachable.ts";
import type { Cluster } from "./cluster.ts";
import { openCluster } from "./kubernetes-cluster.ts";
import { refusalText, warningText } from "./report.ts";
import { runPreflight } from "./run.ts";

/**
 * Stops the program before its first resource when the cluster cannot enforce what the plan relies on, with a `RunError` that lists
 * all of it. Runs in every preview and every update.
 *
 * Returns what tells the provider of the same cluster: whoever changes the current context meanwhile changes nothing here.
 *
 * It does not run against Pulumi's mocks: they stand in for engine and cluster, so nothing can be created and nobody can be asked.
 * No setting turns it off.
 *
 * @param directory Folder of the program.
 */
export async function preflight(plan: EnvironmentPlan, directory: string): Promise<ProviderCluster | null> {
  if (pulumi.runtime.getMonitor() instanceof MockMonitor) return null;
  try {
    const cluster = resolveCluster(plan, directory);
    await preflightOf(plan, openCluster(await credentialsFor(cluster)));
    return cluster.provider;
  } catch (error) {
    if (!(error instanceof ClusterUnreachable)) throw error;
    throw new pulumi.RunError(`preflight: ${printable(error.message)}; nothing was created.\n${error.remedy}`);
  }
}

/** The same for a cluster that is open already, and closes it. */
export async function preflightOf(plan: EnvironmentPlan, cluster: Cluster): Promise<void> {
  try {
    const report = await runPreflight(plan, cluster);
    if (!report.passed) throw new pulumi.RunError(refusalText(report));
    const warning = warningText(report);
    if (warning !== null) await pulumi.log.warn(warning);
  } finally {
    cluster.close();
  }
}
