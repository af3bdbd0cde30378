import { closest, distance } from "fastest-levenshtein";

/**
 * The candidate that a person probably meant, or `null` when none is near. A third of the letters may differ, and always two in
 * words of four and more: swapping two letters counts as two changes.
 */
export function suggestion(word: string, candidates: readonly string[]): string | null {
  if (candidates.length === 0 || word.length > 64) return null;
  const lower = word.toLowerCase();
  const near = closest(lower, [...candidates]);
  const length = Math.max(lower.length, near.length);
  const allowed = length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
  return distance(lower, near.toLowerCase()) <= allowed ? near : null;
}

/** `Did you mean "x"?`, or the other sentence when nothing is near. */
export function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const near = suggestion(word, candidates);
  return near === null ? otherwise : `Did you mean "${near}"?`;
}

/** `a`, `a or b`, `a, b or c`; the conjunction is given by the caller. */
export function listed(words: readonly string[], conjunction: "and" | "or" = "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1) ?? ""}`;
}
