import type { Problem } from "../errors.ts";
import { secretPath, shownId, type SecretName } from "../load/secrets.ts";
import { secretNamePattern } from "../names.ts";
import { didYouMean } from "../suggest.ts";
import { generatedSecrets } from "../tiers.ts";
import type { Finding, Fleet } from "./fleet.ts";

/** Secrets that people set belong to a tenant that exists and do not hide what Tenantry sets itself. */
export function secretProblems({ records, secrets, tenants }: Fleet): readonly Problem[] {
  const ids = new Set(records.flatMap(({ id }) => (id === null ? [] : [id])));
  const settings = new Map(tenants.map(({ plan }) => [plan.id as string, plan.config]));
  return secrets.flatMap((secret) => {
    const finding = ids.has(secret.tenant)
      ? nameFinding(secret, settings.get(secret.tenant) ?? {})
      : unknownTenant(secret, ids);
    if (finding === null) return [];
    const path = secretPath(secret.tenant, secret.name);
    return [{ source: secret.source, tenant: shownId(secret.tenant), path, ...finding }];
  });
}

function unknownTenant({ tenant }: SecretName, ids: ReadonlySet<string>): Finding {
  const near = ids.size > 1000 ? [] : [...ids];
  const id = shownId(tenant);
  return {
    rule: "secret-tenant",
    value: id === null ? "a secret of a tenant whose key is not shown" : `a secret of "${id}"`,
    bound: "no tenant of this environment has this id",
    remedy: didYouMean(
      tenant,
      near,
      id === null
        ? "Remove it with pulumi config rm --path, or add the tenant."
        : `Remove it with pulumi config rm --path 'tenantry:tenantSecrets.${id}', or add the tenant.`,
    ),
  };
}

function nameFinding({ name }: SecretName, config: Readonly<Record<string, string>>): Finding | null {
  if (!secretNamePattern.test(name)) {
    const bound = "must be the name of an environment variable: capitals, digits and underscores, at most 63";
    // Not shown: whoever pastes a secret as the key must not find it in a log as well.
    const remedy =
      "Set it again under a name such as MODEL_TOKEN; if the key is itself a secret, change it at its source.";
    return { rule: "secret-name", value: "a key that is not shown", bound, remedy };
  }
  const taken = generatedSecrets.some((generated) => generated.name === name) || name in config;
  if (!taken) return null;
  const bound = "is set by Tenantry itself";
  return { rule: "secret-name", value: `"${name}"`, bound, remedy: "Choose another name." };
}
