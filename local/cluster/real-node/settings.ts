import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Values of the kernel's settings by name. */
export type Settings = Readonly<Record<string, string>>;

/** What every kubelet sets for the whole machine. */
export const kubeletSettings: Settings = {
  "vm.overcommit_memory": "1",
  "vm.panic_on_oom": "0",
  "kernel.panic": "10",
  "kernel.panic_on_oops": "1",
  "kernel.keys.root_maxkeys": "1000000",
  "kernel.keys.root_maxbytes": "25000000",
};

/** The settings of these names that this kernel has. */
export function readSettings(names: readonly string[]): Settings {
  return Object.fromEntries(
    names
      .filter((name) => existsSync(settingFile(name)))
      .map((name) => [name, readFileSync(settingFile(name), "utf8").trim()] as const),
  );
}

/** Writes settings for the whole machine. */
export function writeSettings(settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) writeFileSync(settingFile(name), value);
}

/**
 * What of a kubelet's settings has to be put back: what was otherwise before, and is still as the kubelet has left it. A value
 * that somebody has set since is theirs.
 */
export function settingsToRestore(before: Settings, now: Settings): Settings {
  return Object.fromEntries(
    Object.entries(before).filter(([name, value]) => value !== now[name] && now[name] === kubeletSettings[name]),
  );
}

function settingFile(name: string): string {
  return join("/proc/sys", name.replaceAll(".", "/"));
}
