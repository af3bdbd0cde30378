import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

/** The stack file of the measured fleet: the environment of `dev` with a list of tenants that the benchmark edits. */
export interface FleetFile {
  readonly stack: string;
  /** File with the exported state of the fleet before the measured tenant comes. */
  readonly baseline: string;
  readonly add: (id: string) => void;
  readonly remove: (id: string) => void;
  /** Replaces the whole list. */
  readonly set: (ids: readonly string[]) => void;
}

interface StackFile {
  config: Record<string, unknown>;
}

/** Tier of every tenant in a measured fleet. */
export const measuredTier = "pro";

/** What a measured tenant is: the middle tier, an owner, and every default of the program. */
export function measuredTenant(id: string): object {
  return { id, name: `Tenant ${id}`, tier: measuredTier, owners: [{ group: `${id}-admins` }] };
}

/**
 * The sizes of `dev` for many tenants. The quotas of 25 tenants promise more than six simulated nodes have, which the rules
 * would rightly refuse; a quota is a bound and reserves nothing, so the benchmark states a larger capacity.
 */
export const unlimitedCapacity = {
  cpu: "9999999",
  memory: "1000Ti",
  ephemeralStorage: "1000Ti",
  storage: "1000Ti",
  pods: 1_000_000,
};

/** Makes `Pulumi.<stack>.yaml` in a copy of the program from its `Pulumi.dev.yaml`, with an empty list. */
export function createFleetFile(directory: string, stack: string): FleetFile {
  const source = parse(readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8")) as StackFile;
  const path = join(directory, `Pulumi.${stack}.yaml`);
  const environment = source.config["tenantry:environment"] as Record<string, unknown>;
  const config = {
    "tenantry:environment": { ...environment, capacity: unlimitedCapacity, protect: false },
    "tenantry:tenants": [],
  };
  writeFileSync(path, stringify({ config }));
  let listed: readonly string[] = [];
  const set = (ids: readonly string[]): void => {
    // Read anew each time: Pulumi keeps the salt of the stack's secrets in the same file.
    const content = parse(readFileSync(path, "utf8")) as StackFile;
    content.config["tenantry:tenants"] = ids.map(measuredTenant);
    writeFileSync(path, stringify(content));
    listed = ids;
  };
  return {
    stack,
    baseline: join(directory, `${stack}-baseline.json`),
    add: (id) => set([...listed, id]),
    remove: (id) => set(listed.filter((other) => other !== id)),
    set,
  };
}
