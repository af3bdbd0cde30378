/** Tenants whose objects a command could lose sight of: a killed `pulumi` may have made them, and no state tells of them. */
import { CommandError, exitCodes } from "../local/command-error.ts";
import type { FleetVerb } from "./fleet.ts";
import { isUnreadable, type Reading } from "./verdict.ts";

/** Tenants that an update may have made without any state telling of them. */
export interface UntoldTenants {
  readonly stack: string;
  readonly tenants: readonly string[];
}

/** What a command is, as far as forgetting goes. */
export interface ForgettingContext {
  readonly verb: FleetVerb;
  readonly environment: string;
  /** Ids of the tenants in the list. */
  readonly planned: ReadonlySet<string>;
}

/**
 * Tenants with creations that were cut off. Made again, the tenant adopts what exists; without it an update removes what the state knows of
 * it, and then forgets the creation, whose object may outlive its namespace or be the namespace itself.
 */
export function cutOffTenants(readings: Iterable<readonly [string, Reading]>): readonly UntoldTenants[] {
  return [...readings].flatMap(([stack, reading]) => {
    if (reading === null || isUnreadable(reading) || reading.creating.length === 0) return [];
    return [{ stack, tenants: reading.creating }];
  });
}

/**
 * Throws a `CommandError` where a command would lose sight of tenants that may exist: an update or a preview without them, or a removal,
 * which goes by states.
 */
export function refuseForgetting(context: ForgettingContext, untold: readonly UntoldTenants[]): void {
  const lost = lostTenants(context, untold);
  if (lost.length > 0) throw new CommandError(exitCodes.input, messageOf(lost), remedyOf(context, lost));
}

/** Why a stack must be left alone for that reason when its turn has come; `null` where it need not be. */
export function forgettingNow(context: ForgettingContext, stack: string, present: Reading): string | null {
  const lost = lostTenants(context, cutOffTenants([[stack, present]]));
  return lost.length === 0 ? null : `${messageOf(lost)}; ${remedyOf(context, lost)}`;
}

function lostTenants({ verb, planned }: ForgettingContext, untold: readonly UntoldTenants[]): readonly UntoldTenants[] {
  if (verb === "status") return [];
  return untold
    .map(({ stack, tenants }) => ({ stack, tenants: tenants.filter((id) => verb === "destroy" || !planned.has(id)) }))
    .filter(({ tenants }) => tenants.length > 0);
}

function messageOf(lost: readonly UntoldTenants[]): string {
  const what = lost.map(({ stack, tenants }) => `${tenants.join(", ")} (${stack})`).join(", ");
  return `pulumi was killed while it made ${what}, and no state tells what of them exists; nothing was changed`;
}

function remedyOf({ environment, planned }: ForgettingContext, lost: readonly UntoldTenants[]): string {
  const isListed = lost.every(({ tenants }) => tenants.every((id) => planned.has(id)));
  const back = isListed ? "" : "put their records back, ";
  return `${back}run npm run fleet -- up ${environment}, and then remove them`;
}
