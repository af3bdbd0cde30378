import pc from "picocolors";

import type { Colours } from "./colours.ts";
import { formatProblem, type Problem } from "../tenants/errors.ts";
import { placeOfViolation, type Proof } from "../tenants/isolation.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import type { Sources } from "../tenants/sources.ts";
import { percentOf, readableAmount, replicaText } from "./amounts.ts";
import { columns } from "./columns.ts";
import { explain, explanationText, misuseText } from "./plan-explain.ts";
import { inspectPlan, type PlanInspection } from "./plan-inspection.ts";
import { leftOutText } from "./plan-left-out.ts";
import { matrixOf, matrixText } from "./plan-matrix.ts";
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
  /** The isolation matrix instead of tenants and capacity. @default false */
  readonly matrix?: boolean;
  /** Two tenants to tell about instead. */
  readonly explain?: readonly string[];
}

/**
 * Resolved tenants, capacity and isolation proof of an environment, from its files alone: no cluster, no Pulumi CLI, no
 * credentials. Exit code 2 where there are problems; the tenants that can be planned are printed all the same, after what is left out.
 */
export function planCommand(directory: string, environment: string, options: PlanOptions): CommandResult {
  return planResult(inspectPlan(directory, environment), options);
}

/** How a plan that has been read is printed. */
export function planResult(inspection: PlanInspection, options: PlanOptions): CommandResult {
  const { environment, plan, facts, proof, sources, leftOut, problems: wrong } = inspection;
  const explanation =
    options.explain === undefined || facts === null || proof === null
      ? null
      : explain(facts, proof, options.explain, leftOut);
  const misuse = explanation?.problems ?? [];
  const problems = [...wrong, ...misuse];
  // Without colours, like the problems: whether standard output has any says nothing of standard error.
  const stderr = `${problemText(wrong)}${misuseText(misuse, pc.createColors(false))}`;
  const exitCode = problems.length === 0 && proof !== null ? exitCodes.done : exitCodes.input;
  const document = (body: object): CommandResult => ({
    stdout: `${JSON.stringify({ environment, ...body }, null, 2)}\n`,
    stderr,
    exitCode,
  });
  const colours = pc.createColors(options.colour ?? false);
  const gap = leftOutText(leftOut);
  // First, for whoever reads what follows has to know what it is not about.
  const text = (parts: readonly string[]): CommandResult => ({
    stdout: parts.length === 0 ? "" : `${[...(gap === null ? [] : [colours.yellow(gap)]), ...parts].join("\n\n")}\n`,
    stderr,
    exitCode,
  });
  if (options.explain !== undefined) {
    const answers = explanation?.answers ?? [];
    if (options.json) {
      return document({
        pair: options.explain,
        holds: proof?.holds ?? false,
        answers,
        limits: proof?.limits ?? [],
        problems,
      });
    }
    return text(proof === null || answers.length === 0 ? [] : [explanationText(answers, proof, colours)]);
  }
  if (options.matrix === true) {
    if (options.json) {
      const planes = proof === null ? [] : matrixOf(proof);
      return document({ holds: proof?.holds ?? false, pairs: proof?.pairs ?? 0, planes, problems });
    }
    return text(plan === null || proof === null ? [] : [matrixText(proof, plan.tenants, colours)]);
  }
  if (options.json) {
    return document({
      tenants: plan?.tenants ?? [],
      problems,
      capacity: plan?.capacity ?? [],
      proof,
      platform: plan?.platform ?? null,
    });
  }
  return text(
    plan === null || proof === null
      ? []
      : [tenantTable(plan.tenants, colours), capacityTable(plan, colours), proofText(plan, proof, sources, colours)],
  );
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
      replicaText(tenant.runtime),
      replicaText(tenant.dashboard),
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
    const share = percentOf(promised, has);
    const text = `${share} %`;
    table.push([
      resource,
      readableAmount(promised, unit),
      readableAmount(has, unit),
      share > 100 ? colours.red(text) : text,
    ]);
  }
  return columns(table);
}

function proofText({ environment }: EnvironmentPlan, proof: Proof, sources: Sources, colours: Colours): string {
  const verdict = proof.holds ? colours.green("holds") : colours.red("does not hold");
  const closed = proof.pairs - proof.edges.length;
  return [
    `Isolation (${proof.covered.join(", ")}) ${verdict}: ${closed} of ${proof.pairs} directions between tenants are closed.`,
    ...proof.edges.map(({ from, to, ports }) => `  open: ${from} -> ${to} on ${ports.join(", ")}`),
    ...proof.sharedOwners.map(
      ({ owner, tenants }) => `  open: ${owner.kind.toLowerCase()} ${owner.name} owns ${tenants.join(", ")}`,
    ),
    ...proof.violations.map((violation) => {
      const { file, line } = placeOfViolation(environment, violation, sources);
      return `  violation (${violation.plane}) ${line === 0 ? file : `${file}:${line}`}: ${violation.tenant} ${violation.reason}`;
    }),
    ...proof.notCovered.map((sentence) => colours.dim(`  not covered: ${sentence}`)),
  ].join("\n");
}

/** Every problem, a line each, and how many there are. */
export function problemText(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `${[...problems.map(formatProblem), `${count} in the configuration.`].join("\n")}\n`;
}
