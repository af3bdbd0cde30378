import type { PrunedStack } from "./prune-stack.ts";
import { readableBytes } from "./readable-bytes.ts";
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
    ...historyLines(stacks.flatMap(({ pruned }) => pruned ?? [])),
    ...unfinished.map(unfinishedLine),
    ...(retry === null ? [] : [`Next: ${retry}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function unfinishedLine({ stack, status, reason, log }: StackReport): string {
  const where = log === null ? "" : `; log: ${log}`;
  return `  ${status}: ${stack}: ${reason}${where}`;
}

/** What was removed of old history, and where that failed: an update does not fail with it. */
function historyLines(pruned: readonly PrunedStack[]): readonly string[] {
  const removed = pruned.reduce((sum, stack) => sum + stack.removed, 0);
  const bytes = pruned.reduce((sum, stack) => sum + stack.bytes, 0);
  return [
    ...(removed === 0 ? [] : [`  history: ${removed} old objects of ${readableBytes(bytes)} removed`]),
    ...pruned.flatMap(({ stack, status, reason }) => (status === "done" ? [] : [`  history of ${stack}: ${reason}`])),
  ];
}

function names(ids: readonly string[]): string {
  const more = ids.length - shownNames;
  return more > 0 ? `${ids.slice(0, shownNames).join(", ")} and ${more} more` : ids.join(", ");
}
