/** A map of a kubeconfig, as it was read. */
export type Fields = Readonly<Record<string, unknown>>;

/** A map, empty where there is none. Throws where it is something else. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw new Error(`${what} is not a map`);
}

/** A list of maps, empty where there is none. Throws where it is something else. */
export function listOf(value: unknown, what: string): readonly Fields[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((each) => fieldsOf(each, what));
  throw new Error(`${what} is not a list`);
}

/** A text; `null` where there is none or it is empty. Throws where it is something else, without repeating it. */
export function textOf(fields: Fields, key: string): string | null {
  const value = fields[key];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string") return value;
  throw new Error(`${key} is not a text`);
}

/** Texts of a list. Throws where it is something else. */
export function textsOf(value: unknown, what: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new Error(`${what} is not a list of texts`);
}
