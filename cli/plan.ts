import pc from "picocolors";

import type { Colours } from "./colours.ts";
import { formatProblem, type Problem } from "../tenants/errors.ts";
import { proveIsolation, type Proof } from "../tenants/isolation.ts";
import { loadEnvironment } from "../tenants/load.ts";
import type { CapacityPlan, EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { inspectEnvironment } from "../tenants/plan.ts";
import { formatAmount } from "../tenants/plan/demand.ts";
import { columns } from "./columns.ts";
import { exitCodes, type ExitCode } from "../local/command-error.ts";

/** What a command printed and how it ended; nothing has been written yet. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: ExitCode;
}

/** How to print a plan. */
export interface PlanOptions {
  /** One JSON document instead of tables. */
  readonly json: boolean;
  /** Colours, for terminals. @default false */
  readonly colour?: boolean;
}

/**
 * Resolved tenants, capacity and isolation proof of an environment, from its files alone: no cluster, no Pulumi CLI, no
 * credentials. Exit code 2 where there are problems; the tenants that can be planned are printed all the same.
 */
export function planCommand(directory: string, environment: string, options: PlanOptions): CommandResult {
  const { plan, problems } = inspectEnvironment(loadEnvironment({ directory, environment }));
  const proof = plan === null ? null : proveIsolation(plan);
  const sound = problems.length === 0 && proof?.holds === true;
  const exitCode = sound ? exitCodes.done : exitCodes.input;
  if (options.json) {
    const document = {
      environment,
      tenants: plan?.tenants ?? [],
      problems,
      capacity: plan?.capacity ?? [],
      proof,
      platform: plan?.platform ?? null,
    };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: problemText(problems), exitCode };
  }
  const colours = pc.createColors(options.colour ?? false);
  const stdout =
    plan === null || proof === null
      ? ""
      : `${[tenantTable(plan.tenants, colours), capacityTable(plan, colours), proofText(proof, colours)].join("\n\n")}\n`;
  return { stdout, stderr: problemText(problems), exitCode };
}

function tenantTable(tenants: readonly TenantPlan[], colours: Colours): string {
  const head = ["tenant", "tier", "status", "namespace", "runtime", "dashboard", "cpu", "memory", "storage", "hosts"];
  const table = [head.map((cell) => colours.dim(cell))];
  for (const tenant of tenants) {
    const { quota } = tenant;
    table.push([
      colours.bold(tenant.id),
      tenant.tier,
      tenant.status === "active" ? tenant.status : colours.yellow(tenant.status),
      tenant.namespace,
      replicas(tenant.runtime),
      replicas(tenant.dashboard),
      `${quota["requests.cpu"]} to ${quota["limits.cpu"]}`,
      `${quota["requests.memory"]} to ${quota["limits.memory"]}`,
      quota["requests.storage"] ?? "",
      tenant.route?.hosts.map(({ host }) => host).join("\n") ?? "none",
    ]);
  }
  return tenants.length === 0 ? "No tenants." : columns(table);
}

function capacityTable({ capacity }: EnvironmentPlan, colours: Colours): string {
  const table = [["capacity", "promised by quotas", "has", "used"].map((cell) => colours.dim(cell))];
  for (const entry of capacity) {
    const { resource, unit, promised, capacity: has } = entry;
    const share = percent(entry);
    const text = `${share} %`;
    table.push([resource, readable(promised, unit), readable(has, unit), share > 100 ? colours.red(text) : text]);
  }
  return columns(table);
}

function proofText(proof: Proof, colours: Colours): string {
  const verdict = proof.holds ? colours.green("holds") : colours.red("does not hold");
  const edges = proof.edges.map(({ from, to, ports }) => `  open: ${from} -> ${to} on ${ports.join(", ")}`);
  const closed = proof.pairs - proof.edges.length;
  return [
    `Isolation (${proof.covered.join(", ")}) ${verdict}: ${closed} of ${proof.pairs} directions between tenants are closed.`,
    ...edges,
    ...proof.violations.map(({ tenant, reason }) => `  violation: ${tenant} ${reason}`),
    ...proof.notCovered.map((sentence) => colours.dim(`  not covered: ${sentence}`)),
  ].join("\n");
}

function problemText(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${[...problems.map(formatProblem), `${count} in the configuration.`].join("\n")}\n`;
}

function replicas(workload: TenantPlan["runtime"] | TenantPlan["dashboard"]): string {
  const range = workload.autoscaler?.replicas;
  if (range === undefined) return "0";
  return range.min === range.max ? String(range.min) : `${range.min} to ${range.max}`;
}

/** Whole gibibytes and cores: exact sums of many quotas are hard to read. */
function readable(amount: number, unit: CapacityPlan["unit"]): string {
  switch (unit) {
    case "millicores":
      return `${Math.round(amount / 100) / 10} cores`;
    case "bytes":
      return `${Math.round(amount / 1024 ** 3)}Gi`;
    case "count":
      return formatAmount(amount, unit);
    default:
      return unit satisfies never;
  }
}

function percent({ promised, capacity }: CapacityPlan): number {
  return Math.round((promised / capacity) * 100);
}
