import type * as z from "zod";

import type { SourceValue } from "../document.ts";
import { type Problem, withoutCredentials } from "../errors.ts";
import { secretNamePattern } from "../names.ts";
import { didYouMean, listed, suggestion } from "../suggest.ts";
import { allowedKeys, keySchemaAt, schemaAt } from "./walk.ts";
import { hints, type Hint } from "./words.ts";

type Issue = z.core.$ZodIssue;

/** Where a schema's problems belong: the tenant (or `null` for the environment) and the words before the path. */
export interface Subject {
  readonly tenant: string | null;
  readonly prefix: string;
}

/** Every issue of a failed parse as a problem for people: place, value, what is allowed, and what to do. */
export function schemaProblems(
  schema: z.ZodType,
  error: z.ZodError,
  source: SourceValue,
  subject: Subject,
): readonly Problem[] {
  return error.issues.flatMap((issue) => issueProblems(schema, flatten(issue), source, subject));
}

/** Paths of the keys that a schema does not know, where nothing else is wrong; `null` where something is. */
export function unknownKeysOnly(error: z.ZodError): readonly (readonly PropertyKey[])[] | null {
  const issues = error.issues.flatMap(flatten);
  const paths = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [],
  );
  return issues.every(({ code }) => code === "unrecognized_keys") ? paths : null;
}

/** For a union, the issues of the branch whose kind the value has; otherwise the issue itself. */
function flatten(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const without = (codes: readonly string[]): Issue[] | undefined =>
    issue.errors.find(
      (branch) => branch.length > 0 && !branch.some(({ code, path }) => path.length === 0 && codes.includes(code)),
    );
  const fitting = without(["invalid_type", "invalid_value"]) ?? without(["invalid_type"]);
  return fitting?.flatMap((inner) => flatten({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

function issueProblems(
  schema: z.ZodType,
  issues: readonly Issue[],
  source: SourceValue,
  subject: Subject,
): readonly Problem[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey(schema, issue.path, key, source, subject))
      : [valueProblem(schema, issue, source, subject)],
  );
}

function unknownKey(
  schema: z.ZodType,
  parent: readonly PropertyKey[],
  key: string,
  source: SourceValue,
  subject: Subject,
): Problem {
  const allowed = allowedKeys(schemaAt(schema, parent, source.value));
  // Where secrets are spoken of, a key that is no name may be a secret that was pasted in the wrong place.
  const hidden = parent[0] === "secrets" && !secretNamePattern.test(key) && suggestion(key, allowed) === null;
  return {
    source: source.position([...parent, key], "key"),
    tenant: subject.tenant,
    path: subject.prefix + formatPath(hidden ? parent : [...parent, key]),
    rule: "unknown-key",
    value: hidden ? "a key that is not shown" : `unknown key ${describeValue(key)}`,
    bound: `allowed here: ${listed(allowed, "and")}`,
    remedy: didYouMean(key, allowed, "Remove it."),
  };
}

function valueProblem(schema: z.ZodType, issue: Issue, source: SourceValue, subject: Subject): Problem {
  const inKey = issue.code === "invalid_key";
  const found = inKey
    ? keySchemaAt(schema, issue.path.slice(0, -1), source.value)
    : schemaAt(schema, issue.path, source.value);
  const hint = customHint(issue) ?? (found === null ? undefined : hints.get(found)) ?? defaultHint(issue);
  const written = inKey ? String(issue.path.at(-1)) : valueAt(source.value, issue.path);
  const missing = written === undefined;
  return {
    source: source.position(issue.path, inKey ? "key" : "value"),
    tenant: subject.tenant,
    path: subject.prefix + formatPath(issue.path),
    rule: ruleOf(issue, missing),
    value: missing ? "missing" : describeAt(issue.path, written),
    bound: missing ? `required; ${hint.bound}` : hint.bound,
    remedy: remedyFor(issue, written, hint),
  };
}

/** What a person wrote where secrets are spoken of is never repeated: it may be one. */
function describeAt(path: readonly PropertyKey[], written: unknown): string {
  return path[0] === "secrets" && typeof written === "string" ? "text that is not shown" : describeValue(written);
}

function remedyFor(issue: Issue, written: unknown, hint: Hint): string {
  if (typeof written === "number") return numberRemedy(issue, hint);
  if (typeof written !== "string") return hint.remedy;
  if (hint.later?.includes(written) === true) return `"${written}" is planned and does not exist yet. ${hint.remedy}`;
  const values = issue.code === "invalid_value" ? issue.values.map(String) : [];
  return didYouMean(written, values, hint.remedy);
}

function numberRemedy(issue: Issue, hint: Hint): string {
  if (issue.code === "too_small") return `Raise it to ${issue.minimum} or more.`;
  if (issue.code === "too_big") return `Lower it to ${issue.maximum} or less.`;
  const fraction = issue.code === "invalid_type" && issue.expected === "int";
  return fraction ? "Write a whole number." : hint.remedy;
}

function customHint(issue: Issue): Hint | null {
  if (issue.code !== "custom" || issue.params === undefined) return null;
  const { bound, remedy } = issue.params as Partial<Hint>;
  return bound === undefined || remedy === undefined ? null : { bound, remedy };
}

/** For what has no hint of its own: maps, lists and switches. */
function defaultHint(issue: Issue): Hint {
  if (issue.code === "too_big") return { bound: `at most ${issue.maximum} entries`, remedy: "Remove some." };
  if (issue.code === "too_small") {
    const entries = Number(issue.minimum) === 1 ? "entry" : "entries";
    return { bound: `at least ${issue.minimum} ${entries}`, remedy: "Add one, or leave the key out." };
  }
  const shape = issue.code === "invalid_type" ? shapeHints[issue.expected] : undefined;
  return shape ?? { bound: "must have the form that docs/configuration.md shows", remedy: "Mend the value." };
}

const shapeHints: Readonly<Record<string, Hint>> = {
  object: { bound: "must be a map of keys and values", remedy: "Write one `key: value` per line below it." },
  record: { bound: "must be a map of keys and values", remedy: "Write one `key: value` per line below it." },
  array: { bound: "must be a list", remedy: "Begin each entry with a dash." },
  boolean: { bound: "must be true or false", remedy: "Write it without quotes." },
  string: { bound: "must be text", remedy: "Put it in quotes." },
};

/** Names of rules by the parser's codes; every other code is a value of the right kind and the wrong form. */
const rulesByCode: Readonly<Partial<Record<Issue["code"], string>>> = {
  invalid_type: "wrong-type",
  invalid_union: "wrong-type",
  invalid_value: "unknown-word",
  too_big: "out-of-range",
  too_small: "out-of-range",
};

function ruleOf(issue: Issue, missing: boolean): string {
  return missing ? "required" : (rulesByCode[issue.code] ?? "malformed");
}

/** A value as a message may show it: text shortened, maps and lists only by their kind, so that nothing secret is printed. */
export function describeValue(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  return JSON.stringify(typeof value === "string" ? shownText(value) : value);
}

/** Text as a message may show it: shortened, and without the user and password of an address. */
export function shownText(text: string): string {
  const open = withoutCredentials(text);
  return open.length > 78 ? `${open.slice(0, 76)}...` : open;
}

/** `runtime.replicas.max`, `egress[0].cidr`, `quota["requests.cpu"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = shownText(String(step));
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, step) =>
      typeof parent === "object" && parent !== null ? (parent as Record<PropertyKey, unknown>)[step] : undefined,
    value,
  );
}
