import { isAlias, isMap, isPair, isScalar, isSeq, Scalar, type Node } from "yaml";

/** A text without quotes that YAML readers take for different things. */
export interface DisputedScalar {
  /** Keys and indices that lead to it from the node that was searched. */
  readonly path: readonly (string | number)[];
  /** Where its text begins in the file, in characters. */
  readonly offset: number;
  readonly text: string;
  /** What some readers take it for, such as `a date`. */
  readonly takenFor: string;
  readonly remedy: string;
}

const asNumber = "Put it in quotes, or write the number in plain decimal digits.";

/**
 * Forms that YAML 1.1, YAML 1.2 and Pulumi's reader (gopkg.in/yaml.v3, which mixes the two) do not agree on. Sources: the
 * types int, float, bool and timestamp at https://yaml.org/type/, the core schema of YAML 1.2.2, and resolve.go of yaml.v3.
 */
const disputedForms: readonly {
  readonly pattern: RegExp;
  readonly takenFor: string;
  readonly remedy: string;
}[] = [
  { pattern: /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt\s].*)?$/, takenFor: "a date", remedy: "Put it in quotes." },
  { pattern: /^[-+]?0[0-9]+$/, takenFor: "an octal number", remedy: asNumber },
  { pattern: /^[-+]?0[bBoOxX][0-9a-fA-F_]+$/, takenFor: "a binary, octal or hexadecimal number", remedy: asNumber },
  {
    pattern: /^(?=[^_]*_)[-+]?[.0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]+)?$/,
    takenFor: "a number with its underscores dropped",
    remedy: asNumber,
  },
  {
    pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
    takenFor: "a number in base sixty",
    remedy: "Put it in quotes.",
  },
  // Beyond 2^53 a JavaScript number is no longer exact; 15 digits always are.
  { pattern: /^[-+]?[0-9]{16,}$/, takenFor: "a number that is rounded", remedy: "Put it in quotes, or use a unit." },
  {
    pattern: /^(?:[-+]?\.inf|\.nan)$/i,
    takenFor: "infinity or no number at all",
    remedy: "Put it in quotes, or write a number.",
  },
  {
    pattern: /^(?:y|yes|n|no|on|off)$/i,
    takenFor: "true or false",
    remedy: "Put it in quotes, or write true or false.",
  },
];

/**
 * Every unquoted text below a node, keys included, that readers of YAML disagree on. What is checked must be what Pulumi hands to
 * the program, so such texts are refused instead of guessed. Aliases are not followed: their anchors are searched where they stand.
 */
export function disputedScalars(node: Node | null, path: readonly (string | number)[] = []): readonly DisputedScalar[] {
  if (node === null || isAlias(node)) return [];
  if (isScalar(node)) return disputed(node, path);
  if (isSeq<Node>(node)) {
    return node.items.flatMap((item, index) => (isPair(item) ? [] : disputedScalars(item, [...path, index])));
  }
  if (!isMap<Node, Node | null>(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const inner = [...path, isScalar(key) ? String(key.value) : ""];
    return [...disputedScalars(key, inner), ...disputedScalars(value, inner)];
  });
}

function disputed(scalar: Scalar, path: readonly (string | number)[]): readonly DisputedScalar[] {
  if (scalar.type !== Scalar.PLAIN || scalar.tag === "tag:yaml.org,2002:str") return [];
  const text = scalar.source ?? "";
  const form = disputedForms.find(({ pattern }) => pattern.test(text));
  if (form === undefined) return [];
  return [{ path, offset: scalar.range?.[0] ?? 0, text, takenFor: form.takenFor, remedy: form.remedy }];
}
