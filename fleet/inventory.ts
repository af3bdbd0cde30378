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
  const ids = (tenants: EnvironmentPlan["tenants"]): readonly string[] => tenants.map(({ id }) => id);
  const own = plan.cells.count === 1 ? plan.tenants : [];
  const cells = tenantsByCell(plan).map((tenants, cell): FleetStack => {
    return { name: cellStackName(environment, cell), cell, tenants: ids(tenants), fingerprint: fingerprint(cell) };
  });
  return {
    plan,
    stacks: [{ name: environment, cell: null, tenants: ids(own), fingerprint: fingerprint(null) }, ...cells],
  };
}
