import type { Credentials } from "../connection/credentials.ts";
import { credentialsFor, type ResolvedCluster, resolveCluster } from "../connection/open.ts";
import { ClusterUnreachable } from "../connection/unreachable.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { printable } from "../tenants/errors.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";

/** The cluster that an environment means, and the way in. */
export interface Connection {
  readonly cluster: ResolvedCluster;
  readonly credentials: Credentials;
}

/** Finds the cluster that `pulumi up` of the environment goes to. Throws a `CommandError`, 3, where there is none. */
export async function connectTo(plan: EnvironmentPlan, directory: string): Promise<Connection> {
  return explainingUnreachable(async () => {
    const cluster = resolveCluster(plan, directory);
    return { cluster, credentials: await credentialsFor(cluster) };
  });
}

/** Does something with a cluster, and throws a `CommandError`, 3, where it cannot be asked. */
export async function explainingUnreachable<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClusterUnreachable)) throw error;
    throw new CommandError(exitCodes.missing, printable(error.message), error.remedy);
  }
}
