import { expect, it } from "vitest";

import { didYouMean, listed, suggestion } from "../../tenants/suggest.ts";

const tiers = ["free", "pro", "enterprise"];

it.each([
  ["entreprise", "enterprise"],
  ["Enterprise", "enterprise"],
  ["fre", "free"],
  ["rpo", null],
  ["platinum", null],
  ["e".repeat(65), null],
])("suggests for %s: %s", (word, expected) => {
  expect(suggestion(word, tiers)).toBe(expected);
});

it("suggests nothing where there is nothing", () => {
  expect(suggestion("pro", [])).toBeNull();
  expect(didYouMean("gold", tiers, "Choose one.")).toBe("Choose one.");
  expect(didYouMean("proo", tiers, "Choose one.")).toBe('Did you mean "pro"?');
});

it("lists words as people do", () => {
  expect(listed([])).toBe("");
  expect(listed(["a"])).toBe("a");
  expect(listed(["a", "b"])).toBe("a or b");
  expect(listed(["a", "b", "c"], "and")).toBe("a, b and c");
});
