import type { EnvironmentPlan, OwnerPlan, TenantPlan } from "../model.ts";
import { egressCheck } from "./egress.ts";
import type { Facts, OwnedTenants } from "./plane.ts";

/** One text per subject, as RBAC tells them apart: a user and a group of one name are two. */
export function ownerKey({ kind, name }: OwnerPlan): string {
  return `${kind}:${name}`;
}

/** Every host that a tenant may name or has served, once. */
export function hostsOf({ guardrails, route }: TenantPlan): readonly string[] {
  return [...new Set([...guardrails.hosts, ...(route?.hosts.map(({ host }) => host) ?? [])])];
}

/** Reads a plan once for all planes. */
export function factsOf(plan: EnvironmentPlan): Facts {
  const byHost = new Map<string, TenantPlan>();
  const byNamespace = new Map<string, TenantPlan>();
  const byId = new Map<string, TenantPlan>();
  const byOwner = new Map<string, { readonly owner: OwnerPlan; readonly tenants: TenantPlan[] }>();
  for (const tenant of plan.tenants) {
    if (!byNamespace.has(tenant.namespace)) byNamespace.set(tenant.namespace, tenant);
    if (!byId.has(tenant.id)) byId.set(tenant.id, tenant);
    for (const host of hostsOf(tenant)) if (!byHost.has(host)) byHost.set(host, tenant);
    for (const owner of tenant.owners) {
      const known = byOwner.get(ownerKey(owner));
      if (known === undefined) byOwner.set(ownerKey(owner), { owner, tenants: [tenant] });
      else if (known.tenants.at(-1) !== tenant) known.tenants.push(tenant);
    }
  }
  return { plan, byHost, byNamespace, byId, byOwner, egress: egressCheck(plan.privateRanges) };
}

/** People and groups that several records list: each of these tenants has said that it trusts them. */
export function sharedOwners({ byOwner }: Facts): readonly OwnedTenants[] {
  return [...byOwner.values()].filter(({ tenants }) => tenants.length > 1);
}
