import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName } from "../tenants/names.ts";

/** Length of the rollout key; letters and digits of this length carry 190 bits. */
const rolloutKeyLength = 32;

/**
 * A random value that stays the same until the tenant's rotation number changes, a Pulumi secret. Letters and digits only, so that
 * it is safe in URLs, shells and connection strings.
 */
function generate(
  plan: TenantPlan,
  name: string,
  length: number,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const keepers = { rotation: String(plan.secrets.rotation) };
  return new random.RandomPassword(name, { length, special: false, keepers }, opts).result;
}

/** Every generated secret of the plan, by name. */
export function generateSecrets(
  plan: TenantPlan,
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    plan.secrets.generated.map(({ name, length }) => [
      name,
      generate(plan, logicalName(plan.id, "generated", name), length, opts),
    ]),
  );
}

/** Key of the fingerprint that rolls pods when a secret changes. It is in no Secret and no pod can read it. */
export function rolloutKey(plan: TenantPlan, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return generate(plan, logicalName(plan.id, "rollout-key"), rolloutKeyLength, opts);
}
