import { cellOf } from "../cells.ts";
import type { IsolationLevel, OwnerPlan, TenantPart, TenantPlan } from "../model.ts";
import { namespaceName } from "../names.ts";
import type { TenantSpec } from "../schema.ts";
import { generatedSecrets } from "../tiers.ts";
import type { Environment } from "./environment.ts";
import { planGuardrails } from "./guardrails.ts";
import { planNetwork, planRoute } from "./network.ts";
import { planLimitRange, planQuota } from "./quota.ts";
import { planDashboard, planRuntime } from "./workloads.ts";

/**
 * Everything that will exist for one tenant. Total and pure: any parsed record gives a plan, whether or not the rules
 * of the fleet accept it, and nothing but the environment and this record decides it.
 *
 * @param providedSecrets Names (never values) under `tenantry:tenantSecrets.<id>`.
 */
export function planTenant(
  environment: Environment,
  spec: TenantSpec,
  providedSecrets: readonly string[] = [],
): TenantPlan {
  const settings = environment.spec;
  const storageClass = spec.runtime.storageClass ?? settings.storage.default;
  const quota = planQuota(settings, spec);
  return {
    environment: environment.name,
    id: spec.id,
    cell: spec.cell ?? cellOf(spec.id, environment.cells.count),
    name: spec.name,
    tier: spec.tier,
    isolation: planIsolation(spec),
    status: spec.status,
    namespace: namespaceName(spec.id),
    labels: spec.labels,
    protect: spec.protect ?? settings.protect,
    podSecurityVersion: settings.cluster.podSecurityVersion,
    owners: spec.owners.map(planOwner),
    quota,
    limitRange: planLimitRange(spec, quota),
    guardrails: planGuardrails(settings, spec),
    network: planNetwork(environment, spec),
    runtime: planRuntime(settings, spec, storageClass),
    dashboard: planDashboard(settings, spec),
    route: planRoute(settings, spec),
    config: planConfig(environment, spec),
    secrets: {
      generated: generatedSecrets.map(({ name, length }) => ({ name, length })),
      provided: [...providedSecrets].sort(),
      rotation: spec.secrets.rotation,
    },
  };
}

function planIsolation({ isolation }: TenantSpec): Readonly<Record<TenantPart, IsolationLevel>> {
  const parts =
    typeof isolation === "string" ? { runtime: isolation, dashboard: isolation, data: isolation } : isolation;
  return {
    runtime: parts.runtime ?? "namespace",
    dashboard: parts.dashboard ?? "namespace",
    data: parts.data ?? "namespace",
  };
}

function planOwner({ group, user }: TenantSpec["owners"][number]): OwnerPlan {
  return group === undefined ? { kind: "User", name: user ?? "" } : { kind: "Group", name: group };
}

/**
 * Settings that both workloads read from their environment; nothing secret. A change here restarts every pod of the tenant, so it
 * holds what cannot change with the customer's name, tier or labels. What only one workload needs, its component sets.
 */
function planConfig({ name, spec: environment }: Environment, spec: TenantSpec): Readonly<Record<string, string>> {
  const services = environment.sharedServices.map((service): readonly [string, string] => {
    const [first] = service.ports;
    const port = service.servicePort ?? (typeof first === "object" ? first.port : first);
    const key = `${service.name.toUpperCase().replaceAll("-", "_")}_ADDRESS`;
    return [key, `${service.name}.${service.namespace}.svc:${port}`];
  });
  return {
    ...Object.fromEntries(services),
    TENANTRY_ENVIRONMENT: name,
    TENANT_ID: spec.id,
  };
}
