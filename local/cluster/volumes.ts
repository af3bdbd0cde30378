import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import type { LocalPaths } from "../paths.ts";
import { writePrivateFile } from "../private-file.ts";
import { ApiClient } from "./api-client.ts";
import { readRunState } from "./run-state.ts";

/** Where the controller manager's host-path provisioner puts the volumes of every cluster of this machine; not a setting. */
export const volumesDirectory = "/tmp/hostpath_pv";

const persistentVolumes = z.object({
  items: z.array(z.object({ spec: z.object({ hostPath: z.object({ path: z.string() }).optional() }) })),
});

/** Milliseconds that the API server has to list its volumes. */
const answerMilliseconds = 5_000;

/**
 * Folders of this cluster's volumes: from its API server, whose answer is kept for when it does not run any more.
 * `null` when neither is there, so that nobody knows.
 */
export async function clusterVolumes(paths: LocalPaths): Promise<readonly string[] | null> {
  const memory = join(paths.cluster.directory, "volumes.json");
  const asked = await askForVolumes(paths);
  if (asked !== null) {
    writePrivateFile(memory, JSON.stringify(asked));
    return asked;
  }
  try {
    return existsSync(memory) ? z.array(z.string()).parse(JSON.parse(readFileSync(memory, "utf8"))) : null;
  } catch {
    // Damaged, as good as absent.
    return null;
  }
}

async function askForVolumes(paths: LocalPaths): Promise<readonly string[] | null> {
  const port = readRunState(paths.cluster.run).ports["kube-apiserver"];
  if (port === undefined) return null;
  try {
    const api = new ApiClient(port, paths.cluster.pki);
    try {
      const response = await api.get("/api/v1/persistentvolumes", AbortSignal.timeout(answerMilliseconds));
      if (response.status !== 200) return null;
      const { items } = persistentVolumes.parse(JSON.parse(response.body));
      return items.flatMap(({ spec }) => (spec.hostPath === undefined ? [] : [spec.hostPath.path]));
    } finally {
      api.close();
    }
  } catch {
    // No certificates, or an answer that is none: the cluster is not in a state to be asked.
    return null;
  }
}

/**
 * Removes those folders that are volumes of this person: directly under `root`, and a real folder of their own, never a
 * link. Whoever may create volumes decides what `hostPath` says, so nothing else is touched. Returns what is removed.
 */
export function removeVolumes(volumes: readonly string[], root = volumesDirectory): readonly string[] {
  if (!isOwnFolder(root, false)) return [];
  return volumes.filter((path) => {
    const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : "";
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) || !isOwnFolder(path, true)) return false;
    // Links inside are removed as links.
    rmSync(path, { recursive: true, force: true });
    return true;
  });
}

function isOwnFolder(path: string, mine: boolean): boolean {
  try {
    const status = lstatSync(path);
    return status.isDirectory() && (!mine || status.uid === process.getuid?.());
  } catch {
    return false;
  }
}
