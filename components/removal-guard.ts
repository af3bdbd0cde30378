import * as pulumi from "@pulumi/pulumi";

import type { EnvironmentPlan } from "../tenants/model.ts";

/** Name of the stack output that this guard leaves for the next update. */
export const protectedOutput = "protectedTenants";

/** Ids of the tenants whose records may not simply vanish. */
export function protectedTenants(plan: EnvironmentPlan): readonly string[] {
  return plan.tenants.filter(({ protect }) => protect).map(({ id }) => id);
}

/**
 * Stops the program when a tenant that the last update left protected is no longer in the list; nothing has been registered by
 * then. Throws a `RunError` that names the tenants and the way to offboard them on purpose.
 *
 * The engine's own `protect` stands behind this, but alone it is not enough: an update without a preview reports the protected
 * namespace only after it has dropped the tenant's other resources from the state, its generated secrets among them.
 *
 * Limit: the last update that ended well is what is compared with, for a failed one leaves no new outputs. A tenant that a failed
 * or killed update has made or protected is not known here until an update ends well; till then only the engine's own `protect`
 * stands before its namespace.
 */
export async function refuseRemoval(plan: EnvironmentPlan): Promise<void> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const details = await new pulumi.StackReference("last-update", { name }).getOutputDetails(protectedOutput);
  const value: unknown = details.value;
  const present = new Set<string>(plan.tenants.map(({ id }) => id));
  const removed = Array.isArray(value)
    ? value.filter((id): id is string => typeof id === "string" && !present.has(id))
    : [];
  if (removed.length === 0) return;
  throw new pulumi.RunError(
    [
      `${removed.join(", ")}: protected, and no longer in the list; nothing was changed.`,
      "To offboard on purpose: put the record back with `protect: false`, run `pulumi up`, remove the record, run `pulumi up`.",
    ].join("\n"),
  );
}
