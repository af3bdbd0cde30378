import { isAlias, isScalar, visit, type Document, type Node, type YAMLError } from "yaml";

import type { Problem, SourcePosition } from "../errors.ts";

/** Finds the place of a character of the file. */
export type Place = (offset: number) => SourcePosition;

/**
 * What each code of the parser means, in our words. Its own messages repeat what stands in the file, and in a file that also holds
 * secrets nothing of it may be repeated.
 */
const sentences: Readonly<Record<YAMLError["code"], string>> = {
  ALIAS_PROPS: "an alias cannot have an anchor or a tag",
  BAD_ALIAS: "an alias needs a name without blanks and colons at its end",
  BAD_COLLECTION_TYPE: "a tag does not fit what it stands before",
  BAD_DIRECTIVE: "a line that begins with % is no directive that exists",
  BAD_DQ_ESCAPE: "a backslash in double quotes begins an escape that does not exist",
  BAD_INDENT: "the indentation does not fit, or a bracket or brace is not closed",
  BAD_PROP_ORDER: "an anchor or a tag stands after what it belongs to",
  BAD_SCALAR_START: "a text without quotes cannot begin with this character",
  BLOCK_AS_IMPLICIT_KEY: "a key cannot hold a map or list; perhaps a second colon needs quotes around it",
  BLOCK_IN_FLOW: "indented maps and lists cannot stand within brackets or braces",
  DUPLICATE_KEY: "the same key twice in one map",
  IMPOSSIBLE: "this cannot be read",
  KEY_OVER_1024_CHARS: "a key on one line with its value has at most 1024 characters",
  MISSING_CHAR: "a character is missing, such as a closing quote, a comma, a colon or a blank after it",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line; perhaps a colon is missing",
  MULTIPLE_ANCHORS: "a value can have one anchor only",
  MULTIPLE_DOCS: "a file holds one document only",
  MULTIPLE_TAGS: "a value can have one tag only",
  NON_STRING_KEY: "a key must be text",
  RESOURCE_EXHAUSTION: "the file is nested too deeply",
  TAB_AS_INDENT: "indentation is made of blanks, never of tabs",
  TAG_RESOLVE_FAILED: "a tag that is unknown here",
  UNEXPECTED_TOKEN: "something stands here that does not belong here",
};

/** Problems that the parser found, warnings included: an unknown tag would be dropped, and the value read as if it had none. */
export function syntaxProblems(document: Document.Parsed, place: Place): readonly Problem[] {
  const found = new Map(
    [...document.errors, ...document.warnings].map((each) => [`${each.code} ${each.pos[0]}`, each]),
  );
  // The parser may find the same twice, at the end of each bracket that is open.
  return [...found.values()].map(({ code, pos }) =>
    code === "DUPLICATE_KEY"
      ? fileProblem(place(pos[0]), "duplicate-key", sentences[code], "each key may stand once", {
          remedy: "Keep one of the two; which of them would win is not defined.",
        })
      : fileProblem(place(pos[0]), "yaml-syntax", "not valid YAML", sentences[code], {
          remedy: "Mend the syntax; nothing else in this file was checked.",
        }),
  );
}

/**
 * The first character that YAML does not allow in a file (c-printable, YAML 1.2.2, 5.1): Pulumi's reader refuses the whole file for
 * it, and what a tool makes of a NUL inside a name differs from tool to tool.
 */
export function characterProblems(content: string, place: Place): readonly Problem[] {
  const found = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(content);
  if (found === null) return [];
  const character = found[0].codePointAt(0)?.toString(16).padStart(4, "0") ?? "";
  const bound = `a control character (U+${character.toUpperCase()}) cannot stand in a file`;
  const remedy = "Remove it, and save the file as UTF-8; nothing else in this file was checked.";
  return [fileProblem(place(found.index), "yaml-syntax", "not valid YAML", bound, { remedy })];
}

/** Problems of a file whose syntax is right: names that stand for nothing, and a key that JavaScript keeps for itself. */
export function contentProblems(document: Document.Parsed, place: Place): readonly Problem[] {
  const problems: Problem[] = [];
  const at = (node: Node): SourcePosition => place(node.range?.[0] ?? 0);
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const bound = "the anchor must stand before it in the same file";
      const remedy = "Define the anchor, or put the text in quotes if it is none.";
      problems.push(fileProblem(at(alias), "yaml-alias", "an alias without an anchor", bound, { remedy }));
    },
    Pair: (_, { key }) => {
      if (isAlias(key) || !isScalar(key) || key.value !== "__proto__") return;
      const bound = "is no name that a key can have: it would be lost without a word";
      problems.push(fileProblem(at(key), "reserved-key", '"__proto__"', bound, { remedy: "Choose another key." }));
    },
  });
  return problems;
}

/** A problem of a file rather than of a tenant. */
export function fileProblem(
  source: SourcePosition,
  rule: string,
  value: string,
  bound: string,
  { remedy }: Pick<Problem, "remedy">,
): Problem {
  return { source, tenant: null, path: "", rule, value, bound, remedy };
}
