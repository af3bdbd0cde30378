/** Words under which a stack's state says what its updates began and finished. No Pulumi in here, for `fleet` reads without it. */

/** Name of the stack output for `fleet` and for the cells: a `FleetRecord`. */
export const fleetOutput = "fleet";

/** Key of that output under which the last finished update is. */
export const finishedKey = "finished";

/** Name of the stack output with the tenants whose records may not simply vanish. */
export const protectedOutput = "protectedTenants";

/** Name of the stack output that has the tenants of a stack, by id. */
export const tenantsOutput = "tenants";

/** Type of the component that is written when an update begins. */
export const updateType = "tenantry:index:Update";

/** Name of that component, which no tenant's id may be. */
export const updateName = "update";

/** Name of the resource that is made last in an update. No tenant's id has a dot. */
export const markName = "update.finished";

/** What a finished update leaves in its stack's state. */
export interface FinishedUpdate {
  readonly fingerprint: string;
  /** How many resources the program registered, `isCounted` ones. */
  readonly resources: number;
}

/** What a stack tells `fleet` and the environment's other stacks. */
export interface FleetRecord {
  /** Digest of the platform that stands. */
  readonly platform: string;
  /** How many cells the environment had, as text; "1" where its own stack holds the tenants. */
  readonly cells: string;
  /** Only where there are cells. */
  readonly finished?: FinishedUpdate;
}

/** Whether resources of a type are counted: not the stack, nor providers and references, which the engine makes and drops by itself. */
export function isCounted(type: string): boolean {
  return !type.startsWith("pulumi:");
}

/** Whether a resource is part of the record of updates, and of nobody's tenant or platform. */
export function isOfRecord(urn: string): boolean {
  const [, , type, name] = urn.split("::");
  return type === updateType || name === markName;
}
