/** Finished manifests read as what they are: JSON of unknown form. Nothing here trusts the types of the builders. */
import type { EgressCheck } from "../../tenants/isolation/egress.ts";
import type { Plane } from "../../tenants/isolation/plane.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** Something in a manifest that is not as the proof claims. */
export interface ManifestFault {
  readonly plane: Plane;
  /** `Kind namespace/name`. */
  readonly object: string;
  readonly reason: string;
}

/** A tenant with everything that lies in its namespace. */
export interface TenantObjects {
  readonly plan: EnvironmentPlan;
  readonly tenant: TenantPlan;
  readonly objects: readonly Json[];
  readonly egress: EgressCheck;
}

/** Checks what lies in one tenant's namespace. */
export type TenantCheck = (claims: TenantObjects) => readonly ManifestFault[];

/** The value at a path, `undefined` where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((parent, step) => (isJson(parent) ? parent[step] : undefined), value);
}

/** The value as a list; empty where it is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The value as an object; empty where it is none. */
export function jsonAt(value: unknown, ...path: readonly (string | number)[]): Json {
  const found = at(value, ...path);
  return isJson(found) && !Array.isArray(found) ? found : {};
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** The value as text; empty where it is none. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** Whether something is written at a path at all. */
export function hasAt(value: unknown, ...path: readonly (string | number)[]): boolean {
  return at(value, ...path) !== undefined;
}

/** Objects of one kind. */
export function ofKind(objects: readonly Json[], kind: string): readonly Json[] {
  return objects.filter((object) => object["kind"] === kind);
}

/** `Kind namespace/name`, for people. */
export function describe(object: unknown): string {
  const namespace = textAt(object, "metadata", "namespace");
  const name = textAt(object, "metadata", "name");
  return `${textAt(object, "kind")} ${namespace === "" ? name : `${namespace}/${name}`}`;
}

/** Text that is equal for equal JSON, whatever the order of keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isJson(inner) && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}

/** Whether two JSON values say the same. */
export function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** Collects faults of one plane. */
export class Faults {
  readonly list: ManifestFault[] = [];
  readonly #plane: Plane;

  constructor(plane: Plane) {
    this.#plane = plane;
  }

  /** Records a fault unless what is needed holds. */
  need(holds: boolean, object: unknown, reason: string): void {
    const where = typeof object === "string" ? object : describe(object);
    if (!holds) this.list.push({ plane: this.#plane, object: where, reason });
  }
}
