import { proofOf } from "../tenants/isolation.ts";
import { factsOf } from "../tenants/isolation/facts.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { formatAmount } from "../tenants/plan/demand.ts";
import { fleetAt } from "./changed-since.ts";
import type { FleetRequest } from "./fleet.ts";
import { planFleet } from "./inventory.ts";
import { isUnfinished, totalOperations, type FleetReport } from "./report.ts";

/** A comment on GitHub holds 65,536 characters; room is left for what a workflow puts around it. */
const mostCharacters = 60_000;

/** Rows of a table before the rest is counted. */
const mostRows = 50;

/** A summary in two lengths. */
export interface MarkdownSummary {
  /** Fits into one comment. */
  readonly comment: string;
  /** Has every tenant, stack and reason; `null` where the comment has all of them. */
  readonly whole: string | null;
}

/** The summary of a preview for a pull request: tenants, resources, isolation and capacity, with the ref's numbers beside today's. */
export async function markdownSummary(
  { location: { directory, environment }, changedSince }: Pick<FleetRequest, "location" | "changedSince">,
  report: FleetReport,
): Promise<MarkdownSummary> {
  const now = planFleet(directory, environment).plan;
  const before = changedSince === null ? null : await fleetAt(directory, environment, changedSince);
  return markdownOf(report, now, before?.plan ?? null);
}

/** The texts themselves; `before` is the plan at the ref, `null` where there is none to compare with. */
export function markdownOf(report: FleetReport, now: EnvironmentPlan, before: EnvironmentPlan | null): MarkdownSummary {
  const whole = textOf(report, now, before, Infinity);
  const short = textOf(report, now, before, mostRows);
  if (short.length > mostCharacters) {
    return { comment: `${short.slice(0, short.lastIndexOf("\n", mostCharacters))}\n\n${elsewhere}\n`, whole };
  }
  return whole === short ? { comment: short, whole: null } : { comment: `${short}\n${elsewhere}\n`, whole };
}

const elsewhere = "Shortened; the whole summary is an artifact of the job.";

function textOf(report: FleetReport, now: EnvironmentPlan, before: EnvironmentPlan | null, rows: number): string {
  const { stacks, tenants } = report;
  const operations = Object.entries(totalOperations(stacks)).map(([operation, count]) => `${count} ${operation}`);
  const worked = stacks.filter(({ status }) => status !== "unchanged");
  const text = [
    `### Fleet preview of ${report.environment}`,
    `${worked.length} of ${stacks.length} stacks have work. Resources: ${operations.join(", ") || "no change"}.`,
    table(
      ["tenants", "number", "which"],
      (["created", "updated", "deleted"] as const).map((change) => [
        change,
        String(tenants[change].length),
        some(tenants[change], rows),
      ]),
    ),
    ...failures(report, rows),
    proofText(now),
    "Capacity promised by quotas:",
    capacityTable(now, before),
    ...stackTable(report, rows),
  ].join("\n\n");
  return `${text}\n`;
}

function failures({ stacks }: FleetReport, most: number): readonly string[] {
  const unfinished = stacks.filter(isUnfinished);
  if (unfinished.length === 0) return [];
  return [
    "**Not everything could be previewed:**",
    table(
      ["stack", "", "why"],
      unfinished.slice(0, most).map(({ stack, status, reason }) => [stack, status, reason]),
    ),
  ];
}

function proofText(plan: EnvironmentPlan): string {
  const proof = proofOf(factsOf(plan));
  const closed = proof.pairs - proof.edges.length;
  const verdict = proof.holds ? "holds" : "**does not hold**";
  return `Isolation ${verdict}: ${closed} of ${proof.pairs} directions between tenants are closed.`;
}

function capacityTable(now: EnvironmentPlan, before: EnvironmentPlan | null): string {
  const earlier = new Map(before?.capacity.map(({ resource, promised }) => [resource, promised]));
  return table(
    ["", "before", "after", "of"],
    now.capacity.map(({ resource, unit, promised, capacity }) => {
      const was = earlier.get(resource);
      return [
        resource,
        was === undefined ? "" : formatAmount(was, unit),
        formatAmount(promised, unit),
        `${formatAmount(capacity, unit)} (${Math.round((promised / capacity) * 100)} %)`,
      ];
    }),
  );
}

function stackTable({ stacks }: FleetReport, most: number): readonly string[] {
  const changed = stacks.filter(({ operations }) => Object.keys(operations).length > 0);
  if (changed.length === 0) return [];
  const rows = changed.slice(0, most).map(({ stack, operations }) => [
    stack,
    Object.entries(operations)
      .map(([operation, count]) => `${count} ${operation}`)
      .join(", "),
  ]);
  const more = changed.length - rows.length;
  return [table(["stack", "resources"], more > 0 ? [...rows, ["", `and ${more} stacks more`]] : rows)];
}

function some(ids: readonly string[], most: number): string {
  const shown = ids.slice(0, most).join(", ");
  return ids.length > most ? `${shown} and ${ids.length - most} more` : shown;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
