import { describe, expect, it } from "vitest";

import { ratio, summarize } from "../../bench/statistics.ts";

describe("summarize", () => {
  it("takes the middle value of an odd series, whatever its order", () => {
    expect(summarize([0.3, 0.1, 9, 0.2, 0.15])).toEqual({ runs: 5, min: 0.1, median: 0.2, max: 9 });
  });

  it("takes the mean of the two middle values of an even series", () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ runs: 4, min: 1, median: 2.5, max: 4 });
  });

  it("sorts as numbers, not as text", () => {
    expect(summarize([10, 9, 100]).median).toBe(10);
  });

  it("rounds to milliseconds", () => {
    expect(summarize([0.12345]).median).toBe(0.123);
  });

  it("refuses an empty series", () => {
    expect(() => summarize([])).toThrow("a series without measurements has no summary");
  });
});

describe("ratio", () => {
  const of = (median: number) => ({ runs: 1, min: median, median, max: median });

  it("says how many times as long the left one takes", () => {
    expect(ratio(of(3), of(0.7))).toBe(4.29);
  });

  it("refuses to compare with nothing", () => {
    expect(() => ratio(of(3), of(0))).toThrow("median of zero");
  });
});
