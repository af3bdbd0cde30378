/** Where a value was written. Lines and columns count from 1; 0 means the position is not known. */
export interface SourcePosition {
  /** Path relative to the project directory. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with what a person wrote: what, where, why and how to mend it. */
export interface Problem {
  readonly source: SourcePosition;
  /** Id of the tenant concerned, or `null` for the environment. */
  readonly tenant: string | null;
  /** Path inside the record, such as `runtime.replicas.max`; empty for the whole record. */
  readonly path: string;
  /** Stable name of the rule, such as `quota-fits-autoscaler`; tests and scripts may rely on it. */
  readonly rule: string;
  /** What was found. Never a secret. */
  readonly value: string;
  /** What is allowed. */
  readonly bound: string;
  /** What to do about it. */
  readonly remedy: string;
}

/**
 * Text that is safe on a terminal and in a log: control, format and unassigned characters, lone surrogates and line separators as
 * `\u{1b}`. A line break in an id would otherwise begin a line of its own, which continuous integration takes for a command.
 */
export function printable(text: string): string {
  return text.replace(
    /[\p{C}\p{DI}\u2028\u2029\u2800]/gu,
    (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A parameter of an address, or of a connection, whose name says that its value is secret. */
const secretParameter =
  /\b([\w.-]{0,40}(?:password|passwd|passphrase|pwd|token|secret|signature|credentials?|(?:access|api|account|storage)[_-]?key)|sig)=[^&\s]+/giu;

/**
 * Text without the user and password of an address: from the first `//` to the last `@`, since a password may hold both. Without `//`, a
 * digest must not count as a host. What a parameter says that is secret by its name goes as well; one with an `@` in it may be part of
 * either, so that everything before goes with it.
 */
export function withoutCredentials(text: string): string {
  const open = text.replace(secretParameter, (found, name: string) => `${name}=...${found.includes("@") ? "@" : ""}`);
  return open.includes("//")
    ? open.replace(/\/\/.*@/su, "//...@")
    : open.replace(/[^\s/@:]+:[^\s@]+@(?!sha256:)/gu, "...@");
}

/** Scheme and host of an address, which is enough to know which one it is; `null` where it has none. */
export function schemeAndHost(address: string): string | null {
  const [, scheme, host] = /^([a-z][a-z0-9+.-]*):\/\/(?:\.\.\.@)?([^/?#\s]*)/iu.exec(withoutCredentials(address)) ?? [];
  return scheme === undefined || host === undefined ? null : `${scheme}://${host}`;
}

/** What an error says. Anything can be thrown, and what is no error says what it is. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One line per problem: `file:line:column tenant path: value; bound; remedy [rule]`, whatever characters a person wrote. */
export function formatProblem(problem: Problem): string {
  const { source, tenant, path, rule, value, bound, remedy } = problem;
  const place = source.line === 0 ? source.file : `${source.file}:${source.line}:${source.column}`;
  const subject = [tenant === null ? "environment" : `tenant ${tenant}`, path].filter((part) => part !== "").join(" ");
  return printable(`${place} ${subject}: ${value}; ${bound}. ${remedy} [${rule}]`);
}

/** Thrown once with every problem of the whole fleet; nothing has been created when it is thrown. */
export class InputError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${count} in the configuration; nothing was created.`, ...problems.map(formatProblem)].join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}
