import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName, objectNames } from "../tenants/names.ts";
import { generateSecrets, rolloutKey } from "./generated-secrets.ts";
import { buildSecret, secretsChecksum } from "./manifests/config.ts";
import type { Input, InputMap } from "./manifests/kubernetes.ts";
import type { SecretSource } from "./manifests/workload.ts";

/** The tenant's Secret, and how a workload refers to it. */
export interface TenantSecret {
  readonly resource: kubernetes.core.v1.Secret;
  readonly source: SecretSource;
}

/** Throws when a value that the plan asks for is missing or one too many is given, and names them all. */
export function assertProvided(plan: TenantPlan, given: InputMap): void {
  const wanted = plan.secrets.provided;
  const missing = wanted.filter((name) => given[name] === undefined);
  const unknown = Object.keys(given).filter((name) => !wanted.includes(name));
  const problems = [
    ...(missing.length === 0 ? [] : [`no value for ${missing.join(", ")}, which the plan lists`]),
    ...(unknown.length === 0 ? [] : [`a value for ${unknown.join(", ")}, which the plan does not list`]),
  ];
  if (problems.length > 0) {
    throw new Error(
      `tenant ${plan.id}: secrets hold ${problems.join("; and ")}. Values go in by the names in the plan.`,
    );
  }
}

function providedValues(given: InputMap): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, pulumi.secret(value)]));
}

/** Makes the tenant's Secret of generated and provided values; `undefined` when the plan has no secrets. */
export function createSecret(
  plan: TenantPlan,
  namespace: Input<string>,
  given: InputMap,
  opts: pulumi.CustomResourceOptions,
): TenantSecret | undefined {
  const values = { ...generateSecrets(plan, opts), ...providedValues(given) };
  const names = Object.keys(values);
  if (names.length === 0) return undefined;

  const encoded = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.apply((text) => Buffer.from(text).toString("base64"))]),
  );
  const resource = new kubernetes.core.v1.Secret(
    logicalName(plan.id, "secrets"),
    buildSecret(plan, namespace, encoded),
    opts,
  );
  const version = pulumi
    .all([pulumi.all(values), rolloutKey(plan, opts)])
    .apply(([plain, key]) => secretsChecksum(plain, key));
  // Keyed, so it tells nothing; left secret, it would hide the whole workload from every preview.
  return { resource, source: { name: objectNames.secrets, version: pulumi.unsecret(version) } };
}
