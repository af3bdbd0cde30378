import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openBackend } from "../../fleet/backend.ts";
import { FileStore } from "../../fleet/backends/file-store.ts";
import { readLocks, removeDeadLocks } from "../../fleet/locks.ts";
import type { PulumiCli } from "../../fleet/pulumi-cli.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import { stateOf } from "./support.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-fleet-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has this number: it is above what Linux hands out. */
const nobody = 2 ** 22 + 1;

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const cache = () => new ReadingCache(join(folder, "cache", "readings.json"));
const noCli = () => Promise.reject(new Error("the CLI was started"));
const open = (url = `file://${folder}`, cli: () => Promise<PulumiCli> = noCli, readings = cache()) =>
  openBackend({ url, directory: folder, project: "tenantry", logs: join(folder, "logs"), cli, cache: readings });

describe("a folder as backend", () => {
  it("is read without starting Pulumi", async () => {
    write(".pulumi/stacks/tenantry/prod.json", JSON.stringify(stateOf({ tenants: [] })));
    write(".pulumi/stacks/tenantry/prod-c000.json.gz", gzipSync(JSON.stringify(stateOf())));
    write(".pulumi/stacks/tenantry/prod-c001.json", "{ cut o");
    write(".pulumi/stacks/tenantry/prod.json.bak", "{}");
    write(".pulumi/stacks/other/prod-c009.json", JSON.stringify(stateOf()));
    const backend = open();
    expect([...(await backend.list())].sort()).toEqual(["prod", "prod-c000", "prod-c001"]);
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    expect(await backend.read("prod-c001")).toMatchObject({
      unreadable: expect.stringContaining("cannot be read") as unknown,
    });
    expect(await backend.read("prod-c002")).toBeNull();
  });

  it("has states in every form that Pulumi writes, and of two forms the newer counts", async () => {
    write(".pulumi/stacks/tenantry/prod.json.zst", zstdCompressSync(JSON.stringify(stateOf({ tenants: ["packed"] }))));
    write(".pulumi/stacks/tenantry/prod-c000.json", JSON.stringify(stateOf({ tenants: ["older"] })));
    write(".pulumi/stacks/tenantry/prod-c000.json.gz", gzipSync(JSON.stringify(stateOf({ tenants: ["newer"] }))));
    const old = new Date(Date.now() - 60_000);
    utimesSync(join(folder, ".pulumi/stacks/tenantry/prod-c000.json"), old, old);
    for (const listed of [true, false]) {
      const backend = open();
      if (listed) await backend.list();
      expect(await backend.read("prod")).toMatchObject({ tenants: ["packed"] });
      expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["newer"] });
    }
  });

  it("is looked at again by whoever asks again", async () => {
    const state = ".pulumi/stacks/tenantry/prod-c000.json";
    write(state, JSON.stringify(stateOf({ tenants: ["acme"] })));
    const backend = open();
    await backend.list();
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    write("next.json", JSON.stringify(stateOf({ tenants: ["acme", "globex"] })));
    renameSync(join(folder, "next.json"), join(folder, state));
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme", "globex"] });
    rmSync(join(folder, state));
    expect(await backend.read("prod-c000")).toBeNull();
  });

  it("that cannot be listed says why", async () => {
    write(".pulumi/stacks/tenantry", "a file");
    await expect(open().list()).rejects.toThrow(/the stacks in .* cannot be listed: ENOTDIR/);
  });

  it("without a stack is an empty one", async () => {
    expect([...(await open().list())]).toEqual([]);
  });
});

