import Table from "cli-table3";

import type { Machine } from "../machine.ts";
import { mebibytes } from "../statistics.ts";

/** One command over the fleet. */
export interface ScaleStep {
  readonly name: string;
  readonly seconds: number;
  /** Largest memory of the command and all that it started; `null` where nobody tells. */
  readonly peakBytes: number | null;
  /** How often the number of stacks at once was changed, because the API server did not keep up or did again. */
  readonly limitChanges: number;
  /** Requests that the API server answered meanwhile, whoever sent them: controllers as well. */
  readonly requests: number;
  /** Those of them that write. */
  readonly writes: number;
  /** Size of etcd's data at the end, history included. */
  readonly etcdBytes: number;
}

/** The life of a large fleet, once. */
export interface ScaleResult {
  readonly name: "scale";
  readonly date: string;
  readonly complete: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly tenants: number;
  readonly cellSize: number;
  readonly steps: readonly ScaleStep[];
}

/** The figures as a table for people. */
export function renderScale({ steps, machine, tenants, cellSize, complete }: ScaleResult): string {
  const head = ["step", "seconds", "client memory", "requests", "writes", "etcd"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, seconds, peakBytes, requests, writes, etcdBytes } of steps) {
    const memory = peakBytes === null ? "" : mebibytes(peakBytes);
    table.push([name, seconds.toFixed(1), memory, requests, writes, mebibytes(etcdBytes)]);
  }
  return [
    `${tenants} tenants in cells of ${cellSize}, each step once; ${machine.cpus} x ${machine.cpuModel}, load average ${machine.loadAverageAtStart} at the start`,
    ...(complete ? [] : ["The run was cut; what is missing was not measured."]),
    table.toString(),
  ].join("\n");
}
