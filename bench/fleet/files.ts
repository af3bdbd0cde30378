import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";

import { measuredTenant, unlimitedCapacity } from "../onboard/fleet-file.ts";

/** A tenant of the measured fleet: its id, the cell that it is pinned to, and what is to be different from all others. */
export interface Placed {
  readonly id: string;
  readonly cell: number;
  readonly name?: string;
  readonly tier?: string;
}

/** The files of the measured environment. */
export interface FleetFiles {
  readonly environment: string;
  /** Replaces the whole list of tenants. */
  readonly set: (tenants: readonly Placed[], cells: number) => void;
}

interface EnvironmentFile {
  config: Record<string, unknown>;
}

/** Makes `Pulumi.<environment>.yaml` in a copy of the program from its `Pulumi.dev.yaml`; tenants are in a file beside it. */
export function createFleetFiles(directory: string, environment: string): FleetFiles {
  const { config } = parse(readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8")) as EnvironmentFile;
  const sizes = config["tenantry:environment"] as Record<string, unknown>;
  const path = join(directory, `Pulumi.${environment}.yaml`);
  const list = `${environment}-tenants.yaml`;
  writeFileSync(path, stringify({ config: {} }));
  return {
    environment,
    set: (tenants, cells) => {
      writeFileSync(
        join(directory, list),
        stringify(tenants.map(({ id, ...rest }) => ({ ...measuredTenant(id), ...rest }))),
      );
      // Read anew each time: Pulumi keeps the salt of the stacks' secrets in the same file.
      const file = parse(readFileSync(path, "utf8")) as EnvironmentFile;
      file.config = {
        "tenantry:environment": { ...sizes, capacity: unlimitedCapacity, protect: false },
        "tenantry:cells": cells,
        "tenantry:tenantFiles": [list],
        "tenantry:tenants": [],
      };
      writeFileSync(path, stringify(file));
    },
  };
}

/** Tenants that fill cells one after the other, from cell `first` on. */
export function filling(prefix: string, count: number, cellSize: number, first: number): readonly Placed[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${String(index).padStart(5, "0")}`,
    cell: first + Math.floor(index / cellSize),
  }));
}
