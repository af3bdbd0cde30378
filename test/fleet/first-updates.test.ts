import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { hasTold, isFirstUpdate, noteFirstUpdate, untoldTenants } from "../../fleet/first-updates.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import type { Reading } from "../../fleet/verdict.ts";
import { stackOf, stateOf } from "./support.ts";

let logs: string;
beforeEach(() => void (logs = mkdtempSync(join(tmpdir(), "tenantry-first-"))));
afterEach(() => rmSync(logs, { recursive: true }));

const nothing = { begun: null, finished: null, resources: 0, pending: 0, creating: [], tenants: [], protected: [] };
const holding = (...tenants: readonly string[]): Reading => readRecorded(stateOf({ tenants }));

describe("isFirstUpdate", () => {
  it.each<[string, number | null, Reading, boolean]>([
    ["a cell that does not exist", 1, null, true],
    ["a cell that holds nothing", 1, nothing, true],
    ["a cell that holds something", 1, holding("acme"), false],
    ["a cell with operations that were cut off", 1, { ...nothing, pending: 1 }, false],
    ["a cell that cannot be read", 1, { unreadable: "broken" }, false],
    ["the environment's own stack", null, null, false],
  ])("of %s", (_what, cell, reading, first) => {
    expect(isFirstUpdate(stackOf(cell), reading)).toBe(first);
  });
});

describe("hasTold", () => {
  it.each<[string, number | NodeJS.Signals, number, Reading, boolean]>([
    ["ended well", 0, 5, null, true],
    ["was killed", "SIGKILL", 0, holding("acme"), false],
    ["failed before it changed anything", 255, 0, nothing, true],
    ["failed, and the state holds what it made", 255, 3, holding("acme"), true],
    ["crashed after it had changed something", 2, 3, nothing, false],
    ["failed, and the state cannot be read", 255, 3, { unreadable: "broken" }, false],
  ])("an update that %s", (_what, ending, changed, after, told) => {
    expect(hasTold(ending, changed, after)).toBe(told);
  });
});

describe("notes of first updates", () => {
  const note = () => noteFirstUpdate(logs, stackOf(1, ["acme", "globex"]));

  it("name what no state tells of, until the update removes them", () => {
    const told = note();
    writeFileSync(join(logs, "prod-c001.log"), "");
    expect(untoldTenants(logs, new Map())).toEqual([{ stack: "prod-c001", tenants: ["acme", "globex"] }]);
    told(["acme", "globex"]);
    expect(untoldTenants(logs, new Map())).toEqual([]);
    expect(readdirSync(logs)).toEqual(["prod-c001.log"]);
  });

  it("keep the tenants of an earlier update that was killed", () => {
    note();
    noteFirstUpdate(logs, stackOf(1, ["initech"]));
    expect(untoldTenants(logs, new Map())[0]?.tenants).toEqual(["acme", "globex", "initech"]);
  });

  it("keep them when a later update has failed, or was of one tenant, until a state holds each", () => {
    note();
    // Refused before it began: nothing of it is untold, all of the killed one still is.
    note()([]);
    expect(untoldTenants(logs, new Map())).toEqual([{ stack: "prod-c001", tenants: ["acme", "globex"] }]);
    // Of acme alone, such as a repair: the state holds something now, and nothing of globex.
    note()(["acme"]);
    const readings = new Map([["prod-c001", holding("acme")]]);
    expect(untoldTenants(logs, readings)).toEqual([{ stack: "prod-c001", tenants: ["globex"] }]);
    expect(untoldTenants(logs, new Map([["prod-c001", holding("acme", "globex")]]))).toEqual([]);
    expect(readdirSync(logs)).toEqual([]);
  });

  it("go once the cell's own state holds anything: it is written at the end, and whole", () => {
    note();
    expect(untoldTenants(logs, new Map([["prod-c001", holding("acme")]]))).toEqual([]);
    expect(readdirSync(logs)).toEqual([]);
  });

  it("lose the tenants that another cell has made since, and stay for the others", () => {
    note();
    const elsewhere = new Map([["prod-c002", holding("acme")]]);
    expect(untoldTenants(logs, elsewhere)).toEqual([{ stack: "prod-c001", tenants: ["globex"] }]);
    expect(existsSync(join(logs, "prod-c001.first-update.json"))).toBe(true);
  });

  it("that cannot be read stop everything, for nobody knows whom they name", () => {
    writeFileSync(join(logs, "prod-c001.first-update.json"), "{");
    expect(() => untoldTenants(logs, new Map())).toThrow(/cannot be read/);
  });

  it("are not there where nothing ever ran", () => {
    expect(untoldTenants(join(logs, "none"), new Map())).toEqual([]);
  });
});
