import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

import { writePrivateFile } from "../../private-file.ts";
import { runtimeRoot } from "./layout.ts";
import { succeeds } from "./run.ts";
import { type Settings, readSettings, writeSettings } from "./settings.ts";

/** Parts of the kernel that a real node needs and that may be modules, with a path that is there once they are loaded. */
export const kernelParts: readonly { readonly module: string; readonly isThere: () => boolean }[] = [
  { module: "overlay", isThere: () => /\toverlay$/m.test(readFileSync("/proc/filesystems", "utf8")) },
  { module: "br_netfilter", isThere: () => existsSync("/proc/sys/net/bridge/bridge-nf-call-iptables") },
];

/** The module that lets firewalls see what bridges pass on. The node needs that on its own bridge only. */
const bridgeFilter = "br_netfilter";
const bridgeSettings = ["iptables", "ip6tables", "arptables"].map((name) => `net.bridge.bridge-nf-call-${name}`);

/** Names of the modules that were not loaded before the first real node came. Gone with a reboot, as they are. */
const record = join(runtimeRoot, "modules.json");

/** Loads a module, and remembers that it was not there before. Says whether it could be loaded. */
export async function loadModule(module: string): Promise<boolean> {
  if (!(await succeeds("modprobe", module))) return false;
  mkdirSync(runtimeRoot, { recursive: true, mode: 0o700 });
  writePrivateFile(record, JSON.stringify([...new Set([...loadedModules(), module])]));
  if (module === bridgeFilter) {
    // From now on every bridge of the machine would meet its firewall: those of virtual machines and other containers too. It
    // stays as it was; the node's own network namespace has its own setting.
    writeSettings(Object.fromEntries(Object.keys(readSettings(bridgeSettings)).map((name) => [name, "0"])));
  }
  return true;
}

/** Unloads what was loaded for real nodes, once there is none any more and as far as nobody else uses it. */
export async function unloadModules(): Promise<void> {
  const use = { bridgeSettings: readSettings(bridgeSettings), networks: networkNamespaces() };
  // Not with what a module needs (modprobe -r), for that was perhaps there before. One that has users refuses.
  for (const module of modulesToUnload(loadedModules(), use)) await succeeds("rmmod", module);
}

/** What shows whether somebody else has come to use a module. */
export interface ModuleUse {
  /** Of the machine's own network namespace. */
  readonly bridgeSettings: Settings;
  /** Network namespaces on the machine, its own among them. */
  readonly networks: number;
}

/**
 * The modules that may go, of those that were loaded for real nodes. The kernel counts who uses `overlay` and refuses to
 * unload it meanwhile. Of br_netfilter it knows no users: it goes only where nobody has turned it on for the machine, as other
 * Kubernetes distributions do, and where no other network namespace is left, in which it may be on.
 */
export function modulesToUnload(loaded: readonly string[], use: ModuleUse): readonly string[] {
  const isUsed = use.networks > 1 || Object.values(use.bridgeSettings).some((value) => value !== "0");
  return loaded.filter((module) => module !== bridgeFilter || !isUsed);
}

function loadedModules(): readonly string[] {
  return existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as readonly string[]) : [];
}

function networkNamespaces(): number {
  const found = readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      return [readlinkSync(`/proc/${entry}/ns/net`)];
    } catch {
      // It has ended since the listing.
      return [];
    }
  });
  // One that is kept by a file alone has no process.
  const kept = existsSync("/run/netns") ? readdirSync("/run/netns").length : 0;
  return new Set(found).size + kept;
}
