import { existsSync, readFileSync, readdirSync, readlinkSync, rmSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { CommandError, exitCodes } from "../../command-error.ts";
import type { LocalPaths } from "../../paths.ts";
import { stopProcess } from "../processes.ts";
import { type NodeLayout, nodeLayout } from "./layout.ts";
import { nodeProcesses, removeCgroup, mountsOf, removeEmpty, restoreMachine, unmountAll } from "./machine.ts";
import { removeNetwork } from "./network.ts";
import type { NodePartName } from "./parts.ts";
import { stopNodeParts } from "./processes.ts";

/** Milliseconds that a container has to end once its node is gone. */
const containerMilliseconds = 2_000;
/** How often those are ended that have come since; a container that starts takes its guardian along. */
const containerRounds = 10;

/** Whether anything of a real node of this checkout is on the machine, also one that the checkout itself no longer knows of. */
export function hasNodeOnMachine(paths: LocalPaths): boolean {
  const { data, runtime } = nodeLayout(paths);
  return existsSync(data) || existsSync(runtime);
}

/**
 * Removes what this checkout's real node has made on the machine: processes, mounts, network namespaces, cgroups, folders; and
 * puts the machine's settings back. What is in the checkout stays: the next `up` has the node again, with the volumes' data.
 * Safe to repeat, and after any part was killed.
 */
export async function realNodeDown(paths: LocalPaths): Promise<readonly NodePartName[]> {
  if (!hasNodeOnMachine(paths)) return [];
  const layout = nodeLayout(paths);
  const stopped = await stopOnMachine(paths, layout);
  const left = mountsOf(layout);
  if (left.length > 0) {
    // What is mounted there is somebody's data, a tenant's volume for one.
    throw new CommandError(
      exitCodes.failed,
      `cannot unmount ${left.join(", ")}, so ${layout.data} is not removed`,
      "end what uses it (`fuser -m`), then npm run local -- down",
    );
  }
  removeCgroup(layout);
  rmSync(layout.data, { recursive: true, force: true });
  removeEmpty(dirname(layout.data));
  await restoreMachine(layout);
  return stopped;
}

/**
 * Ends every process and container of the node and removes its mounts and networks, as a reboot would. Images, volumes and
 * settings stay. Returns the parts that ran.
 */
export async function stopOnMachine(paths: LocalPaths, layout: NodeLayout): Promise<readonly NodePartName[]> {
  const stopped = await stopNodeParts(paths);
  // Containers and their guardians outlive containerd.
  for (let round = 0; round < containerRounds; round++) {
    const left = nodeProcesses(layout);
    if (left.length === 0) break;
    await Promise.all(left.map((identity) => stopProcess(identity, containerMilliseconds)));
  }
  const containers = containersOf(layout);
  await unmountAll(layout);
  removeElsewhere(layout, containers);
  await removeNetwork(layout);
  return stopped;
}

interface Container {
  readonly id: string;
  /** Socket of its guardian, in a folder that all of the machine's share. */
  readonly socket: string | null;
}

function containersOf(layout: NodeLayout): readonly Container[] {
  const folder = join(layout.runtime, "containerd", "io.containerd.runtime.v2.task", "k8s.io");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((id) => {
    const address = join(folder, id, "address");
    const socket = existsSync(address)
      ? readFileSync(address, "utf8")
          .trim()
          .replace(/^unix:\/\//, "")
      : null;
    return { id, socket };
  });
}

/** What the programs leave at places that cannot be configured. */
function removeElsewhere(layout: NodeLayout, containers: readonly Container[]): void {
  for (const { socket } of containers) if (socket !== null) rmSync(socket, { force: true });
  removeEmpty("/run/containerd/s", "/run/containerd");
  for (const file of filesIn("/var/lib/cni/results")) {
    if (containers.some(({ id }) => file.includes(id))) rmSync(file, { force: true });
  }
  removeEmpty("/var/lib/cni/results", "/var/lib/cni/networks", "/var/lib/cni");
  for (const file of filesIn("/var/log/containers")) {
    if (linkTarget(file)?.startsWith(`${layout.data}/`) === true) unlinkSync(file);
  }
  removeEmpty("/var/log/containers");
}

function filesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
