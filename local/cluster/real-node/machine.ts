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
import { processStartTime } from "../process-identity.ts";
import { type NodeLayout, runtimeRoot } from "./layout.ts";
import { namespacePath } from "./network.ts";
import { cgroupHierarchies } from "./prerequisites.ts";
import { succeeds } from "./run.ts";

/** What every kubelet sets for the whole machine. */
const settings = [
  "vm.overcommit_memory",
  "vm.panic_on_oom",
  "kernel.panic",
  "kernel.panic_on_oops",
  "kernel.keys.root_maxkeys",
  "kernel.keys.root_maxbytes",
] as const;

const savedSettings = join(runtimeRoot, "sysctl.json");

/** Remembers the machine's settings as they were before the first kubelet. Gone with a reboot, as the kubelets' are. */
export function saveSettings(layout: NodeLayout): void {
  mkdirSync(layout.runtime, { recursive: true, mode: 0o700 });
  const values = settings.flatMap((name) => {
    const value = readSetting(name);
    return value === null ? [] : [[name, value] as const];
  });
  try {
    // Another checkout's kubelet may have changed them already: then it has remembered them too.
    writeFileSync(savedSettings, JSON.stringify(Object.fromEntries(values)), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Puts the machine's settings back once no checkout has a real node any more. */
export function restoreSettings(layout: NodeLayout): void {
  rmSync(layout.runtime, { recursive: true, force: true });
  if (!existsSync(savedSettings)) return;
  if (readdirSync(runtimeRoot, { withFileTypes: true }).some((entry) => entry.isDirectory())) return;
  const values = JSON.parse(readFileSync(savedSettings, "utf8")) as Readonly<Record<string, string>>;
  for (const [name, value] of Object.entries(values)) {
    if (readSetting(name) !== value) writeFileSync(settingFile(name), value);
  }
  rmSync(runtimeRoot, { recursive: true, force: true });
}

function settingFile(name: string): string {
  return join("/proc/sys", name.replaceAll(".", "/"));
}

function readSetting(name: string): string | null {
  return existsSync(settingFile(name)) ? readFileSync(settingFile(name), "utf8").trim() : null;
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
  for (const hierarchy of cgroupHierarchies()) {
    for (const directory of [...descendants(join(hierarchy, cgroup)), join(hierarchy, cgroup)]) {
      if (existsSync(directory)) rmdirSync(directory);
    }
  }
}

/** Every directory below, the deepest first. */
function descendants(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(directory, entry.name))
    .flatMap((child) => [...descendants(child), child]);
}

/** Every process of the node: those in its network namespaces, those in its cgroup, and the guardians of its containers. */
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
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(layout.socket)
    );
  } catch {
    // It has ended since the listing.
    return false;
  }
}

function inodeOf(path: string): string | null {
  return existsSync(path) ? `net:[${statSync(path).ino}]` : null;
}

/** Unmounts everything below the node's folders, the deepest first. */
export async function unmountAll(layout: NodeLayout): Promise<void> {
  const points = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
    .filter((path) => [layout.data, layout.runtime].some((folder) => path.startsWith(`${folder}/`)));
  for (const point of points.reverse()) {
    if (!(await succeeds("umount", point))) await succeeds("umount", "--lazy", point);
  }
}
