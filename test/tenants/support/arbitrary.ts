import * as fc from "fast-check";

import { idPattern, roles, forbiddenSuffix, reservedIds } from "../../../tenants/names.ts";
import { describeEnvironment, type Environment } from "../../../tenants/plan.ts";
import { environmentSchema, tenantSchema, type TenantSpec } from "../../../tenants/schema.ts";
import { tiers } from "../../../tenants/schema/tenant.ts";

/** Pieces that ids are made of when somebody wants names to clash: roles, their parts, and short words. */
const pieces = [...new Set([...roles, ...roles.flatMap((role) => role.split("-")), "a", "b", "acme", "x1"])];

/** Ids of the right form, many of which look like parts of names; whether they are allowed is not filtered. */
export const adversarialId = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("-").slice(0, 30))
  .filter((id) => idPattern.test(id));

/** Ids that a fleet accepts. */
export const acceptedId = adversarialId.filter((id) => forbiddenSuffix(id) === null && !reservedIds.has(id));

/** A short id and a longer one that begins with it and a dash; whether the longer one is allowed is not filtered. */
export const relatedIds = fc
  .tuple(
    fc.constantFrom("a1", "acme", "acme-b", "x1-acme"),
    fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }),
  )
  .map(([id, parts]) => ({ id, longer: `${id}-${parts.join("-")}`.slice(0, 30).replace(/-$/, "") }));

/** A sound environment, by size and with or without what is optional. */
export const environment: fc.Arbitrary<Environment> = fc
  .record({ sizes: fc.constantFrom("dev", "prod"), edge: fc.boolean(), tls: fc.boolean(), layered: fc.boolean() })
  .map(({ sizes, edge, tls, layered }) =>
    describeEnvironment(
      "test",
      environmentSchema.parse({
        sizes,
        domain: "test.example",
        cluster: { identifier: "test", ...(layered ? { clusterNetworkPolicies: {} } : {}) },
        capacity: { cpu: 9000, memory: "900Ti", ephemeralStorage: "900Ti", storage: "900Ti", pods: 1_000_000 },
        storage: { default: "standard", classes: ["standard", "fast"] },
        images: {
          runtime: "registry.example/runtime:1",
          dashboard: "registry.example/dashboard:1",
          requireDigest: false,
        },
        ...(edge
          ? {
              gateway: {
                name: "edge",
                namespace: "edge",
                className: "edge",
                listenerSets: true,
                ...(tls ? { issuer: { kind: "ClusterIssuer", name: "ca" } } : {}),
              },
            }
          : {}),
      }),
    ),
  );

/** How far overrides go: tame ones are mostly accepted, wild ones mostly refused. */
interface Reach {
  readonly millicores: readonly [number, number];
  readonly mebibytes: readonly [number, number];
  readonly replicas: number;
}

const tame: Reach = { millicores: [100, 600], mebibytes: [128, 1024], replicas: 3 };
const wild: Reach = { millicores: [50, 5000], mebibytes: [32, 9000], replicas: 12 };

function overrides(reach: Reach) {
  const mebibytes = fc.integer({ min: reach.mebibytes[0], max: reach.mebibytes[1] }).map((amount) => `${amount}Mi`);
  const amounts = fc.record(
    {
      cpu: fc.integer({ min: reach.millicores[0], max: reach.millicores[1] }).map((amount) => `${amount}m`),
      memory: mebibytes,
      ephemeralStorage: mebibytes,
    },
    { requiredKeys: [] },
  );
  const resources = fc.record({ requests: amounts, limits: amounts }, { requiredKeys: [] });
  const count = fc.integer({ min: 1, max: reach.replicas });
  const replicas = fc.record({ min: count, max: count }, { requiredKeys: [] });
  const storage = fc.integer({ min: 1, max: reach.replicas * 5 }).map((gibibytes) => `${gibibytes}Gi`);
  return {
    runtime: fc.record({ replicas, resources, storage }, { requiredKeys: [] }),
    dashboard: fc.record({ replicas, resources }, { requiredKeys: [] }),
  };
}

const wildQuota = fc.record(
  {
    "requests.cpu": fc.integer({ min: 1, max: 32 }),
    "limits.cpu": fc.integer({ min: 1, max: 64 }),
    "limits.memory": fc.integer({ min: 1, max: 128 }).map((gibibytes) => `${gibibytes}Gi`),
    "requests.storage": fc.integer({ min: 1, max: 500 }).map((gibibytes) => `${gibibytes}Gi`),
    persistentvolumeclaims: fc.integer({ min: 0, max: 20 }),
    pods: fc.integer({ min: 0, max: 100 }),
    secrets: fc.integer({ min: 0, max: 60 }),
  },
  { requiredKeys: [] },
);

const recordOf = (id: string, reach: Reach) =>
  fc.record(
    {
      tier: fc.constantFrom(...tiers),
      status: fc.constantFrom("active", "suspended"),
      protect: fc.boolean(),
      ...overrides(reach),
      quota: reach === wild ? wildQuota : fc.constantFrom({}, { pods: 60 }, { "limits.cpu": 24 }),
      labels: fc.dictionary(fc.constantFrom("team", "cost-center"), fc.constantFrom("a", "b"), {
        noNullPrototype: true,
      }),
      domains: fc.constantFrom([], [`agents.${id}.example`]),
    },
    { requiredKeys: ["tier"] },
  );

/** A record of the right form with this id, any tier and any overrides; whether its numbers agree is not filtered. */
export function specOf(id: string): fc.Arbitrary<TenantSpec> {
  return fc
    .oneof({ weight: 3, arbitrary: recordOf(id, tame) }, { weight: 1, arbitrary: recordOf(id, wild) })
    .map((record) => tenantSchema.parse({ id, name: `Tenant ${id}`, ...record }));
}
