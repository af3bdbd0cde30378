import { existsSync } from "node:fs";

import Table from "cli-table3";

import type { ClusterStatus } from "../local/cluster/index.ts";
import type { Colours } from "./colours.ts";

/** How the parts of the cluster are, for people. It names files that are there, and no others: a purge takes the logs with it. */
export function statusText({ state, parts, auditLog }: ClusterStatus, pc: Colours): string {
  const table = new Table({ head: ["part", "health", "process", "port", "log"], style: { head: [], border: [] } });
  for (const { name, health, pid, port, log } of parts) {
    const color = health === "healthy" ? pc.green : health === "unhealthy" ? pc.red : pc.yellow;
    table.push([name, color(health), pid ?? "-", port ?? "-", existsSync(log) ? log : "-"]);
  }
  const audit = existsSync(auditLog) ? `; audit log ${auditLog}` : "";
  const next = state === "up" ? "" : "\n  next: npm run local -- up";
  return `${table.toString()}\ncluster ${state}${audit}${next}\n`;
}
