import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openBackend } from "../../fleet/backend.ts";
import { EventLog } from "../../fleet/event-log.ts";
import { readLocks, removeDeadLocks } from "../../fleet/locks.ts";
import { reasonIn } from "../../fleet/pulumi-cli.ts";
import { stackConfiguration } from "../../fleet/stack-files.ts";
import { stackOf, stateOf } from "./support.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tenantry-fleet-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has this number: it is above what Linux hands out. */
const nobody = 2 ** 22 + 1;

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const noCli = () => Promise.reject(new Error("the CLI was started"));

describe("a folder as backend", () => {
  it("is read without starting Pulumi", async () => {
    write(".pulumi/stacks/tenantry/prod.json", JSON.stringify(stateOf({ tenants: [] })));
    write(".pulumi/stacks/tenantry/prod-c000.json.gz", gzipSync(JSON.stringify(stateOf())));
    write(".pulumi/stacks/tenantry/prod-c001.json", "{ cut o");
    write(".pulumi/stacks/tenantry/prod.json.bak", "{}");
    write(".pulumi/stacks/other/prod-c009.json", JSON.stringify(stateOf()));
    const backend = openBackend(`file://${folder}`, "tenantry", noCli);
    expect([...(await backend.list())].sort()).toEqual(["prod", "prod-c000", "prod-c001"]);
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    expect(await backend.read("prod-c001")).toMatchObject({
      unreadable: expect.stringContaining("cannot be read") as unknown,
    });
    expect(await backend.read("prod-c002")).toBeNull();
  });

  it("without a stack is an empty one", async () => {
    expect([...(await openBackend(`file://${folder}`, "tenantry", noCli).list())]).toEqual([]);
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
    const backend = openBackend("s3://states", "tenantry", () => Promise.resolve(cli as never));
    expect([...(await backend.list())]).toEqual(["prod", "prod-c000"]);
    expect(await backend.read("prod-c000")).toMatchObject({ tenants: ["acme"] });
    expect(asked).toEqual(["stack ls --json", "stack export --stack prod-c000"]);
    expect(await openBackend("", "tenantry", noCli).read("prod")).toEqual({
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
  const mend = () => openBackend(`file://${folder}`, "tenantry", noCli).mend("prod-c000");

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

describe("EventLog", () => {
  it("gives each event once, and half a line only when its end is there", () => {
    const path = join(folder, "events");
    const log = new EventLog(path);
    expect(log.read()).toEqual([]);
    writeFileSync(path, '{"sequence":1}\n{"sequ');
    expect(log.read()).toEqual([{ sequence: 1 }]);
    expect(log.read()).toEqual([]);
    appendFileSync(path, 'ence":2}\n{"sequence":3}\n');
    expect(log.read()).toEqual([{ sequence: 2 }, { sequence: 3 }]);
  });

  it("does not cut a character that is written in two pieces", () => {
    const path = join(folder, "events");
    const log = new EventLog(path);
    const bytes = Buffer.from('{"name":"Möbius"}\n');
    const middle = bytes.indexOf(0xb6);
    writeFileSync(path, bytes.subarray(0, middle));
    expect(log.read()).toEqual([]);
    appendFileSync(path, bytes.subarray(middle));
    expect(log.read()).toEqual([{ name: "Möbius" }]);
  });
});

describe("a cell's configuration", () => {
  const location = () => ({ directory: folder, environment: "prod", variables: {}, pulumiRoot: null });

  it("is a copy of the environment's file that goes again, for Pulumi may write into it", () => {
    write("Pulumi.prod.yaml", "config: {}\n");
    const { flags, remove } = stackConfiguration(location(), stackOf(7), folder);
    expect(flags[0]).toBe("--config-file");
    expect(readFileSync(flags[1] ?? "", "utf8")).toBe("config: {}\n");
    writeFileSync(flags[1] ?? "", "encryptionsalt: x\n");
    expect(readFileSync(join(folder, "Pulumi.prod.yaml"), "utf8")).toBe("config: {}\n");
    remove();
    expect(existsSync(flags[1] ?? "")).toBe(false);
  });

  it("of the environment's own stack is the file itself", () => {
    expect(stackConfiguration(location(), stackOf(null), folder).flags).toEqual([]);
  });
});

it("the reason of a failure is what the CLI calls an error", () => {
  expect(reasonIn("warning: x\nerror: no stack named 'prod' found\nerror: other\n")).toBe(
    "no stack named 'prod' found",
  );
  expect(reasonIn("nothing of the kind")).toBeNull();
});
