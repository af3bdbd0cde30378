import { hkdfSync } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import type { TenantPlan } from "../tenants/model.ts";
import { logicalName } from "../tenants/names.ts";

/**
 * Where generated secrets come from. Both keep a value until the rotation number changes, and keep it encrypted in the state.
 *
 * - `random`: `@pulumi/random`, whose plugin has to be installed.
 * - `derived`: HKDF-SHA256 from one seed of the environment, itself a Pulumi secret (`pulumi config set --secret`), with
 *   environment, tenant, name and rotation as context. Nothing to install, and a lost state is no lost secret; in exchange, who
 *   has the seed has every generated secret.
 *
 * Changing the kind makes every generated secret anew.
 */
export type SecretGenerator =
  | { readonly kind: "random" }
  | {
      readonly kind: "derived";
      /** At least 32 characters, from a generator of randomness. */
      readonly seed: pulumi.Input<string>;
    };

/**
 * The generator that a stack's configuration asks for: `derived` where `tenantry:secretSeed` is set, otherwise `random`. The seed
 * is set once, with `pulumi config set --secret tenantry:secretSeed "$(openssl rand -hex 32)"`.
 */
export function secretGenerator(config: pulumi.Config): SecretGenerator {
  const seed = config.getSecret("secretSeed");
  return seed === undefined ? { kind: "random" } : { kind: "derived", seed };
}

/** Letters and digits only: safe in URLs, shells and connection strings. */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const minimumSeedLength = 32;
/** HKDF gives at most 255 blocks of 32 bytes. */
const hkdfLimit = 255 * 32;

/**
 * A password of `length` letters and digits that depends on the seed and every part of the context, and on nothing else.
 * Throws for a seed that is too short to be random, and never prints it.
 */
export function derivePassword(seed: string, context: readonly string[], length: number): string {
  if (seed.length < minimumSeedLength) {
    throw new Error(`the seed of generated secrets has ${seed.length} characters; it needs ${minimumSeedLength}`);
  }
  // JSON keeps the parts apart: ["a", "bc"] and ["ab", "c"] must not give one password.
  const info = JSON.stringify(["tenantry-secret-v1", ...context]);
  const bytes = new Uint8Array(hkdfSync("sha256", seed, "", info, Math.min(hkdfLimit, length * 2 + 128)));
  // Bytes past the last whole multiple of 62 would make the first letters of the alphabet likelier.
  const fair = bytes.filter((byte) => byte < 256 - (256 % alphabet.length)).slice(0, length);
  if (fair.length < length) throw new Error(`a secret of ${length} characters is longer than can be derived`);
  return Array.from(fair, (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}

/** One generated value, a Pulumi secret. */
export interface GeneratedValue {
  /** Logical name of the resource that holds it, where there is one. */
  readonly logicalName: string;
  /** What the value is for: a secret's name, or our own purpose. Part of the context of a derived value. */
  readonly purpose: string;
  readonly length: number;
}

/** Makes one value. With `random` this registers a resource under the logical name. */
export function generateValue(
  plan: TenantPlan,
  generator: SecretGenerator,
  { logicalName: name, purpose, length }: GeneratedValue,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const rotation = String(plan.secrets.rotation);
  switch (generator.kind) {
    case "random":
      return new random.RandomPassword(name, { length, special: false, keepers: { rotation } }, opts).result;
    case "derived": {
      const context = [plan.environment, plan.id, purpose, rotation];
      return pulumi.secret(generator.seed).apply((seed) => derivePassword(seed, context, length));
    }
    default: {
      const unknown: never = generator;
      throw new Error(`unknown generator ${JSON.stringify(unknown)}`);
    }
  }
}

/** Every generated secret of the plan, by name. */
export function generateSecrets(
  plan: TenantPlan,
  generator: SecretGenerator,
  opts: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    plan.secrets.generated.map(({ name, length }) => {
      const value = { logicalName: logicalName(plan.id, "generated", name), purpose: `secret:${name}`, length };
      return [name, generateValue(plan, generator, value, opts)];
    }),
  );
}

/** Key of the fingerprint that rolls pods when a secret changes. It is in no Secret and no pod can read it. */
export function rolloutKey(
  plan: TenantPlan,
  generator: SecretGenerator,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const value = { logicalName: logicalName(plan.id, "rollout-key"), purpose: "rollout-key", length: 32 };
  return generateValue(plan, generator, value, opts);
}
