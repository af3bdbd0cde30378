import * as pulumi from "@pulumi/pulumi";

import { cellStackName, readStackName, sliceOf, type StackSlice } from "../tenants/cells.ts";
import { assertIsolation } from "../tenants/isolation.ts";
import { type Loaded, loadEnvironment } from "../tenants/load.ts";
import { isUnchanged } from "../tenants/load/origin.ts";
import type { RuntimeConfiguration } from "../tenants/load/runtime.ts";
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
    const { loaded, plan } = planOnce(directory, environment, compared ? given : null);
    assertCell(plan, cell, stack);
    const fingerprint = fingerprints(programDigest(directory), plan, loaded.secrets)(cell);
    return { plan, ...sliceOf(plan, cell), fingerprint };
  });
}

/** An environment that was planned and proved, and the files that it was read from. */
interface Planned {
  readonly directory: string;
  readonly loaded: Loaded;
  readonly plan: EnvironmentPlan;
}

/** What this process has planned last. `fleet` runs many stacks of one environment in a process, and all of them need the whole plan. */
let last: Planned | null = null;

/**
 * Plans and proves an environment, or takes what this process has planned from the same bytes. Throws one `InputError` that lists every
 * problem, those of a configuration that Pulumi read otherwise among them.
 */
export function planOnce(directory: string, environment: string, runtime: RuntimeConfiguration | null): Planned {
  const known = last?.directory === directory && last.loaded.environment === environment ? last : null;
  if (known !== null && isUnchanged(directory, known.loaded.origin)) {
    const differing = runtime === null ? [] : known.loaded.compare(runtime);
    if (differing.length === 0) return known;
  }
  last = null;
  const loaded = loadEnvironment({ directory, environment, ...(runtime === null ? {} : { runtime }) });
  const plan = assertIsolation(planEnvironment(loaded), sourcesOf(loaded));
  return (last = { directory, loaded, plan });
}

function assertCell({ environment, cells }: EnvironmentPlan, cell: number | null, stack: string): void {
  if (cell === null || (cells.count > 1 && cell < cells.count)) return;
  const known =
    cells.count === 1
      ? `${environment} is one stack: tenantry:cells is 1`
      : `${environment} has ${cells.count} cells, ${cellStackName(environment, 0)} to ${cellStackName(environment, cells.count - 1)}`;
  throw new pulumi.RunError(`no cell ${stack}: ${known}; nothing was changed.`);
}
