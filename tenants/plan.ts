import type * as z from "zod";

import { InputError, type Problem, type SourcePosition } from "./errors.ts";
import type { SourceValue } from "./document.ts";
import type { Loaded } from "./load.ts";
import type { EnvironmentPlan, TenantPlan } from "./model.ts";
import { idPattern } from "./names.ts";
import { describeEnvironment, planCapacity, planPlatform, type Environment } from "./plan/environment.ts";
import { planPreflight } from "./plan/preflight.ts";
import { planTenant } from "./plan/tenant.ts";
import { fleetProblems } from "./rules.ts";
import type { FleetRecord, FleetTenant } from "./rules/fleet.ts";
import { identityProblems } from "./rules/identity.ts";
import { environmentSchema, fleetSchema, tenantSchema, type TenantSpec } from "./schema.ts";
import { schemaProblems, shownText, unknownKeysOnly } from "./schema/problems.ts";

export { planTenant } from "./plan/tenant.ts";
export { describeEnvironment, type Environment } from "./plan/environment.ts";

/** A record that no plan can hold, since it is not written as a record has to be. */
export interface LeftOutRecord {
  /** The written id, as it may be shown. */
  readonly tenant: string;
  readonly source: SourcePosition;
  /** What is wrong in it; empty for the whole record. */
  readonly paths: readonly string[];
}

/** What a plan lacks of what was written. */
export interface LeftOut {
  readonly records: readonly LeftOutRecord[];
  /** How many records were read, these included. */
  readonly of: number;
  /** Lists that cannot be read, or not whole, by file or key. */
  readonly unread: readonly string[];
}

/** A plan as far as there can be one, and everything that is wrong. */
export interface Inspection {
  /** Holds the tenants whose records can be read; `null` where the environment's own settings cannot. */
  readonly plan: EnvironmentPlan | null;
  readonly leftOut: LeftOut;
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
  const leftOut = {
    records: parsed.filter(({ spec }) => spec === null).map(leftOutRecord),
    of: parsed.length,
    unread: loaded.unread,
  };
  const { environment } = settings;
  if (environment === null || loaded.settings === null) {
    return { plan: null, leftOut, problems: [...written, ...identityProblems(records)] };
  }
  const names = secretNamesByTenant(loaded);
  const tenants = parsed.flatMap(({ spec, record }): readonly FleetTenant[] =>
    spec === null ? [] : [fleetTenant(environment, spec, record.source, names.get(spec.id) ?? [])],
  );
  const fleet = {
    environment,
    settings: loaded.settings,
    fleet: loaded.fleet,
    records,
    tenants,
    secrets: loaded.secrets,
  };
  return {
    plan: assemble(
      environment,
      tenants.map(({ plan }) => plan),
    ),
    leftOut,
    problems: [...written, ...identityProblems(records), ...fleetProblems(fleet)],
  };
}

/** Ordered by id, so that where a record stands in a list or file decides nothing. */
function assemble(environment: Environment, plans: readonly TenantPlan[]): EnvironmentPlan {
  const tenants = [...plans].sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    environment: environment.name,
    cells: environment.cells,
    history: environment.history,
    platform: planPlatform(environment),
    tenants,
    capacity: planCapacity(environment, tenants),
    privateRanges: environment.spec.cluster.privateRanges,
    preflight: planPreflight(environment.spec),
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
  const { data, problems } = parse(environmentSchema, loaded.settings, null);
  const fleet = parse(fleetSchema, loaded.fleet, null);
  const all = [...problems, ...fleet.problems];
  if (data === null || fleet.data === null) return { environment: null, problems: all };
  const { cells: count, canaries, history } = fleet.data;
  const cells = { count, canaries };
  const kept = { keep: history?.keep ?? null };
  return { environment: describeEnvironment(loaded.environment, data, cells, kept), problems: all };
}

interface ParsedRecord {
  readonly record: FleetRecord;
  readonly spec: TenantSpec | null;
  readonly problems: readonly Problem[];
}

function parseRecord(source: SourceValue): ParsedRecord {
  const written = writtenId(source.value);
  const record = { source, id: written !== null && idPattern.test(written) ? written : null };
  const { data, problems } = parse(tenantSchema, source, shownId(source));
  return { record, spec: data, problems };
}

function shownId({ value }: SourceValue): string {
  const written = writtenId(value);
  return written === null ? "(no id)" : shownText(written);
}

function leftOutRecord({ record: { source }, problems }: ParsedRecord): LeftOutRecord {
  return {
    tenant: shownId(source),
    source: source.position([]),
    paths: [...new Set(problems.map(({ path }) => path))],
  };
}

/** What a schema makes of a value. Where unknown keys are all that is wrong, the rest is read as well, so that the rules see it. */
function parse<S extends z.ZodType>(
  schema: S,
  source: SourceValue,
  tenant: string | null,
): { readonly data: z.output<S> | null; readonly problems: readonly Problem[] } {
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return { data: parsed.data, problems: [] };
  const problems = schemaProblems(schema, parsed.error, source, { tenant, prefix: "" });
  const unknown = unknownKeysOnly(parsed.error);
  if (unknown === null) return { data: null, problems };
  return { data: schema.safeParse(withoutKeys(source.value, unknown)).data ?? null, problems };
}

/** A copy of a value without the keys at these paths. */
function withoutKeys(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  if (typeof value !== "object" || value === null || paths.length === 0) return value;
  // Grouped once: a map may have thousands of wrong keys.
  const below = new Map<string, PropertyKey[][]>();
  for (const [first, ...rest] of paths) below.set(String(first), [...(below.get(String(first)) ?? []), rest]);
  const entries = Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, unknown])[] => {
    const rests = below.get(key) ?? [];
    return rests.some((rest) => rest.length === 0) ? [] : [[key, withoutKeys(inner, rests)]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
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
