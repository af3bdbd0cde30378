import * as z from "zod";

/** The schema without what wraps it: optional, default, pipe (its input side). */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.def.innerType);
  }
  return schema;
}

/** The schema at a path of a value, or `null` where the path leaves the schema. Unions are resolved by the value's kind. */
export function schemaAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): z.core.$ZodType | null {
  const here = unwrap(schema);
  const branch = here instanceof z.ZodUnion ? unionBranch(here, path.length > 0 || isMap(value)) : here;
  const [step, ...rest] = path;
  if (step === undefined) return branch;
  const next = stepInto(branch, step);
  const inner = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  return next === null ? null : schemaAt(next, rest, inner);
}

/** The schema of the keys of the map at a path; `null` where its keys are fixed. */
export function keySchemaAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): z.core.$ZodType | null {
  const map = schemaAt(schema, path, value);
  return map instanceof z.ZodRecord ? map.keyType : null;
}

/** Keys that a map of this schema may have; none where it is no map with fixed keys. */
export function allowedKeys(schema: z.core.$ZodType | null): readonly string[] {
  const here = schema === null ? null : unwrap(schema);
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function stepInto(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | null {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, z.core.$ZodType>)[step] ?? null;
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return null;
}

/** The branch of a union that takes maps, or the first that does not. */
function unionBranch(union: z.ZodUnion, map: boolean): z.core.$ZodType {
  return union.options.find((option) => unwrap(option) instanceof z.ZodObject === map) ?? union;
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
