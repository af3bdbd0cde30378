import { CommandError, exitCodes } from "../local/command-error.ts";
import { didYouMean } from "../tenants/suggest.ts";
import type { Fleet } from "./inventory.ts";
import type { Task } from "./run.ts";
import type { Survey } from "./survey.ts";
import { guardedTenants, hasWork, heldTenants, isUnreadable, misplacedTenants, type Reading } from "./verdict.ts";

/** Which stacks a command is about. */
export interface Selection {
  /** Ids of tenants; empty is all. */
  readonly tenants: readonly string[];
  /** Only these stacks; `null` is all. */
  readonly changed: ReadonlySet<string> | null;
  /** Also stacks that have no work. */
  readonly all: boolean;
}

/** The tasks that a command is about, and those of them that are to be done. */
export interface Selected {
  readonly tasks: readonly Task[];
  readonly work: readonly Task[];
}

/**
 * Stacks to preview or to update. An update brings the platform along where it has work, for no tenant is made on an old one.
 *
 * Throws a `CommandError` for a tenant that is neither in the list nor in a state.
 */
export function selectStacks(fleet: Fleet, survey: Survey, selection: Selection, withPlatform: boolean): Selected {
  const wanted = stacksOfTenants(fleet, survey, selection.tenants);
  const tasks = survey.tasks.filter(({ stack, verdict }) => {
    const named = wanted === null || wanted.has(stack.name);
    const touched = selection.changed === null || selection.changed.has(stack.name);
    return (named && touched) || (withPlatform && stack.cell === null && hasWork(verdict));
  });
  const work = tasks.filter(({ verdict }) => hasWork(verdict) || (selection.all && verdict.state !== "empty"));
  return { tasks, work };
}

/** Stacks that make or hold some tenants; `null` where nobody named any. */
export function stacksOfTenants(
  { plan, stacks }: Fleet,
  { readings }: Survey,
  tenants: readonly string[],
): ReadonlySet<string> | null {
  if (tenants.length === 0) return null;
  const found = tenants.map((tenant) => {
    const makes = stacks.filter((stack) => stack.tenants.includes(tenant)).map(({ name }) => name);
    const holds = [...readings].flatMap(([name, reading]) => (heldTenants(reading).includes(tenant) ? [name] : []));
    return { tenant, names: [...makes, ...holds] };
  });
  const unknown = found.find(({ names }) => names.length === 0);
  if (unknown !== undefined) {
    const ids = plan.tenants.map(({ id }) => id);
    const hint = didYouMean(unknown.tenant, ids, `npm run -s plan -- ${plan.environment} lists them`);
    throw new CommandError(
      exitCodes.input,
      `${plan.environment} has no tenant ${JSON.stringify(unknown.tenant)}`,
      hint,
    );
  }
  return new Set(found.flatMap(({ names }) => names));
}

/**
 * Refuses to go on where stacks hold what others are to make, or where stacks are left that the environment has no more: each would
 * delete what runs, or leave it behind. Throws a `CommandError` that names the tenants.
 */
export function refuseMoves(fleet: Fleet, survey: Survey): void {
  const { environment, cells } = fleet.plan;
  const moves = misplacedTenants(fleet, survey.readings);
  if (moves.length > 0) {
    const shown = moves
      .slice(0, 10)
      .map(({ tenant, holds, wants }) => `${tenant} (${holds} has it, ${wants} would make it)`);
    const rest = moves.length > shown.length ? ` and ${moves.length - shown.length} more` : "";
    throw new CommandError(
      exitCodes.input,
      `tenants of ${environment} would move between stacks: ${shown.join(", ")}${rest}; nothing was changed`,
      `npm run fleet -- move ${environment} moves them without touching what runs; or give back tenantry:cells and the records' \`cell\``,
    );
  }
  const [left] = survey.surplus;
  if (left === undefined) return;
  throw new CommandError(
    exitCodes.input,
    `${environment} has ${cells.count} ${cells.count === 1 ? "stack" : "cells"}, and ${left.name} still holds ${left.tenants.join(", ") || "resources"}; nothing was changed`,
    left.tenants.length === 0
      ? `npm run fleet -- move ${environment} empties it`
      : `give back tenantry:cells as it was, or remove what it holds with: pulumi destroy -s ${left.name} --config-file Pulumi.${environment}.yaml`,
  );
}

/**
 * Refuses to remove tenants, all where none is named, while one of them is protected, in a state or in the files. The engine would notice
 * only after it has dropped the tenant's other resources from the state. Throws a `CommandError` that names them.
 */
export function refuseProtected({ plan }: Fleet, { readings }: Survey, tenants: readonly string[]): void {
  const guarded = [...readings.values()].flatMap((reading) => {
    const held = new Set(heldTenants(reading));
    const listed = plan.tenants.filter(({ id, protect }) => protect && held.has(id)).map(({ id }) => id);
    return [...listed, ...guardedTenants(reading)];
  });
  const named = [...new Set<string>(guarded)].filter((id) => tenants.length === 0 || tenants.includes(id)).sort();
  if (named.length === 0) return;
  throw new CommandError(
    exitCodes.input,
    `${named.join(", ")}: protected; nothing was removed`,
    `give the records \`protect: false\` and run npm run fleet -- up ${plan.environment} first`,
  );
}

/** That tenants of a stack are protected by now, where an update has come between; `null` where none of those to be removed is. */
export function protectedNow(present: Reading, tenants: readonly string[]): string | null {
  const named = guardedTenants(present).filter((id) => tenants.length === 0 || tenants.includes(id));
  return named.length === 0 ? null : `${named.join(", ")}: protected by now; nothing was removed`;
}

/**
 * Refuses to remove a whole environment while nobody can say what a cell beyond its number of cells holds: its tenants would go on to run
 * without the platform's guardrails. Throws a `CommandError`.
 */
export function refuseUnseen({ plan, stacks }: Fleet, { readings }: Survey, tenants: readonly string[]): void {
  const known = new Set(stacks.map(({ name }) => name));
  const [unseen] = [...readings].flatMap(([name, reading]) =>
    isUnreadable(reading) && !known.has(name) ? [{ name, why: reading.unreadable }] : [],
  );
  if (unseen === undefined || tenants.length > 0) return;
  throw new CommandError(
    exitCodes.failed,
    `${unseen.name}, beyond the ${plan.cells.count} cells of ${plan.environment}, may hold tenants: ${unseen.why}; nothing was removed`,
    "without the platform they would run without guardrails; mend that state, then run the same command again",
  );
}

/** Refuses to bring back tenants that some stack holds and no list has: an update of them would remove them. Throws a `CommandError`. */
export function refuseUnlisted({ plan }: Fleet, tenants: readonly string[]): void {
  const listed = new Set<string>(plan.tenants.map(({ id }) => id));
  const unlisted = tenants.filter((id) => !listed.has(id));
  if (unlisted.length === 0) return;
  throw new CommandError(
    exitCodes.input,
    `${unlisted.join(", ")}: in no list any more, so there is nothing to bring back; nothing was changed`,
    `npm run fleet -- up ${plan.environment} removes what is left`,
  );
}
