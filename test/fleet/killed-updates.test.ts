import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { forgetKilled, isInDoubt, noteKilled, stacksKilled } from "../../fleet/killed-updates.ts";

let logs: string;
beforeEach(() => void (logs = join(mkdtempSync(join(tmpdir(), "tenantry-killed-")), "logs")));
afterEach(() => rmSync(join(logs, ".."), { recursive: true }));

it("a note of a killed update is of one stack, and stays until it is removed", () => {
  expect([...stacksKilled(logs)]).toEqual([]);
  expect(isInDoubt(logs, "prod-c001")).toBe(false);
  noteKilled(logs, "prod-c001");
  noteKilled(logs, "prod-c001");
  noteKilled(logs, "prod");
  writeFileSync(join(logs, "prod-c002.log"), "");
  expect([...stacksKilled(logs)].sort()).toEqual(["prod", "prod-c001"]);
  expect(["prod", "prod-c00", "prod-c001", "prod-c002"].filter((stack) => isInDoubt(logs, stack))).toEqual([
    "prod",
    "prod-c001",
  ]);
  forgetKilled(logs, "prod-c001");
  forgetKilled(logs, "prod-c002");
  expect([...stacksKilled(logs)]).toEqual(["prod"]);
});
