import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { noteStarted, StartedProcesses } from "../../fleet/started.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-started-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const now = Date.parse("2026-11-23T12:00:00Z");
const ours = (pid: number, timestamp?: string, stack = "prod-c001") =>
  new StartedProcesses(folder).include(
    { pid, hostname: "any", ...(timestamp === undefined ? {} : { timestamp }) },
    stack,
  );

it("a lock is ours that a process took which we had started shortly before", () => {
  expect(ours(77, "2026-11-23T12:00:03Z")).toBe(false);
  noteStarted(folder, 77, "prod-c001", now);
  expect(ours(77, "2026-11-23T12:00:03.123456789Z")).toBe(true);
  expect(ours(77, "2026-11-23T13:00:03+01:00")).toBe(true);
});

it("a lock of another process, of another time or of no time is not", () => {
  noteStarted(folder, 77, "prod-c001", now);
  expect(ours(78, "2026-11-23T12:00:03Z")).toBe(false);
  expect(ours(77, "2026-11-23T11:59:00Z")).toBe(false);
  expect(ours(77, "2026-11-23T12:01:59Z")).toBe(true);
  expect(ours(77, "2026-11-23T12:02:01Z")).toBe(false);
  // A process of another machine with the same name and number, at the same time, on another stack.
  expect(ours(77, "2026-11-23T12:00:03Z", "prod-c002")).toBe(false);
  expect(ours(77)).toBe(false);
  expect(ours(77, "yesterday")).toBe(false);
});

it("the older notes go when they have become many", () => {
  writeFileSync(
    join(folder, "started"),
    Array.from({ length: 60_000 }, (_, pid) => `${pid} ${now} prod-c001\n`).join(""),
  );
  noteStarted(folder, 77_777, "prod-c001", now);
  expect(statSync(join(folder, "started")).size).toBeLessThan(1 << 20);
  expect(ours(77_777, "2026-11-23T12:00:03Z")).toBe(true);
  expect(ours(59_999, "2026-11-23T12:00:03Z")).toBe(true);
  expect(ours(5, "2026-11-23T12:00:03Z")).toBe(false);
  expect(readFileSync(join(folder, "started"), "utf8")).toMatch(/^[0-9]+ [0-9]+ prod-c001\n/);
});

it("a folder that cannot be written costs the note and nothing else", () => {
  noteStarted(join(folder, "missing"), 77, "prod-c001", now);
  noteStarted(folder, undefined, "prod-c001", now);
  expect(ours(77, "2026-11-23T12:00:03Z")).toBe(false);
});
