import { expect, test } from "vitest";

import { skipsOf } from "./skips.ts";

const result = (status: string, ...names: readonly string[]) => ({
  status,
  ancestorTitles: names.slice(0, -1),
  title: names.at(-1) ?? "",
});

test("skipped tests are named by their group, which says why, and counted", () => {
  const packets = "packets on a real node (not here: only root may)";
  const assertionResults = [
    result("skipped", packets, "one"),
    result("skipped", packets, "deeper", "two"),
    result("pending", "alone"),
    result("passed", "the rest", "three"),
    result("failed", "the rest", "four"),
  ];
  expect(skipsOf({ assertionResults })).toEqual([`2 tests: ${packets}`, "1 test: alone"]);
});
