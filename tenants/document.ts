import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";

import type { Problem, SourcePosition } from "./errors.ts";
import { disputedScalars, type DisputedScalar } from "./load/scalars.ts";

/** A value that a person wrote, with the place of each of its parts. */
export interface SourceValue {
  readonly value: unknown;
  /**
   * Place of the value at a path, or of its nearest ancestor where the path was not written. `key` asks for the place of
   * the last step's key instead of its value.
   */
  readonly position: (path: readonly PropertyKey[], at?: "key" | "value") => SourcePosition;
}

/** A YAML file, read: its root and what is wrong with its syntax. */
export interface SourceDocument {
  /** `null` where nothing can be read from the file. */
  readonly root: SourceValue | null;
  readonly problems: readonly Problem[];
  /** Texts without quotes below a path that readers of YAML disagree on. */
  readonly disputed: (path: readonly string[]) => readonly PlacedScalar[];
}

/** A disputed text with its place in the file. */
export interface PlacedScalar extends DisputedScalar {
  readonly source: SourcePosition;
}

/** Reads YAML. Syntax errors and repeated keys become problems; after a syntax error nothing of the file is used. */
export function readDocument(file: string, content: string): SourceDocument {
  const lines = new LineCounter();
  // Merge keys are on because Pulumi's own reader knows them: both must see the same tenants.
  const document = parseDocument(content, { lineCounter: lines, merge: true, prettyErrors: false, stringKeys: true });
  const place = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const problems = document.errors.map((error): Problem =>
    error.code === "DUPLICATE_KEY"
      ? {
          ...fileProblem(
            place(error.pos[0]),
            "duplicate-key",
            "the same key twice in one map",
            "each key may stand once",
          ),
          remedy: "Keep one of the two; which of them would win is not defined.",
        }
      : {
          ...fileProblem(place(error.pos[0]), "yaml-syntax", "not valid YAML", firstSentence(error.message)),
          remedy: "Mend the syntax; nothing else in this file was checked.",
        },
  );
  if (document.errors.some((error) => error.code !== "DUPLICATE_KEY"))
    return { root: null, problems, disputed: () => [] };
  const values = plainValue(document);
  if (values === null) {
    const bound = "aliases may repeat little";
    const problem = fileProblem(
      { file, line: 1, column: 1 },
      "yaml-syntax",
      "aliases that expand without bound",
      bound,
    );
    return { root: null, problems: [...problems, { ...problem, remedy: "Write the values out." }], disputed: () => [] };
  }
  return {
    root: sourceValue(document, document.contents, values.value, place, file),
    problems,
    disputed: (path) => {
      const node = path.reduce<Node | null>(
        (parent, step) => stepInto(document, parent, step)?.value ?? null,
        document.contents,
      );
      return disputedScalars(node, path).map((scalar) => ({ ...scalar, source: place(scalar.offset) }));
    },
  };
}

/** The items of a list, each as a value of its own; `null` when the value is no list. */
export function listItems(source: SourceValue): readonly SourceValue[] | null {
  if (!Array.isArray(source.value)) return null;
  return source.value.map((_, index) => child(source, [index]));
}

/** The part of a value at a path, with its places. */
export function child(source: SourceValue, path: readonly (string | number)[]): SourceValue {
  const value = path.reduce<unknown>(
    (parent, step) =>
      typeof parent === "object" && parent !== null ? (parent as Record<string, unknown>)[step] : undefined,
    source.value,
  );
  return { value, position: (rest, at) => source.position([...path, ...rest], at) };
}

function sourceValue(
  document: Document,
  root: Node | null,
  value: unknown,
  place: (offset: number) => SourcePosition,
  file: string,
): SourceValue {
  return {
    value,
    position: (path, at = "value") => {
      let node: Node | null = root;
      let offset = node?.range?.[0];
      for (const [index, step] of path.entries()) {
        const next: { key: Node | null; value: Node | null } | null = stepInto(document, node, step);
        if (next === null) break;
        const wanted = at === "key" && index === path.length - 1 ? next.key : next.value;
        offset = (wanted ?? next.key)?.range?.[0] ?? offset;
        node = next.value;
      }
      return offset === undefined ? { file, line: 1, column: 1 } : place(offset);
    },
  };
}

function stepInto(
  document: Document,
  from: Node | null,
  step: PropertyKey,
): { key: Node | null; value: Node | null } | null {
  const node = isAlias(from) ? (from.resolve(document) ?? null) : from;
  if (isSeq<Node>(node) && typeof step === "number") {
    const item = node.items[step];
    return item === undefined || isPair(item) ? null : { key: item, value: item };
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}

function plainValue(document: Document): { readonly value: unknown } | null {
  try {
    return { value: document.toJS() as unknown };
  } catch {
    return null;
  }
}

function fileProblem(source: SourcePosition, rule: string, value: string, bound: string): Omit<Problem, "remedy"> {
  return { source, tenant: null, path: "", rule, value, bound };
}

/** What yaml says, as one clause: its first line without the final stop. */
function firstSentence(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/[.:]$/, "");
}
