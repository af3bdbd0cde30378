import * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";

/** What a person sets with `pulumi config set --secret --path 'tenantry:tenantSecrets.<id>.<NAME>'`, by tenant and name. */
type TenantSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The values of the secrets that a plan names, each a Pulumi secret. The plan says which exist, so the set of resources never
 * depends on a value. Throws when a value is missing, and names it.
 */
export function tenantSecrets(
  config: pulumi.Config,
  plan: Pick<TenantPlan, "environment" | "id" | "secrets">,
): Record<string, pulumi.Output<string>> {
  const names = plan.secrets.provided;
  if (names.length === 0) return {};
  const all = config.getSecretObject<TenantSecrets>("tenantSecrets");
  if (all === undefined) {
    // Only in a cell's stack: the plan's names come from the environment's file, and Pulumi was not given it.
    const file = `Pulumi.${plan.environment}.yaml`;
    throw new pulumi.RunError(`${plan.id} has secrets in ${file}; run pulumi with --config-file ${file}`);
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      all.apply((tenants) => {
        const value = tenants[plan.id]?.[name];
        if (value !== undefined) return value;
        const key = `tenantry:tenantSecrets.${plan.id}.${name}`;
        throw new pulumi.RunError(`${key} has no value; set it with: pulumi config set --secret --path '${key}'`);
      }),
    ]),
  );
}
