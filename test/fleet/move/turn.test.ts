import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { holdTurn } from "../../../fleet/move/turn.ts";

let folder: string;
beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), "tenantry-turn-")), "lock")));
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

function heldBy(pid: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "other.json"), JSON.stringify({ pid, hostname: hostname() }));
}

it("is over when the work is, also when that fails", async () => {
  expect(await holdTurn(folder, () => Promise.resolve(readdirSync(folder).length))).toBe(1);
  await expect(holdTurn(folder, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(readdirSync(folder)).toEqual([]);
});

it("is refused while another process has it", async () => {
  heldBy(process.ppid);
  await expect(holdTurn(folder, () => Promise.resolve(1))).rejects.toMatchObject({
    exitCode: 1,
    message: `another move of this environment is running (process ${process.ppid}); nothing was changed`,
  });
  expect(existsSync(join(folder, "other.json"))).toBe(true);
});

it("of a process that is no more is over", async () => {
  heldBy(2 ** 22 + 1);
  expect(await holdTurn(folder, () => Promise.resolve(1))).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});
