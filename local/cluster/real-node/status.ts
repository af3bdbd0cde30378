import type { LocalPaths } from "../../paths.ts";
import type { PartHealth } from "../health.ts";
import { partLog } from "../parts.ts";
import type { ClusterPorts } from "../ports.ts";
import { isRunning } from "../process-identity.ts";
import { readRunState } from "../run-state.ts";
import { type NodePartName, nodeParts } from "./parts.ts";
import { answers } from "./processes.ts";
import { hasRealNode, readNodeLink } from "./state.ts";

/** One process of the real node. */
export interface NodePartStatus {
  readonly name: NodePartName;
  readonly health: PartHealth;
  /** `null` when it does not run. */
  readonly pid: number | null;
  readonly port: number | null;
  readonly log: string;
}

// Status needs the parts' endpoints, not their programs.
const noTools = { node: "", "kube-router": "", coredns: "", probe: "" };

/** Asks every part of the real node how it is; empty where the cluster has none. */
export async function realNodeStatus(paths: LocalPaths, ports: ClusterPorts): Promise<readonly NodePartStatus[]> {
  if (!hasRealNode(paths)) return [];
  const link = readNodeLink(paths) ?? { host: "127.0.0.1", node: "127.0.0.1" };
  const { processes } = readRunState(paths.cluster.run);
  return await Promise.all(
    nodeParts(paths, link, ports, noTools).map(async ({ name, health }): Promise<NodePartStatus> => {
      const record = processes[name];
      const pid = record !== undefined && isRunning(record) ? record.pid : null;
      const port = "port" in health ? health.port : null;
      const well = pid === null ? "stopped" : (await answers(health)) ? "healthy" : "unhealthy";
      return { name, health: well, pid, port, log: partLog(paths, name) };
    }),
  );
}
