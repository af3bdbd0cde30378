import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openBackend, type Backend } from "../../fleet/backend.ts";
import { divideHistory } from "../../fleet/history.ts";
import { pruneStack } from "../../fleet/prune-stack.ts";
import { readableBytes } from "../../fleet/readable-bytes.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import { summaryText } from "../../fleet/summary.ts";
import { tenantsByChange } from "../../fleet/report.ts";
import { reportOf } from "./support.ts";

const objectOf = (key: string, size = 10) => ({ key, size, stamp: "", written: 0 });
const moment = (update: number): string => String(1_795_455_653_000_000_000n + BigInt(update));
const historyOf = (stack: string, update: number) =>
  ["history", "checkpoint"].map((kind) => `${stack}-${moment(update)}.${kind}.json`);
const backupOf = (stack: string, update: number) => `${stack}.${moment(update)}.json`;
const count = (updates: number): readonly number[] => Array.from({ length: updates }, (_, update) => update);

describe("divideHistory", () => {
  const divided = (keep: number, history: readonly string[], backups: readonly string[] = []) => {
    const prefixed = (folder: string, names: readonly string[]) => names.map((name) => objectOf(`${folder}/${name}`));
    const { superseded, ...rest } = divideHistory("prod", prefixed("h", history), prefixed("b", backups), keep);
    return { ...rest, superseded: superseded.map(({ key }) => key) };
  };

  it("keeps the newest updates whole, and as many backups", () => {
    const history = count(4).flatMap((update) => historyOf("prod", update));
    const backups = count(4).map((update) => backupOf("prod", update));
    expect(divided(3, [...history].reverse(), backups)).toEqual({
      updates: 4,
      kept: 3,
      superseded: [
        ...historyOf("prod", 0)
          .reverse()
          .map((name) => `h/${name}`),
        `b/${backupOf("prod", 0)}`,
      ],
    });
    expect(divided(4, history, backups).superseded).toEqual([]);
    expect(divided(1, history, backups).superseded).toHaveLength(3 * 3);
  });

  it("orders by number and not by text, packed or not", () => {
    const history = ["prod-9.history.json", "prod-10.history.json.gz", "prod-11.checkpoint.json.zst"];
    expect(divided(2, history)).toMatchObject({ updates: 3, superseded: ["h/prod-9.history.json"] });
  });

  it("leaves alone what has another name", () => {
    const others = [
      "prod-c001-1.history.json",
      "prod-x1.history.json",
      "prod-1.history.json.attrs",
      "prod-1.json",
      "other-1.history.json",
      "README",
    ];
    expect(divided(1, others, ["prod.json", "prod.json.bak", "prod-c001.1.json"])).toEqual({
      updates: 0,
      kept: 0,
      superseded: [],
    });
  });
});

