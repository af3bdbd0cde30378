import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import type { ProcessIdentity } from "../process-identity.ts";
import { withLock } from "../lock.ts";
import { processStartTime } from "../process-identity.ts";
import { type NodeLayout, runtimeRoot } from "./layout.ts";
import { unloadModules } from "./modules.ts";
import { namespacePath } from "./network.ts";
import { succeeds } from "./run.ts";
import { type Settings, kubeletSettings, readSettings, settingsToRestore, writeSettings } from "./settings.ts";

const saved = join(runtimeRoot, "machine.json");

/** Where every kubelet listens for plugins, wherever its own folder is. */
const devicePlugins = "/var/lib/kubelet/device-plugins";

interface Saved {
  readonly settings: Settings;
  /** Whether another kubelet was on the machine before. */
  readonly hadKubelet: boolean;
}

/**
 * Runs `work` while no other checkout of this machine looks whether it has the last real node, or makes the first. The lock is beside
 * the folder, which comes and goes.
 */
async function alone<Result>(work: () => Promise<Result> | Result): Promise<Result> {
  return await withLock(
    runtimeRoot,
    () => undefined,
    async () => await work(),
  );
}

/** Remembers the machine as it was before the first kubelet. Gone with a reboot, as what the kubelets set is. */
export async function saveMachine(layout: NodeLayout): Promise<void> {
  await alone(() => writeMachine(layout));
}

function writeMachine(layout: NodeLayout): void {
  mkdirSync(layout.runtime, { recursive: true, mode: 0o700 });
  const settings = readSettings(Object.keys(kubeletSettings));
  const machine: Saved = { settings, hadKubelet: existsSync(devicePlugins) };
  try {
    // Another checkout's kubelet may have changed it already: then that checkout has remembered it too.
    writeFileSync(saved, JSON.stringify(machine), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Puts the machine back once no checkout has a real node any more. */
export async function restoreMachine(layout: NodeLayout): Promise<void> {
  await alone(async () => {
    rmSync(layout.runtime, { recursive: true, force: true });
    await releaseMachine();
  });
}

/** Takes back what a check for a real node has loaded, where it has found that there can be none. */
export async function forgetCheck(): Promise<void> {
  if (existsSync(runtimeRoot)) await alone(releaseMachine);
}

async function releaseMachine(): Promise<void> {
  if (existsSync(runtimeRoot) && readdirSync(runtimeRoot, { withFileTypes: true }).some((entry) => entry.isDirectory()))
    return;
  if (existsSync(saved)) {
    const machine = JSON.parse(readFileSync(saved, "utf8")) as Saved;
    writeSettings(settingsToRestore(machine.settings, readSettings(Object.keys(machine.settings))));
    if (!machine.hadKubelet) {
      for (const name of ["kubelet.sock", "kubelet_internal_checkpoint"])
        rmSync(join(devicePlugins, name), { force: true });
      removeEmpty(devicePlugins, "/var/lib/kubelet");
    }
  }
  await unloadModules();
  rmSync(runtimeRoot, { recursive: true, force: true });
  // The first namespace of a machine makes this a mount of its own.
  if (existsSync("/run/netns") && readdirSync("/run/netns").length === 0) {
    await succeeds("umount", "/run/netns");
    removeEmpty("/run/netns");
  }
}

/** Removes folders in this order, as far as nobody else has anything in them. */
export function removeEmpty(...folders: readonly string[]): void {
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    try {
      rmdirSync(folder);
    } catch {
      // Somebody else uses it.
      return;
    }
  }
}

/** Makes the cgroup below which the kubelet puts pods. It demands that it is there in every hierarchy. */
export function ensureCgroup({ cgroup }: NodeLayout): void {
  for (const hierarchy of cgroupHierarchies()) {
    const directory = join(hierarchy, cgroup);
    mkdirSync(directory, { recursive: true });
    // A new group of version 1 has no processor and no memory node until it is told which.
    for (const name of ["cpuset.cpus", "cpuset.mems"]) {
      const file = join(directory, name);
      if (existsSync(join(directory, "cpuset.clone_children")) && readFileSync(file, "utf8").trim() === "")
        writeFileSync(file, readFileSync(join(hierarchy, name)));
    }
  }
}

/** Removes the cgroup with everything below it; no process may be in it any more. */
export function removeCgroup({ cgroup }: NodeLayout): void {
  // Programs make it in hierarchies that the kubelet does not look at, too.
  for (const hierarchy of mountedCgroups().map(({ path }) => path)) {
    for (const directory of [...descendants(join(hierarchy, cgroup)), join(hierarchy, cgroup)]) {
      if (existsSync(directory)) rmdirSync(directory);
    }
  }
}

/** Hierarchies in which the kubelet looks for its cgroup: one of version 2, or one for each controller of version 1. */
function cgroupHierarchies(): readonly string[] {
  const mounts = mountedCgroups();
  const first = mounts.filter(({ type }) => type === "cgroup");
  // A machine with version 1 may show an empty version 2 as well.
  return (first.length > 0 ? first : mounts).map(({ path }) => path);
}

function mountedCgroups(): readonly { readonly path: string; readonly type: string }[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([, path = "", type = ""]) => (type === "cgroup" || type === "cgroup2" ? [{ path, type }] : []));
}

/** Every directory below, the deepest first. */
function descendants(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
    .flatMap((child) => [...descendants(child), child]);
}

/** Every process of the node: those in its network namespaces and in its cgroup, the relay, and the guardians of its containers. */
export function nodeProcesses(layout: NodeLayout): readonly ProcessIdentity[] {
  const networks = new Set([layout.network, layout.world].flatMap((name) => inodeOf(namespacePath(name)) ?? []));
  return readdirSync("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || !isOfNode(pid, layout, networks)) return [];
    const startTime = processStartTime(pid);
    return startTime === null ? [] : [{ pid, startTime }];
  });
}

function isOfNode(pid: number, layout: NodeLayout, networks: ReadonlySet<string>): boolean {
  try {
    return (
      networks.has(readlinkSync(`/proc/${pid}/ns/net`)) ||
      readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(`:/${layout.cgroup}/`) ||
      // Root's only: others may write what they like on a command line.
      (statSync(`/proc/${pid}`).uid === 0 && isNamed(readFileSync(`/proc/${pid}/cmdline`, "utf8"), layout))
    );
  } catch {
    // It has ended since the listing.
    return false;
  }
}

function isNamed(commandLine: string, { socket, hostLink }: NodeLayout): boolean {
  return commandLine.includes(socket) || commandLine.split("\0").slice(1).includes(hostLink);
}

function inodeOf(path: string): string | null {
  return existsSync(path) ? `net:[${statSync(path).ino}]` : null;
}

/** What is mounted below the node's folders, in the order of mounting. */
export function mountsOf(layout: NodeLayout): readonly string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => (line.split(" ")[1] ?? "").replace(/\\(\d{3})/g, (_, code: string) => octalCharacter(code)))
    .filter((path) => [layout.data, layout.runtime].some((folder) => path.startsWith(`${folder}/`)));
}

function octalCharacter(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 8));
}

/** Unmounts everything below the node's folders, the deepest first. */
export async function unmountAll(layout: NodeLayout): Promise<void> {
  for (const point of [...mountsOf(layout)].reverse()) {
    if (!(await succeeds("umount", point))) await succeeds("umount", "--lazy", point);
  }
}
