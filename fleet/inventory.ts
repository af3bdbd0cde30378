import { fingerprints, programDigest } from "../components/fingerprint.ts";
import { cellStackName, tenantsByCell } from "../tenants/cells.ts";
import { assertIsolation } from "../tenants/isolation.ts";
import { loadEnvironment } from "../tenants/load.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import { planEnvironment } from "../tenants/plan.ts";
import { sourcesOf } from "../tenants/sources.ts";

/** One stack of an environment, as the files want it. */
export interface FleetStack {
  readonly name: string;
  /** `null` for the environment's own stack, which has the platform. */
  readonly cell: number | null;
  /** Ids of the tenants that it makes, in ascending order. */
  readonly tenants: readonly string[];
  readonly fingerprint: string;
  /** Whether its state says what its updates began and finished; that of an environment of one stack does not. */
  readonly recorded: boolean;
}

/** An environment and its stacks: its own first, then its cells in order. */
export interface Fleet {
  readonly plan: EnvironmentPlan;
  readonly stacks: readonly FleetStack[];
}

/** Plans and proves an environment, and divides it into its stacks. Throws one `InputError` that lists every problem. */
export function planFleet(directory: string, environment: string): Fleet {
  const loaded = loadEnvironment({ directory, environment });
  const plan = assertIsolation(planEnvironment(loaded), sourcesOf(loaded));
  const fingerprint = fingerprints(programDigest(directory), plan, loaded.secrets);
  const recorded = plan.cells.count > 1;
  const stack = (name: string, cell: number | null, tenants: EnvironmentPlan["tenants"]): FleetStack => {
    return { name, cell, tenants: tenants.map(({ id }) => id), fingerprint: fingerprint(cell), recorded };
  };
  const own = stack(environment, null, recorded ? [] : plan.tenants);
  const cells = tenantsByCell(plan).map((tenants, cell) => stack(cellStackName(environment, cell), cell, tenants));
  return { plan, stacks: [own, ...cells] };
}
