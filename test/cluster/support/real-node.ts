import { existsSync, readFileSync, readdirSync } from "node:fs";

import type { LocalPaths } from "../../../local/paths.ts";
import { nodeLayout } from "../../../local/cluster/real-node/layout.ts";
import { findObstacle } from "../../../local/cluster/real-node/index.ts";
import { installPackages } from "../../support/system-packages.ts";

/**
 * Makes the machine ready for a real node: on Debian and its like, as root, the programs that it needs are installed. Gives the
 * reason where it cannot be had here, and says it on standard error. Throws instead where `TENANTRY_REAL_NODE` is `required`,
 * so that who relies on these tests is not told that they were skipped.
 */
export async function prepareRealNode(environment: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const setting = environment["TENANTRY_REAL_NODE"] ?? "";
  if (setting !== "" && setting !== "required")
    throw new Error(`TENANTRY_REAL_NODE is "${setting}"; it can be "required"`);
  const first = await findObstacle();
  const install = first !== null && first.packages.length > 0;
  const refusal = install ? await installPackages(environment, first.packages, "the tests of the real node") : null;
  const obstacle = install ? await findObstacle() : first;
  if (obstacle === null) return null;
  const reason = [obstacle.problem, refusal, obstacle.next === null ? null : `(${obstacle.next})`]
    .filter((part) => part !== null)
    .join(" ");
  if (setting === "required") throw new Error(`TENANTRY_REAL_NODE is "required": ${reason}`);
  process.stderr.write(`> the tests of the real node are skipped: ${reason}\n`);
  return reason;
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
  const isOf = (line: string) => line.includes(`tenantry/${id}/`) || line.includes(hostLink);
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return [
    ...["/run/netns", "/sys/class/net", "/run/tenantry", "/var/lib/tenantry", "/var/lib/cni/results"].flatMap(found),
    ...mounts.filter((line) => line.includes(`tenantry/${id}`)),
    ...mounts
      .map((line) => line.split(" "))
      .flatMap(([, path = "", type]) => (type === "cgroup" || type === "cgroup2" ? [`${path}/${cgroup}`] : []))
      .filter((path) => existsSync(path)),
    ...readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isOf(commandLine(pid))),
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
