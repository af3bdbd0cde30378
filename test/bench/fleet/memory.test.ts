import { expect, it } from "vitest";

import { treeBytes, watchMemory, type ProcessMemory } from "../../../bench/fleet/memory.ts";

it("sums a process and its descendants, and nobody else", () => {
  const processes = new Map<number, ProcessMemory>([
    [1, { parent: 0, bytes: 1000 }],
    [10, { parent: 1, bytes: 1 }],
    [11, { parent: 10, bytes: 20 }],
    [12, { parent: 11, bytes: 300 }],
    [13, { parent: 1, bytes: 5000 }],
    // A parent that ended between two readings.
    [14, { parent: 99, bytes: 70_000 }],
  ]);
  expect(treeBytes(processes, 10)).toBe(321);
  expect(treeBytes(processes, 15)).toBe(0);
});

it("does not go round in circles", () => {
  const circle = new Map<number, ProcessMemory>([
    [2, { parent: 3, bytes: 1 }],
    [3, { parent: 2, bytes: 1 }],
  ]);
  expect(treeBytes(circle, 1)).toBe(0);
});

it.runIf(process.platform === "linux")("sees this process", () => {
  expect(watchMemory(process.pid).stop()).toBeGreaterThan(10 * 2 ** 20);
});
