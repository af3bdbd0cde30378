import { expect, test } from "vitest";

import { defaultParallel } from "../../fleet/parallel.ts";

const gibibyte = 1024 ** 3;

test.each([
  ["one per processor", 2, 24 * gibibyte, 2],
  ["no more than fit into memory", 8, 3 * gibibyte, 4],
  ["one at the least", 8, 0, 1],
  ["not without bound", 128, 900 * gibibyte, 16],
])("stacks at once: %s", (_what, processors, free, expected) => {
  expect(defaultParallel(processors, free)).toBe(expected);
});
