import type { SourceValue } from "../document.ts";
import type { Problem } from "../errors.ts";
import type { SecretName } from "../load/secrets.ts";
import type { TenantPlan } from "../model.ts";
import type { Environment } from "../plan/environment.ts";
import type { TenantSpec } from "../schema.ts";
import { formatPath } from "../schema/problems.ts";

/** A record as written: it may have failed the schema, yet its id still takes the id. */
export interface FleetRecord {
  readonly source: SourceValue;
  /** The written id where it has the form of one. */
  readonly id: string | null;
}

/** A record that passed the schema, with its plan. */
export interface FleetTenant {
  readonly source: SourceValue;
  readonly spec: TenantSpec;
  readonly plan: TenantPlan;
  /** The plan with the tenant active: a suspended tenant may resume at any time, so the numbers must hold for that too. */
  readonly resumed: TenantPlan;
}

/** What rules about the whole environment see. */
export interface Fleet {
  readonly environment: Environment;
  /** `tenantry:environment` as written. */
  readonly settings: SourceValue;
  /** `tenantry:cells`, `tenantry:canaries` and `tenantry:history` as written. */
  readonly fleet: SourceValue;
  readonly records: readonly FleetRecord[];
  readonly tenants: readonly FleetTenant[];
  readonly secrets: readonly SecretName[];
}

/** A rule of the whole environment. Work grows with the number of tenants and no faster. */
export type Rule = (fleet: Fleet) => readonly Problem[];

/** What a problem says; the rest follows from where it is. */
export type Finding = Pick<Problem, "rule" | "value" | "bound" | "remedy">;

/** A problem of a tenant's record, at the value of a path, or at the nearest part that was written. */
export function tenantProblem(
  tenant: { readonly source: SourceValue; readonly spec: Pick<TenantSpec, "id"> },
  path: readonly PropertyKey[],
  finding: Finding,
  at: "key" | "value" = "value",
): Problem {
  return { source: tenant.source.position(path, at), tenant: tenant.spec.id, path: formatPath(path), ...finding };
}

/** A problem of the environment's settings. */
export function environmentProblem(settings: SourceValue, path: readonly PropertyKey[], finding: Finding): Problem {
  return { source: settings.position(path), tenant: null, path: formatPath(path), ...finding };
}

/** The first of some paths that a person wrote, or the whole record. */
export function firstWritten(
  tenant: { readonly source: SourceValue },
  paths: readonly (readonly (string | number)[])[],
): readonly (string | number)[] {
  return paths.find((path) => isWritten(tenant.source.value, path)) ?? [];
}

function isWritten(value: unknown, path: readonly (string | number)[]): boolean {
  const found = path.reduce<unknown>(
    (parent, step) =>
      typeof parent === "object" && parent !== null ? (parent as Record<string, unknown>)[step] : undefined,
    value,
  );
  return found !== undefined;
}

/** `file:line` of a record, for messages that name another record. */
export function placeOf(source: SourceValue, path: readonly PropertyKey[]): string {
  const { file, line } = source.position(path);
  return `${file}:${line}`;
}
