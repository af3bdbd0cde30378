import * as pulumi from "@pulumi/pulumi";
import { waitForRPCs } from "@pulumi/pulumi/runtime/settings.js";

import { stackOfTenant } from "../tenants/cells.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { protectedOutput, tenantsOutput } from "./record-names.ts";
import type { StackPlan } from "./stack-plan.ts";

// The package exports it and leaves it out of its types; nothing else tells when outputs have arrived.
declare module "@pulumi/pulumi/runtime/settings.js" {
  /** Waits until every call to the engine that was begun has been answered. */
  export function waitForRPCs(): Promise<void>;
}

/** Ids of the tenants whose records may not simply vanish. */
export function protectedTenants({ tenants }: { readonly tenants: readonly TenantPlan[] }): readonly string[] {
  return tenants.filter(({ protect }) => protect).map(({ id }) => id);
}

/**
 * Stops the program when a tenant that an earlier update left protected is no longer in the list, or when a tenant of this stack now
 * belongs to another one, which would delete it here under its running pods; nothing has been registered by then. Throws a
 * `RunError` that names the tenants and the way to go.
 *
 * The engine's own `protect` stands behind this, but alone it is not enough: an update without a preview reports the protected
 * namespace only after it has dropped the tenant's other resources from the state, its generated secrets among them.
 *
 * What this update will protect is stored at once, beside what earlier ones have left: an update that fails later leaves no other
 * outputs, and the tenants that it has made by then must not be free to vanish. Only one that ends well releases a tenant.
 *
 * Limit: a first update that ends by an error of the program itself, and not of a resource, stores nothing; the engine's own `protect`
 * then stands alone before what it has made.
 */
export async function refuseRemoval({ plan, tenants }: Pick<StackPlan, "plan" | "tenants">): Promise<void> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const lastUpdate = new pulumi.StackReference("last-update", { name });
  const guarded: unknown = (await lastUpdate.getOutputDetails(protectedOutput)).value;
  const made: unknown = (await lastUpdate.getOutputDetails(tenantsOutput)).value;
  refuseMove(plan, tenants, Object.keys(typeof made === "object" && made !== null ? made : {}));
  const present = new Set<string>(plan.tenants.map(({ id }) => id));
  const known = Array.isArray(guarded) ? guarded.filter((id) => typeof id === "string") : [];
  const removed = known.filter((id) => !present.has(id));
  if (removed.length === 0) {
    await remember(lastUpdate, [...new Set([...known, ...protectedTenants({ tenants })])]);
    return;
  }
  throw new pulumi.RunError(
    [
      `${removed.join(", ")}: protected, and no longer in the list; nothing was changed.`,
      "To offboard on purpose: put the record back with `protect: false`, run `pulumi up`, remove the record, run `pulumi up`.",
    ].join("\n"),
  );
}

function refuseMove(plan: EnvironmentPlan, here: readonly TenantPlan[], made: readonly string[]): void {
  const staying = new Set<string>(here.map(({ id }) => id));
  const leaving = new Set(made.filter((id) => !staying.has(id)));
  const moved = plan.tenants.filter(({ id }) => leaving.has(id));
  if (moved.length === 0) return;
  const list = moved.map((tenant) => `${tenant.id} (to ${stackOfTenant(plan.environment, plan.cells, tenant)})`);
  throw new pulumi.RunError(
    [
      `${list.join(", ")}: made by this stack, and now of another one; nothing was changed.`,
      `This update would delete what runs. To move it: npm run fleet -- move ${plan.environment}. To leave it: give back tenantry:cells and the records' \`cell\`.`,
    ].join("\n"),
  );
}

/**
 * Stores the output now, beside all others of the last update. What the program exports takes their place when the update ends well, so
 * this has to have arrived before: the engine keeps what comes last.
 */
async function remember(lastUpdate: pulumi.StackReference, ids: readonly string[]): Promise<void> {
  const stack = pulumi.runtime.getStackResource();
  if (stack === undefined) return;
  const outputs = lastUpdate.outputs.apply((last: object) => ({ ...last, [protectedOutput]: [...ids] }));
  pulumi.runtime.registerResourceOutputs(stack, outputs);
  await waitForRPCs();
}