describe("what states said", () => {
  const state = ".pulumi/stacks/tenantry/prod-c000.json";
  const path = () => join(folder, state);
  const inCache = () => join(folder, "cache", "readings.json");
  const put = (tenants: readonly string[]) => write(state, JSON.stringify(stateOf({ tenants })));

  /** Tenants of the state, after its content, but neither its size nor its time nor its inode, has become another. */
  async function taken(readings = cache()): Promise<unknown> {
    const reading = await open(undefined, undefined, readings).read("prod-c000");
    readings.save();
    return reading;
  }

  /** Changes the content behind the back of the file system: who sees it has read the file. */
  function forge(from: string, to: string): void {
    const { atime, mtime } = statSync(path());
    writeFileSync(path(), readFileSync(path(), "utf8").replaceAll(from, to));
    utimesSync(path(), atime, mtime);
  }

  beforeEach(() => {
    put(["acme"]);
    // Whole seconds, for times can be set no more exactly.
    utimesSync(path(), 1_700_000_000, 1_700_000_000);
  });

  it("is remembered until the file is another one, of the same size too", async () => {
    expect(await taken()).toMatchObject({ tenants: ["acme"] });
    forge("acme", "emca");
    expect(await taken()).toMatchObject({ tenants: ["acme"] });
    write("next.json", JSON.stringify(stateOf({ tenants: ["emca"] })));
    renameSync(join(folder, "next.json"), path());
    expect(await taken()).toMatchObject({ tenants: ["emca"] });
  });

  it("is read again where the cache is broken or cannot be written", async () => {
    await taken();
    forge("acme", "emca");
    const whole = readFileSync(inCache(), "utf8");
    for (const broken of [
      "",
      "{}",
      '{"version":3,"entries":{}}',
      whole.replace('version":3', 'version":2'),
      whole.replace("acme", '",7,"'),
    ]) {
      writeFileSync(inCache(), broken);
      expect(await taken()).toMatchObject({ tenants: ["emca"] });
    }
    write("file", "");
    expect(await taken(new ReadingCache(join(folder, "file", "readings.json")))).toMatchObject({ tenants: ["emca"] });
  });

  it("is not remembered where it was no state", async () => {
    write(state, "{ cut o");
    const readings = cache();
    expect(await taken(readings)).toMatchObject({ unreadable: expect.stringContaining("cannot be read") as unknown });
    put(["acme"]);
    expect(await taken(readings)).toMatchObject({ tenants: ["acme"] });
  });
});

describe("another backend", () => {
  it("is asked through the CLI, once for all names and once for each state", async () => {
    const asked: string[] = [];
    const cli = {
      ask: (args: readonly string[]) => {
        asked.push(args.join(" "));
        const answer = args[1] === "ls" ? [{ name: "prod" }, { name: "acme-corp/prod-c000" }] : stateOf();
        return Promise.resolve(JSON.stringify(answer));
      },
    };
    const backend = open("azblob://states", () => Promise.resolve(cli as never));
    expect([...(await backend.list())]).toEqual(["prod", "prod-c000"]);
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    expect(asked).toEqual(["stack ls --json", "stack export --stack prod-c000"]);
    expect(await open("").read("prod")).toEqual({
      unreadable: "its state cannot be read: the CLI was started",
    });
  });
});

describe("locks", () => {
  const lock = (name: string, content: unknown) => write(`locks/${name}`, JSON.stringify(content));

  it("of dead processes of this machine are removed, and only those", () => {
    lock("dead.json", { pid: nobody, hostname: hostname() });
    lock("dead.json.attrs", {});
    lock("ours.json", { pid: process.pid, hostname: hostname() });
    lock("elsewhere.json", { pid: nobody, hostname: `${hostname()}-other` });
    write("locks/half.json", "{");
    const locks = readLocks(join(folder, "locks"));
    expect(locks.filter(({ alive }) => !alive).map(({ pid }) => pid)).toEqual([nobody]);
    expect(removeDeadLocks(locks)).toBe(1);
    const left = ["dead.json", "dead.json.attrs", "ours.json", "elsewhere.json", "half.json"];
    expect(left.filter((name) => existsSync(join(folder, "locks", name)))).toEqual([
      "ours.json",
      "elsewhere.json",
      "half.json",
    ]);
  });

  it("that nobody ever held are none", () => {
    expect(readLocks(join(folder, "nothing"))).toEqual([]);
  });
});

describe("what a killed pulumi leaves beside its state", () => {
  const state = ".pulumi/stacks/tenantry/prod-c000.json";
  const mend = () => open().mend("prod-c000");

  it("is removed where it is cut off, so that the state can be read", () => {
    write(state, "{}");
    for (const cut of ["", '{"user.content_ty']) {
      write(`${state}.attrs`, cut);
      mend();
      expect(existsSync(join(folder, `${state}.attrs`)), cut).toBe(false);
      mend();
    }
    expect(readFileSync(join(folder, state), "utf8")).toBe("{}");
  });

  it("stays where it is whole", () => {
    write(`${state}.attrs`, '{"user.content_type":"application/json"}');
    mend();
    expect(existsSync(join(folder, `${state}.attrs`))).toBe(true);
  });
});

describe("a new object of a folder", () => {
  it("is written whole, never over another one, and leaves nothing beside it", () => {
    const key = ".pulumi/stacks/tenantry/prod-c009.json";
    const store = new FileStore(folder);
    expect(store.create(key, "first")).toBe(true);
    expect(store.create(key, "second")).toBe(false);
    expect(readFileSync(join(folder, key), "utf8")).toBe("first");
    expect(readdirSync(dirname(join(folder, key))).filter((name) => name.includes("c009"))).toEqual(["prod-c009.json"]);
  });
});
