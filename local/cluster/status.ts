import { existsSync } from "node:fs";

import type { LocalPaths } from "../paths.ts";
import { type PartHealth, partHealth } from "./health.ts";
import { type ClusterTools, type PartName, clusterParts, partLog } from "./parts.ts";
import { type ClusterPorts, portNames } from "./ports.ts";
import { isRunning } from "./process-identity.ts";
import { type NodePartName, realNodeStatus } from "./real-node/index.ts";
import { readRunState } from "./run-state.ts";

/** One process of the cluster. */
export interface PartStatus {
  readonly name: PartName | NodePartName;
  readonly health: PartHealth;
  /** `null` when it does not run. */
  readonly pid: number | null;
  /** Loopback port, or `null` for a part without one. */
  readonly port: number | null;
  readonly log: string;
}

/** How the cluster of a checkout is. */
export interface ClusterStatus {
  /** `up`: every part is healthy; `down`: none runs; `degraded`: anything between, which `up` heals. */
  readonly state: "up" | "degraded" | "down";
  readonly parts: readonly PartStatus[];
  readonly kubeconfig: string;
  readonly auditLog: string;
}

// Status needs the parts' endpoints, not their programs, and has to work before any tool is there.
const noTools: ClusterTools = { kube: "", kwok: "", "metrics-server": "", "gateway-api": "", "network-policy-api": "" };

/** Asks every part how it is; changes nothing. */
export async function clusterStatus(options: { readonly paths: LocalPaths }): Promise<ClusterStatus> {
  const { paths } = options;
  const state = readRunState(paths.cluster.run);
  const ports = Object.fromEntries(portNames.map((name) => [name, state.ports[name] ?? 0])) as ClusterPorts;
  const known = existsSync(paths.cluster.run);
  const controlPlane = await Promise.all(
    clusterParts(paths, ports, noTools).map(async (part): Promise<PartStatus> => {
      const record = state.processes[part.name];
      return {
        name: part.name,
        health: known ? await partHealth(paths.cluster.pki, part, state) : "stopped",
        pid: record !== undefined && isRunning(record) ? record.pid : null,
        port: part.health === null || part.health.port === 0 ? null : part.health.port,
        log: partLog(paths, part.name),
      };
    }),
  );
  const parts = [...controlPlane, ...(await realNodeStatus(paths, ports))];
  const overall = parts.every(({ health }) => health === "healthy")
    ? "up"
    : parts.every(({ health }) => health === "stopped")
      ? "down"
      : "degraded";
  return { state: overall, parts, kubeconfig: paths.cluster.kubeconfig, auditLog: paths.cluster.auditLog };
}
