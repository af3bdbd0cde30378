import type { EnvironmentPlan, TenantPlan } from "../../../tenants/model.ts";

/** The plan with one tenant changed behind the rules' back: the proof must not rely on them. */
export function tampered(
  plan: EnvironmentPlan,
  id: string,
  change: (tenant: TenantPlan) => Partial<TenantPlan>,
): EnvironmentPlan {
  return {
    ...plan,
    tenants: plan.tenants.map((tenant) => (tenant.id === id ? { ...tenant, ...change(tenant) } : tenant)),
  };
}
