import type * as pulumi from "@pulumi/pulumi";

import type { FleetRecord } from "./record-names.ts";
import type { StackPlan } from "./stack-plan.ts";
import { platformVersion } from "./standing-platform.ts";
import type { UpdateRecord } from "./update-record.ts";

/** What the stack tells `fleet` and the cells, once everything else is made. Without cells nobody keeps a record or reads one. */
export function fleetRecord(
  { plan }: Pick<StackPlan, "plan">,
  update: UpdateRecord | undefined,
): FleetRecord | pulumi.Output<FleetRecord | Record<string, never>> {
  const standing = { platform: platformVersion(plan.platform), cells: String(plan.cells.count) };
  return update?.finished(standing) ?? standing;
}
