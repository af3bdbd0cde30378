import { existsSync, rmSync } from "node:fs";

import type { LocalPaths } from "../paths.ts";
import type { Reporter } from "../reporter.ts";
import { withLock } from "./lock.ts";
import type { PartName } from "./parts.ts";
import { type NodePartName, hasNodeOnMachine, realNodeDown } from "./real-node/index.ts";
import { Starter } from "./starter.ts";
import { clusterVolumes, removeVolumes, volumesDirectory } from "./volumes.ts";

/** How to take the cluster down. */
export interface ClusterDownOptions {
  readonly paths: LocalPaths;
  readonly reporter: Reporter;
  /** Removes the data as well: etcd, volumes, certificates, logs, and the stacks' state, which describes what is gone then. */
  readonly purge?: boolean;
  /** Ends the stop between its steps; what is stopped by then stays stopped, and nothing is removed after it. */
  readonly signal?: AbortSignal | undefined;
}

const unknownVolumes = `The API server does not answer, so which folders in ${volumesDirectory} were volumes of this cluster is not known; they stay.`;

/**
 * Ends this checkout's cluster, and nothing else: first gently, then hard. Returns the parts that were running.
 *
 * Throws the signal's reason when it is aborted, and LockLost when another command has taken over: the parts and the data
 * are that command's by then.
 */
export async function clusterDown(options: ClusterDownOptions): Promise<readonly (PartName | NodePartName)[]> {
  const { paths } = options;
  // A checkout that was removed and made anew at the same place may have left its node running.
  if (!existsSync(paths.cluster.directory) && !hasNodeOnMachine(paths)) return [];
  const onWait = () => options.reporter.note("Another command is starting or stopping this cluster; waiting for it.");
  return await withLock(
    paths.cluster.directory,
    onWait,
    async (signal) => {
      // Asked before it is stopped; what is known is removed when nothing can use it any more.
      const volumes = await clusterVolumes(paths);
      signal.throwIfAborted();
      const stopped = await options.reporter.step("Stopping the embedded cluster", async () => [
        ...(await realNodeDown(paths)),
        ...(await new Starter(paths).stopAll()),
      ]);
      if (options.purge === true) {
        signal.throwIfAborted();
        if (volumes === null) options.reporter.note(unknownVolumes);
        else removeVolumes(volumes);
        rmSync(paths.cluster.directory, { recursive: true, force: true });
        rmSync(paths.pulumi.state, { recursive: true, force: true });
      }
      return stopped;
    },
    options.signal,
  );
}
