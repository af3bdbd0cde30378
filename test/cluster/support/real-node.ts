import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

import type { LocalPaths } from "../../../local/paths.ts";
import { nodeLayout } from "../../../local/cluster/real-node/layout.ts";
import { findObstacle, installCommand } from "../../../local/cluster/real-node/index.ts";

/** Longest time for the system's package manager, which may wait for a mirror that does not answer. */
const packageSeconds = 180;

/**
 * Makes the machine ready for a real node: on Debian and its like, as root, the programs that it needs are installed. Gives the
 * reason where it cannot be had here, and says it on standard error.
 */
export async function prepareRealNode(): Promise<string | null> {
  const first = await findObstacle();
  if (first !== null && first.packages.length > 0 && existsSync("/usr/bin/apt-get")) {
    process.stderr.write(`packet tests: installing ${first.packages.join(", ")}, which the real node runs\n`);
    for (const [program = "", ...args] of [["apt-get", "update"], installCommand(first.packages)]) {
      const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      spawnSync(program, args, { env: environment, stdio: "ignore", timeout: packageSeconds * 1000 });
    }
  }
  const obstacle = first === null ? null : await findObstacle();
  if (obstacle === null) return null;
  const next = obstacle.next === null ? "" : ` (${obstacle.next})`;
  process.stderr.write(`packet tests are skipped here: ${obstacle.problem}${next}\n`);
  return obstacle.problem;
}

/** What a checkout's real node has on the machine outside of the checkout. */
export function tracesOf(paths: LocalPaths): readonly string[] {
  const { id, cgroup, hostLink } = nodeLayout(paths);
  const found = (folder: string): readonly string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.includes(id) || name === hostLink)
          .map((name) => `${folder}/${name}`)
      : [];
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return [
    ...["/run/netns", "/sys/class/net", "/run/tenantry", "/var/lib/tenantry", "/var/lib/cni/results"].flatMap(found),
    ...mounts.filter((line) => line.includes(`tenantry/${id}`)),
    ...mounts
      .map((line) => line.split(" "))
      .flatMap(([, path = "", type]) => (type === "cgroup" || type === "cgroup2" ? [`${path}/${cgroup}`] : []))
      .filter((path) => existsSync(path)),
    ...readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(`tenantry/${id}/`)),
  ];
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended since the listing.
    return "";
  }
}
