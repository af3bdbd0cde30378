import type { FleetReport, StackReport } from "./report.ts";
import { isUnfinished, totalOperations } from "./report.ts";
import { neverMade } from "./verdict.ts";

/** Tenants or stacks that are named in one line before the rest is counted. */
const shownNames = 12;

/** What a run did, for people: a headline, tenants by what happened to them, and what is left with its reason. */
export function summaryText(report: FleetReport): string {
  const { verb, environment, seconds, stacks, tenants, retry } = report;
  const worked = stacks.filter(({ status }) => status !== "unchanged");
  const unfinished = stacks.filter(isUnfinished);
  const operations = Object.entries(totalOperations(stacks)).map(([operation, count]) => `${count} ${operation}`);
  const would = verb === "preview" ? "would change" : "changed";
  const unknown = verb === "preview" ? worked.filter(({ reason }) => reason === neverMade).length : 0;
  const resources = [
    ...operations,
    ...(unknown === 0
      ? []
      : [`not known of ${unknown} ${unknown === 1 ? "stack that does" : "stacks that do"} not exist yet`]),
  ];
  const lines = [
    `fleet ${verb} ${environment}: ${worked.length} of ${stacks.length} stacks had work, ${seconds.toFixed(1)} s.`,
    `  resources: ${resources.length === 0 ? `nothing ${would}` : resources.join(", ")}`,
    ...(["created", "updated", "deleted", "unchanged"] as const).flatMap((change) => {
      const ids = tenants[change];
      if (ids.length === 0) return [];
      return [`  tenants ${change}: ${ids.length}${change === "unchanged" ? "" : ` (${names(ids)})`}`];
    }),
    ...unfinished.map(unfinishedLine),
    ...(retry === null ? [] : [`Next: ${retry}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function unfinishedLine({ stack, status, reason, log }: StackReport): string {
  const where = log === null ? "" : `; log: ${log}`;
  return `  ${status}: ${stack}: ${reason}${where}`;
}

function names(ids: readonly string[]): string {
  const more = ids.length - shownNames;
  return more > 0 ? `${ids.slice(0, shownNames).join(", ")} and ${more} more` : ids.join(", ");
}
