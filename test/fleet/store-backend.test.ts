import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ObjectStore } from "../../fleet/backends/object-store.ts";
import { StoreBackend } from "../../fleet/backends/store-backend.ts";
import { firstLine } from "../../fleet/backends/reasons.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import { stateOf } from "./support.ts";

/** No process has this number: it is above what Linux hands out. */
const nobody = 2 ** 22 + 1;
const state = ".pulumi/stacks/tenantry/prod-c000.json";
const lock = ".pulumi/locks/organization/tenantry/prod-c000/one.json";

let folder: string;
let objects: Map<string, string>;
/** What the store was asked. */
let asked: string[];
/** What it answers instead, where this is set. */
let fault: Error | null;

const store: ObjectStore = {
  name: "a store",
  list: (prefix) => {
    asked.push(`list ${prefix}`);
    if (fault !== null) return Promise.reject(fault);
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && !key.slice(prefix.length).includes("/"));
    return Promise.resolve(keys.map((key) => ({ key, size: 1, stamp: objects.get(key) ?? "", written: 0 })));
  },
  read: (key) => {
    asked.push(`read ${key}`);
    const content = objects.get(key);
    return fault === null
      ? Promise.resolve(content === undefined ? null : Buffer.from(content))
      : Promise.reject(fault);
  },
  remove: (keys) => {
    for (const key of keys) objects.delete(key);
    return Promise.resolve();
  },
};

const open = (isOurs = true, cache = new ReadingCache(join(folder, "readings.json"))) =>
  new StoreBackend(store, "tenantry", cache, () => isOurs);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantry-store-"));
  objects = new Map([
    [state, JSON.stringify(stateOf())],
    [`${state}.bak`, "{}"],
    [".pulumi/stacks/other/prod-c001.json", "{}"],
  ]);
  asked = [];
  fault = null;
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("states in a store", () => {
  it("are listed with one request, and each is read once until it changes", async () => {
    const cache = new ReadingCache(join(folder, "readings.json"));
    for (let round = 0; round < 2; round++) {
      const backend = open(true, cache);
      expect([...(await backend.list())]).toEqual(["prod-c000"]);
      expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    }
    const listed = "list .pulumi/stacks/tenantry/";
    expect(asked).toEqual([listed, `read ${state}`, listed]);
    objects.set(state, JSON.stringify(stateOf({ tenants: ["globex"] })));
    expect(await open(true, cache).read("prod-c000")).toMatchObject({ tenants: ["globex"] });
  });

  it("that cannot be listed are one error, and one that cannot be read is that stack's alone", async () => {
    fault = new Error("Access Denied\nand more");
    await expect(open().list()).rejects.toMatchObject({
      exitCode: 1,
      message: "the stacks in a store cannot be listed: Access Denied",
    });
    expect(await open().read("prod-c000")).toEqual({ unreadable: "its state cannot be read: Access Denied" });
    fault = null;
    expect(await open().read("prod-c001")).toBeNull();
  });
});

describe("locks in a store", () => {
  const put = (pid: number, host = hostname()) => objects.set(lock, JSON.stringify({ pid, hostname: host }));

  it.each([
    ["a dead process of ours", () => put(nobody), true, false],
    ["a dead process that is not known to be ours", () => put(nobody), false, true],
    ["a process that lives", () => put(process.pid), true, true],
    ["another machine", () => put(nobody, "other"), true, true],
    ["nobody yet: it is being written", () => objects.set(lock, "{"), true, true],
  ])("of %s", async (_whose, make, isOurs, alive) => {
    make();
    const backend = open(isOurs);
    const locks = await backend.locks("prod-c000");
    expect(locks.map((found) => found.alive)).toEqual([alive]);
    expect(await backend.removeDeadLocks(locks)).toBe(alive ? 0 : 1);
    expect(objects.has(lock)).toBe(alive);
    expect(objects.has(state)).toBe(true);
  });

  it("of a stack are not those of another", async () => {
    put(nobody);
    expect(await open().locks("prod-c00")).toEqual([]);
    expect(await open().locks("prod")).toEqual([]);
  });
});

it("the reason of a network error without a message is its code", () => {
  expect(firstLine(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }))).toBe("ECONNREFUSED");
  expect(firstLine(Object.assign(new Error("UnknownError"), { name: "503" }))).toBe("503");
  expect(firstLine("text")).toBe("text");
});