describe("pruneStack", () => {
  let folder: string;
  let backend: Backend;

  const put = (path: string, content = "{}"): void => {
    mkdirSync(join(folder, ".pulumi", path, ".."), { recursive: true });
    writeFileSync(join(folder, ".pulumi", path), content);
  };
  const names = (path: string) =>
    existsSync(join(folder, ".pulumi", path)) ? readdirSync(join(folder, ".pulumi", path)) : [];
  const everything = () => readdirSync(folder, { recursive: true }).map(String).sort();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantry-prune-"));
    const cli = () => Promise.reject(new Error("the CLI was started"));
    const cache = new ReadingCache(join(folder, "none.json"));
    backend = openBackend({
      url: `file://${folder}`,
      directory: folder,
      project: "tenantry",
      logs: folder,
      cli,
      cache,
    });
    for (const stack of ["prod", "prod-c001"]) {
      put(`stacks/tenantry/${stack}.json`);
      put(`stacks/tenantry/${stack}.json.bak`);
      for (const update of count(3)) {
        for (const name of historyOf(stack, update)) {
          put(`history/tenantry/${stack}/${name}`);
          put(`history/tenantry/${stack}/${name}.attrs`);
        }
        put(`backups/tenantry/${stack}/${backupOf(stack, update)}`);
      }
    }
    for (const name of historyOf("prod", 0)) put(`history/other/prod/${name}`);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const prune = (keep: number, dryRun = false) => pruneStack(backend, "tenantry", "prod", { keep, dryRun });

  it("removes old history with what stands beside it, and nothing of anybody else's", async () => {
    const before = everything();
    expect(await prune(1)).toEqual({ stack: "prod", status: "done", reason: "", updates: 1, removed: 6, bytes: 12 });
    expect(names("history/tenantry/prod").sort()).toEqual(
      historyOf("prod", 2)
        .flatMap((name) => [name, `${name}.attrs`])
        .sort(),
    );
    expect(names("backups/tenantry/prod")).toEqual([backupOf("prod", 2)]);
    const isOld = (path: string) => /tenantry\/prod\/prod[-.]/.test(path) && !path.includes(moment(2));
    expect(everything()).toEqual(before.filter((path) => !isOld(path)));
    expect(await prune(1)).toMatchObject({ status: "done", removed: 0 });
  });

  it("says in a dry run what it would remove, and removes nothing", async () => {
    const before = everything();
    expect(await prune(2, true)).toMatchObject({ status: "done", updates: 2, removed: 3 });
    expect(everything()).toEqual(before);
  });

  it("leaves a stack alone that somebody has locked, dead or not", async () => {
    for (const pid of [process.pid, 2 ** 22 + 1]) {
      put("locks/organization/tenantry/prod/one.json", JSON.stringify({ pid, hostname: hostname() }));
      const before = everything();
      expect(await prune(1)).toMatchObject({
        status: "left",
        updates: 3,
        removed: 0,
        reason: expect.stringContaining(`locked by process ${pid}`) as unknown,
      });
      expect(everything()).toEqual(before);
    }
  });

  it("says why it could not", async () => {
    const store = {
      name: "",
      list: () => Promise.reject(new Error("no such bucket")),
      read: () => Promise.resolve(null),
      remove: () => Promise.resolve(),
    };
    const failed = await pruneStack({ store, locks: () => Promise.resolve([]) }, "tenantry", "prod", {
      keep: 1,
      dryRun: false,
    });
    expect(failed).toMatchObject({ status: "failed", reason: "its history cannot be pruned: no such bucket" });
    expect(
      await pruneStack({ store: null, locks: () => Promise.resolve([]) }, "tenantry", "prod", {
        keep: 1,
        dryRun: false,
      }),
    ).toMatchObject({ status: "left" });
  });
});

it("the summary of an update says what was removed, and where that failed", () => {
  const pruned = { stack: "prod", status: "done", reason: "", updates: 20, removed: 6, bytes: 3 * 1024 ** 2 } as const;
  const stacks = [
    reportOf("prod", { pruned }),
    reportOf("prod-c000", {
      pruned: {
        ...pruned,
        stack: "prod-c000",
        status: "failed",
        reason: "its history cannot be pruned: x",
        removed: 0,
        bytes: 0,
      },
    }),
  ];
  const report = { verb: "up", environment: "prod", seconds: 1, stacks, tenants: tenantsByChange(stacks), retry: null };
  expect(summaryText(report)).toContain(
    "  history: 6 old objects of 3.0 MiB removed\n  history of prod-c000: its history cannot be pruned: x\n",
  );
  expect(summaryText({ ...report, stacks: [reportOf("prod")] })).not.toContain("history");
});

it("sizes are read in the largest unit of which there is one", () => {
  expect([0, 1023, 1024, 1536 * 1024, 2 ** 50, 2 ** 60].map(readableBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.0 KiB",
    "1.5 MiB",
    "1024.0 TiB",
    "1048576.0 TiB",
  ]);
});
