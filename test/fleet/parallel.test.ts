import { expect, test } from "vitest";

import { defaultParallel } from "../../fleet/parallel.ts";

const gibibyte = 1024 ** 3;

test.each([
  ["one per processor", "up", 2, 24 * gibibyte, 2],
  ["the same for a preview", "preview", 2, 24 * gibibyte, 2],
  ["two per processor where they mostly wait", "destroy", 2, 24 * gibibyte, 4],
  ["no more than fit into memory", "up", 8, 3 * gibibyte, 4],
  ["no more than fit into memory, in a removal too", "destroy", 8, 3 * gibibyte, 4],
  ["one at the least", "destroy", 8, 0, 1],
  ["not without bound", "up", 128, 900 * gibibyte, 16],
] as const)("stacks at once: %s", (_what, operation, processors, free, expected) => {
  expect(defaultParallel(operation, processors, free)).toBe(expected);
});
