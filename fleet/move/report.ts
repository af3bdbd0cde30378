import type { MovePlan } from "./plan.ts";

/** What became of one tenant that is in another stack than the files want it in. */
export interface MovedTenant {
  readonly tenant: string;
  readonly from: readonly string[];
  readonly to: string;
  /** `planned`: nothing was to be done yet. `left`: it is where it was, or in both stacks; the same command goes on. */
  readonly status: "planned" | "moved" | "left";
}

/** A stack that could not be worked on. */
export interface FailedStack {
  readonly stack: string;
  readonly reason: string;
}

/** Everything that a move did. */
export interface MoveReport {
  readonly verb: "move";
  readonly environment: string;
  readonly dryRun: boolean;
  readonly seconds: number;
  readonly tenants: readonly MovedTenant[];
  /** Cells that the environment has no more; they hold nothing now, or would hold nothing. */
  readonly emptied: readonly string[];
  readonly failed: readonly FailedStack[];
  /** Folder with the states as they were; `null` where nothing was written. */
  readonly backup: string | null;
  /** The command that goes on from here; `null` where nothing is left. */
  readonly retry: string | null;
}

/** What is to move, where nothing was tried. */
export function plannedReport(environment: string, plan: MovePlan, dryRun: boolean): MoveReport {
  const { moves, emptied, problems } = plan;
  const tenants = moves.map((move) => ({ ...move, status: "planned" }) as const);
  return {
    verb: "move",
    environment,
    dryRun,
    seconds: 0,
    tenants,
    emptied,
    failed: problems,
    backup: null,
    retry: null,
  };
}

/** What is told while a move goes on; `--json` writes these to standard error, one a line. */
export type MoveEvent =
  | { readonly type: "begin"; readonly environment: string; readonly tenants: number; readonly stacks: number }
  | {
      readonly type: "step";
      readonly step: MoveStep;
      readonly stack: string;
      readonly done: number;
      readonly of: number;
    }
  | ({ readonly type: "failed" } & FailedStack)
  | { readonly type: "end"; readonly report: MoveReport };

/** Back up every state, read the tenants that leave, write them where they belong, remove them where they were. */
export type MoveStep = "back up" | "read" | "write" | "remove";

/** Tenants that are named in one line before the rest is counted. */
const shownNames = 12;

/** What a move did or would do, for people. */
export function moveText(report: MoveReport): string {
  const { environment, dryRun, tenants, emptied, failed, backup, retry, seconds } = report;
  if (tenants.length + emptied.length + failed.length === 0)
    return `Every tenant of ${environment} is where it belongs.\n`;
  const routes = new Map<string, string[]>();
  for (const { tenant, from, to, status } of tenants) {
    const route = `${status === "left" ? "  left: " : "  "}${from.join(" and ")} -> ${to}`;
    routes.set(route, [...(routes.get(route) ?? []), tenant]);
  }
  const count = tenants.filter(({ status }) => status !== "left").length;
  const done = dryRun ? "would move; nothing was changed" : `moved in ${seconds.toFixed(1)} s`;
  const lines = [
    `fleet move ${environment}: ${count} of ${tenants.length} tenants ${done}.`,
    ...[...routes].map(([route, ids]) => `${route}: ${ids.length} (${names(ids)})`),
    ...(emptied.length === 0 ? [] : [`  ${dryRun ? "to be empty then" : "empty now"}: ${names(emptied)}`]),
    ...failed.map(({ stack, reason }) => `  ${dryRun ? "in the way" : "failed"}: ${stack}: ${reason}`),
    ...(backup === null ? [] : [`  the states as they were: ${backup}`]),
    `Next: ${dryRun ? `npm run fleet -- move ${environment}` : (retry ?? `npm run fleet -- up ${environment}`)}`,
  ];
  return `${lines.join("\n")}\n`;
}

function names(ids: readonly string[]): string {
  const more = ids.length - shownNames;
  return more > 0 ? `${ids.slice(0, shownNames).join(", ")} and ${more} more` : ids.join(", ");
}
