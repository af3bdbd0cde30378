import * as pulumi from "@pulumi/pulumi";

import { cellStackName, readStackName, sliceOf, type StackSlice } from "../tenants/cells.ts";
import { assertIsolation } from "../tenants/isolation.ts";
import { loadEnvironment } from "../tenants/load.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { planEnvironment } from "../tenants/plan.ts";
import { sourcesOf } from "../tenants/sources.ts";
import { explained } from "./explained.ts";
import { fingerprints, programDigest } from "./fingerprint.ts";

/** What the running stack makes, and the whole environment that it is a part of. */
export interface StackPlan extends StackSlice {
  readonly plan: EnvironmentPlan;
  /** Changes with everything that decides what this stack registers. */
  readonly fingerprint: string;
}

/**
 * Loads, plans and proves the whole environment, whichever of its stacks is running. Throws a `RunError` that lists every problem.
 *
 * A cell's stack needs no file of its own: what Pulumi hands over is compared with the environment's file where there is any.
 */
export function plannedStack(config: pulumi.Config, directory: string): StackPlan {
  const stack = pulumi.getStack();
  const { environment, cell } = readStackName(stack);
  const given = {
    environment: config.getObject("environment"),
    tenants: config.getObject("tenants"),
    cells: config.getObject("cells"),
  };
  const compared = cell === null || Object.values(given).some((value) => value !== undefined);
  return explained(() => {
    const loaded = loadEnvironment({ directory, environment, ...(compared ? { runtime: given } : {}) });
    const plan = assertIsolation(planEnvironment(loaded), sourcesOf(loaded));
    assertCell(plan, cell, stack);
    const fingerprint = fingerprints(programDigest(directory), plan, loaded.secrets)(cell);
    return { plan, ...sliceOf(plan, cell), fingerprint };
  });
}

function assertCell({ environment, cells }: EnvironmentPlan, cell: number | null, stack: string): void {
  if (cell === null || (cells.count > 1 && cell < cells.count)) return;
  const known =
    cells.count === 1
      ? `${environment} is one stack: tenantry:cells is 1`
      : `${environment} has ${cells.count} cells, ${cellStackName(environment, 0)} to ${cellStackName(environment, cells.count - 1)}`;
  throw new pulumi.RunError(`no cell ${stack}: ${known}; nothing was changed.`);
}
