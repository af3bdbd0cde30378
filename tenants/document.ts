import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";

import type { Problem, SourcePosition } from "./errors.ts";
import { disputedScalars, type DisputedScalar } from "./load/scalars.ts";
import { characterProblems, contentProblems, fileProblem, syntaxProblems } from "./load/syntax.ts";

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
  const characters = characterProblems(content, place);
  // The parser trips over such characters as well; saying so twice would hide which one it was.
  const syntax = characters.length > 0 ? characters : syntaxProblems(document, place);
  const problems = [...syntax, ...contentProblems(document, place)];
  const unreadable = { root: null, problems, disputed: () => [] };
  if (syntax.some(({ rule }) => rule !== "duplicate-key")) return { ...unreadable, problems: syntax };
  const values = plainValue(document);
  if (values === null) {
    // An alias without an anchor has been reported at its place; what is left are aliases of aliases.
    if (problems.some(({ rule }) => rule === "yaml-alias")) return unreadable;
    const whole = { file, line: 1, column: 1 };
    const endless = fileProblem(
      whole,
      "yaml-syntax",
      "aliases that expand without bound",
      "aliases may repeat little",
      {
        remedy: "Write the values out.",
      },
    );
    return { ...unreadable, problems: [...problems, endless] };
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
  const pair = pairsOf(node).get(String(step));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}

type Pairs = ReadonlyMap<string, Pair<Node, Node | null>>;

/** Pairs of maps by key, made once per map: a map with thousands of wrong keys asks for the place of each. */
const pairIndex = new WeakMap<YAMLMap<Node, Node | null>, Pairs>();

function pairsOf(map: YAMLMap<Node, Node | null>): Pairs {
  const known = pairIndex.get(map);
  if (known !== undefined) return known;
  const pairs = new Map<string, Pair<Node, Node | null>>();
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue;
    const key = String(pair.key.value);
    if (!pairs.has(key)) pairs.set(key, pair);
  }
  pairIndex.set(map, pairs);
  return pairs;
}

function plainValue(document: Document): { readonly value: unknown } | null {
  try {
    return { value: document.toJS() as unknown };
  } catch {
    return null;
  }
}
