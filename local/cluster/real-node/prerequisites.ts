import { accessSync, constants } from "node:fs";
import { join } from "node:path";

import { errorMessage } from "../../../tenants/errors.ts";
import { CommandError, exitCodes } from "../../command-error.ts";
import { forgetCheck } from "./machine.ts";
import { kernelParts, loadModule } from "./modules.ts";
import { run, systemPath } from "./run.ts";

/** Folder with the programs that give pods their network, as Debian installs them. */
export const networkPlugins = "/usr/lib/cni";

/** Shell and tools inside the images of tests. Linked statically, for the images have no library. */
export const busybox = "/bin/busybox";

/** Programs by the Debian package that has them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "busybox-static": [busybox],
  conntrack: ["conntrack"],
  containerd: ["containerd", "ctr", "containerd-shim-runc-v2"],
  "containernetworking-plugins": ["bridge", "host-local", "loopback"].map((name) => join(networkPlugins, name)),
  iproute2: ["ip"],
  ipset: ["ipset"],
  iptables: ["iptables", "iptables-save", "iptables-restore"],
  kmod: ["modprobe"],
  nftables: ["nft"],
  runc: ["runc"],
  "util-linux": ["nsenter", "umount"],
};

/** What stands in the way of a real node on this machine. */
export interface Obstacle {
  readonly problem: string;
  /** Command that mends it, or `null` where none does. */
  readonly next: string | null;
  /** Debian packages whose installation mends it. */
  readonly packages: readonly string[];
}

/**
 * What stands in the way, the most fundamental first; `null` when nothing does. Loads kernel modules where that helps; `down` undoes it,
 * and so does the check itself where something else stands in the way.
 */
export async function findObstacle(): Promise<Obstacle | null> {
  const visible = systemObstacle();
  if (visible !== null) return visible;
  const obstacle = await kernelObstacle();
  if (obstacle !== null) await forgetCheck();
  return obstacle;
}

/** What is to be seen without changing anything. */
function systemObstacle(): Obstacle | null {
  if (process.platform !== "linux") {
    const problem = `A real node needs Linux; this is ${process.platform}.`;
    return { problem, next: "npm run local -- up, whose nodes are simulated, works here", packages: [] };
  }
  if (process.getuid?.() !== 0) {
    const problem = "A real node makes network namespaces, mounts and cgroups, which only root may.";
    return { problem, next: 'sudo env "PATH=$PATH" npm run local -- up --real-node', packages: [] };
  }
  const missing = Object.keys(packages).filter((name) => !packages[name]?.every(isInstalled));
  if (missing.length > 0) {
    const problem = `A real node needs programs of ${missing.join(", ")}, which are not installed.`;
    return { problem, next: installCommand(missing).join(" "), packages: missing };
  }
  return null;
}

async function kernelObstacle(): Promise<Obstacle | null> {
  for (const { module, isThere } of kernelParts) {
    if (isThere() || ((await loadModule(module)) && isThere())) continue;
    return {
      problem: `A real node needs ${module}, which this kernel lacks.`,
      next: `modprobe ${module}`,
      packages: [],
    };
  }
  return await networkObstacle();
}

/** Throws CommandError (3) with what stands in the way and the command that mends it. */
export async function requireRealNode(): Promise<void> {
  const obstacle = await findObstacle();
  if (obstacle !== null) throw new CommandError(exitCodes.missing, obstacle.problem, obstacle.next);
}

/** The command that installs packages without what they only recommend. */
export function installCommand(names: readonly string[]): readonly string[] {
  return ["apt-get", "install", "--yes", "--no-install-recommends", ...names];
}

/** Containers forbid what root may elsewhere: only trying tells. */
async function networkObstacle(): Promise<Obstacle | null> {
  const name = `tenantry-try-${process.pid}`;
  try {
    await run("ip", "netns", "add", name);
    try {
      await run("nsenter", `--net=/run/netns/${name}`, "--", "nft", "add table inet tenantry_try");
      await run("nsenter", `--net=/run/netns/${name}`, "--", "ipset", "create", "tenantry_try", "hash:net");
      await run("nsenter", `--net=/run/netns/${name}`, "--", "iptables", "-w", "-N", "TENANTRY-TRY");
      await run("ip", "-n", name, "link", "add", "one", "type", "veth", "peer", "name", "two");
      await run("ip", "-n", name, "link", "add", "three", "type", "bridge");
    } finally {
      await run("ip", "netns", "del", name);
    }
    return null;
  } catch (error) {
    const reason = errorMessage(error);
    return { problem: `A real node cannot have a network of its own here: ${reason}`, next: null, packages: [] };
  }
}

function isInstalled(program: string): boolean {
  const places = program.startsWith("/") ? [program] : systemPath.split(":").map((folder) => join(folder, program));
  return places.some((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
