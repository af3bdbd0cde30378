import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { clearDeadLocks } from "../../cli/stack.ts";

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "tenantry-stack-"))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Has a process hold the stack's lock; returns the lock's file. */
function lock(pid: number): string {
  const folder = join(directory, ".pulumi/locks/organization/tenantry/dev");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "one.json"), JSON.stringify({ pid, hostname: hostname() }));
  return join(folder, "one.json");
}

/** Clears the locks; says how often it was told of a killed update, and whether the lock was still there then. */
function clear(file: string): readonly boolean[] {
  const told: boolean[] = [];
  const variables = { PULUMI_BACKEND_URL: `file://${directory}` };
  clearDeadLocks({ directory, environment: "dev", variables }, "tenantry", () => told.push(existsSync(file)));
  return told;
}

test("a killed update is told of before its lock, which tells of it, is removed", () => {
  // No process has this number: it is above what Linux hands out.
  const file = lock(2 ** 22 + 1);
  expect(clear(file)).toEqual([true]);
  expect(existsSync(file)).toBe(false);
  expect(clear(file)).toEqual([]);
});

test("a lock whose process lives tells of none", () => {
  const file = lock(process.pid);
  expect(() => clear(file)).toThrow(/another update of dev is running/);
  expect(existsSync(file)).toBe(true);
});
