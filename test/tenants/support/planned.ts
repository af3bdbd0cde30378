import type { TenantPlan } from "../../../tenants/model.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { loadedOf, roomyEnvironment } from "./fleet.ts";

/** A record with nothing but what every record has. */
export const bare = { id: "acme", name: "Acme", tier: "free" };

/** The plan of one record, in a roomy environment unless another is given. */
export function planOf(record: unknown, settings: unknown = roomyEnvironment): TenantPlan {
  const plan = planEnvironment(loadedOf([record], settings)).tenants[0];
  if (plan === undefined) throw new Error("no plan");
  return plan;
}
