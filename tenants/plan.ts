import { InputError, type Problem } from "./errors.ts";
import type { SourceValue } from "./document.ts";
import type { Loaded } from "./load.ts";
import type { EnvironmentPlan, TenantPlan } from "./model.ts";
import { idPattern } from "./names.ts";
import { describeEnvironment, planCapacity, planPlatform, type Environment } from "./plan/environment.ts";
import { planTenant } from "./plan/tenant.ts";
import { fleetProblems } from "./rules.ts";
import type { FleetRecord, FleetTenant } from "./rules/fleet.ts";
import { identityProblems } from "./rules/identity.ts";
import { environmentSchema, tenantSchema, type TenantSpec } from "./schema.ts";
import { schemaProblems } from "./schema/problems.ts";

export { planTenant } from "./plan/tenant.ts";
export { describeEnvironment, type Environment } from "./plan/environment.ts";

/** A plan as far as there can be one, and everything that is wrong. */
export interface Inspection {
  /** Holds the tenants whose records can be read; `null` where the environment's own settings cannot. */
  readonly plan: EnvironmentPlan | null;
  readonly problems: readonly Problem[];
}

/** Plans everything, or throws one `InputError` that lists all problems. */
export function planEnvironment(loaded: Loaded): EnvironmentPlan {
  const { plan, problems } = inspectEnvironment(loaded);
  if (problems.length > 0 || plan === null) throw new InputError(problems);
  return plan;
}

/** Plans as much as can be planned and gathers every problem: what loading found, then the schema, then the rules. */
export function inspectEnvironment(loaded: Loaded): Inspection {
  const settings = parseSettings(loaded);
  const parsed = loaded.tenants.map(parseRecord);
  const records = parsed.map(({ record }) => record);
  const written = [...loaded.problems, ...settings.problems, ...parsed.flatMap(({ problems }) => problems)];
  const { environment } = settings;
  if (environment === null || loaded.settings === null) {
    return { plan: null, problems: [...written, ...identityProblems(records)] };
  }
  const names = secretNamesByTenant(loaded);
  const tenants = parsed.flatMap(({ spec, record }): readonly FleetTenant[] =>
    spec === null ? [] : [fleetTenant(environment, spec, record.source, names.get(spec.id) ?? [])],
  );
  const fleet = { environment, settings: loaded.settings, records, tenants, secrets: loaded.secrets };
  return {
    plan: assemble(
      environment,
      tenants.map(({ plan }) => plan),
    ),
    problems: [...written, ...identityProblems(records), ...fleetProblems(fleet)],
  };
}

/** Ordered by id, so that where a record stands in a list or file decides nothing. */
function assemble(environment: Environment, plans: readonly TenantPlan[]): EnvironmentPlan {
  const tenants = [...plans].sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    environment: environment.name,
    platform: planPlatform(environment),
    tenants,
    capacity: planCapacity(environment, tenants),
    privateRanges: environment.spec.cluster.privateRanges,
  };
}

function fleetTenant(
  environment: Environment,
  spec: TenantSpec,
  source: SourceValue,
  secrets: readonly string[],
): FleetTenant {
  const plan = planTenant(environment, spec, secrets);
  const resumed = spec.status === "active" ? plan : planTenant(environment, { ...spec, status: "active" }, secrets);
  return { source, spec, plan, resumed };
}

function parseSettings(loaded: Loaded): {
  readonly environment: Environment | null;
  readonly problems: readonly Problem[];
} {
  if (loaded.settings === null) return { environment: null, problems: [] };
  const parsed = environmentSchema.safeParse(loaded.settings.value);
  if (parsed.success) return { environment: describeEnvironment(loaded.environment, parsed.data), problems: [] };
  const subject = { tenant: null, prefix: "" };
  return { environment: null, problems: schemaProblems(environmentSchema, parsed.error, loaded.settings, subject) };
}

interface ParsedRecord {
  readonly record: FleetRecord;
  readonly spec: TenantSpec | null;
  readonly problems: readonly Problem[];
}

function parseRecord(source: SourceValue): ParsedRecord {
  const written = writtenId(source.value);
  const record = { source, id: written !== null && idPattern.test(written) ? written : null };
  const parsed = tenantSchema.safeParse(source.value);
  if (parsed.success) return { record, spec: parsed.data, problems: [] };
  const subject = { tenant: written?.slice(0, 64) ?? "(no id)", prefix: "" };
  return { record, spec: null, problems: schemaProblems(tenantSchema, parsed.error, source, subject) };
}

function writtenId(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  return typeof value.id === "string" ? value.id : null;
}

function secretNamesByTenant(loaded: Loaded): ReadonlyMap<string, readonly string[]> {
  const byTenant = new Map<string, string[]>();
  for (const { tenant, name } of loaded.secrets) {
    const names = byTenant.get(tenant);
    if (names === undefined) byTenant.set(tenant, [name]);
    else names.push(name);
  }
  return byTenant;
}
