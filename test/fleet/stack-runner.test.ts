import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { openBackend } from "../../fleet/backend.ts";
import type { PulumiCli, PulumiEnding } from "../../fleet/pulumi-cli.ts";
import { ReadingCache } from "../../fleet/reading-cache.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import { runStack, type RunContext } from "../../fleet/stack-runner.ts";
import { stackOf, stateOf, step, tenantUrn } from "./support.ts";

let folder: string;
/** What the CLI was asked to do, without the flags that every call has. */
let calls: string[];
let interrupts: number;
/** What the CLI was given beside its arguments, by operation. */
let variables: Readonly<Record<string, string>>[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantry-runner-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: tenantry\n");
  writeFileSync(join(folder, "Pulumi.prod.yaml"), "secretsprovider: awskms://key\nconfig: {}\n");
  calls = [];
  interrupts = 0;
  variables = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Pretended {
  /** How an operation ends; it does not until it is interrupted where this is `null`. */
  readonly ending?: PulumiEnding | null;
  readonly events?: readonly object[];
  readonly output?: string;
}

/** A CLI that writes these events and this output, and ends like this. */
function cliOf({ ending = 0, events = [], output = "" }: Pretended): PulumiCli {
  const pretended = {
    ask: (args: readonly string[]) => {
      calls.push(args.join(" "));
      return Promise.resolve("");
    },
    start: (args: readonly string[], log: string, given: Readonly<Record<string, string>> = {}) => {
      variables.push(given);
      calls.push(args.filter((arg) => !arg.startsWith(folder)).join(" "));
      writeFileSync(log, output);
      const path = args[args.indexOf("--event-log") + 1];
      if (args.includes("--event-log") && path !== undefined) {
        writeFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
      }
      let stop: ((ending: PulumiEnding) => void) | undefined;
      const ended =
        ending === null ? new Promise<PulumiEnding>((resolve) => (stop = resolve)) : Promise.resolve(ending);
      const interrupt = (): void => {
        interrupts += 1;
        stop?.(1);
      };
      return { ended, interrupt };
    },
  };
  return pretended as unknown as PulumiCli;
}

const never = new AbortController().signal;

function contextOf(pretended: Pretended = {}, change: Partial<RunContext> = {}): RunContext {
  return {
    location: { directory: folder, environment: "prod", variables: {}, pulumiRoot: null },
    backend: openBackend(
      `file://${folder}/state`,
      "tenantry",
      () => Promise.reject(new Error("no CLI")),
      new ReadingCache(`${folder}/readings.json`),
    ),
    cli: () => Promise.resolve(cliOf(pretended)),
    logs: join(folder, "logs"),
    operation: "up",
    refresh: false,
    stops: { first: never, second: never },
    lockSeconds: 0,
    onProgress: () => undefined,
    onRefusal: () => undefined,
    ...change,
  };
}

const stack = stackOf(1, ["acme"]);
const present = readRecorded(stateOf({ begun: "old", finished: "old" }));
const up = "up --yes --skip-preview --suppress-outputs --event-log --stack prod-c001 --config-file";
const why = { why: "changed" };

function lock(pid: number): string {
  const locks = join(folder, "state", ".pulumi", "locks", "organization", "tenantry", "prod-c001");
  mkdirSync(locks, { recursive: true });
  const path = join(locks, "one.json");
  writeFileSync(path, JSON.stringify({ pid, hostname: hostname() }));
  return path;
}

describe("runStack", () => {
  it("updates, reports what changed, and leaves neither events nor a copy of the configuration", async () => {
    const progress: number[] = [];
    const events = [
      ...step("create", tenantUrn("acme")),
      ...step("create", `${tenantUrn("acme")}-x`, tenantUrn("acme")),
    ];
    const context = contextOf({ events, output: "fine" }, { onProgress: (_, changed) => progress.push(changed) });
    const report = await runStack(context, stack, present, why);
    expect(report).toMatchObject({
      stack: "prod-c001",
      status: "done",
      reason: "changed",
      operations: { create: 2 },
      tenants: { acme: "created" },
      log: "logs/prod-c001.log",
    });
    expect(progress).toEqual([2]);
    expect(calls).toEqual([up]);
    expect(readdirSync(join(folder, "logs"))).toEqual(["prod-c001.log"]);
  });

  it("makes a stack that is missing, with the environment's secrets provider and without a file for it", async () => {
    expect((await runStack(contextOf(), stack, null, why)).status).toBe("done");
    expect(calls).toEqual(["stack init prod-c001 --no-select --secrets-provider awskms://key", up]);
    expect(existsSync(join(folder, "Pulumi.prod-c001.yaml"))).toBe(false);
  });

  it("makes the environment's own stack with that secrets provider too, which is in its file", async () => {
    await runStack(contextOf(), stackOf(null), null, why);
    expect(calls[0]).toBe("stack init prod --no-select --secrets-provider awskms://key");
  });

  it("keeps no checkpoints in a cell's first update, and a note only of one that was killed", async () => {
    const events = step("create", tenantUrn("acme"));
    for (const [ending, reading, files, given] of [
      [0, null, ["prod-c001.log"], { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }],
      [255, null, ["prod-c001.first-update.json", "prod-c001.log"], { PULUMI_SKIP_CHECKPOINTS: "true" }],
      ["SIGKILL", null, ["prod-c001.first-update.json", "prod-c001.log"], { PULUMI_SKIP_CHECKPOINTS: "true" }],
      [0, present, ["prod-c001.first-update.json", "prod-c001.log"], {}],
    ] as const) {
      variables = [];
      await runStack(contextOf({ ending, events }), stack, reading, why);
      expect(readdirSync(join(folder, "logs")).sort()).toEqual(files);
      expect(variables[0]).toMatchObject(given);
      expect(Object.keys(variables[0] ?? {})).toHaveLength(reading === null ? 2 : 0);
    }
    await runStack(contextOf({}, { operation: "destroy" }), stack, null, why);
    expect(variables.at(-1)).toEqual({});
  });

  it("previews a stack that is missing from the plan alone", async () => {
    const report = await runStack(contextOf({}, { operation: "preview" }), stack, null, { why: "never made" });
    expect(report).toMatchObject({ status: "done", tenants: { acme: "created" }, log: null });
    expect(calls).toEqual([]);
  });

  it("hands refresh and targets on", async () => {
    await runStack(contextOf({}, { refresh: true }), stack, present, { ...why, targets: ["**::acme"] });
    expect(calls[0]).toContain("up --yes --skip-preview --refresh --target **::acme --suppress-outputs");
  });

  it("forgets creations that were cut off before it goes on", async () => {
    const cut = readRecorded(stateOf({ pending: 2 }));
    await runStack(contextOf(), stack, cut, why);
    expect(calls).toEqual(["refresh --yes --skip-preview --clear-pending-creates --stack prod-c001 --config-file", up]);
    calls = [];
    expect(await runStack(contextOf({ ending: 255, output: "error: no cluster\n" }), stack, cut, why)).toMatchObject({
      status: "failed",
      reason: "no cluster",
    });
    expect(calls).toHaveLength(1);
  });

  it("tells the first error that says something", async () => {
    const errors = ["update failed", "quota exceeded: pods\nmore", "other"].map((message) => {
      return { diagnosticEvent: { severity: "error", message } };
    });
    const failed = await runStack(contextOf({ ending: 255, events: errors }), stack, present, why);
    expect(failed).toMatchObject({ status: "failed", reason: "quota exceeded: pods" });
    const killed = await runStack(contextOf({ ending: "SIGKILL" }), stack, present, why);
    expect(killed).toMatchObject({ status: "failed", reason: "pulumi ended with SIGKILL" });
  });

  it("tells of requests that were refused as too many, and of no others", async () => {
    const events = ["429 Too Many Requests", "quota exceeded", "client rate limiter Wait returned an error"].map(
      (message) => ({ diagnosticEvent: { severity: "warning", message } }),
    );
    let refused = 0;
    await runStack(contextOf({ events }, { onRefusal: () => void (refused += 1) }), stack, present, why);
    expect(refused).toBe(2);
  });

  it("does not try what cannot be read", async () => {
    const report = await runStack(contextOf(), stack, { unreadable: "broken" }, why);
    expect(report).toMatchObject({ status: "failed", reason: "broken" });
    expect(calls).toEqual([]);
  });

  it("fails on somebody's lock and leaves it; previews do not mind it", async () => {
    const path = lock(process.pid);
    const report = await runStack(contextOf(), stack, present, why);
    expect(report).toMatchObject({
      status: "failed",
      reason: expect.stringContaining(`process ${process.pid}`) as unknown,
    });
    expect(calls).toEqual([]);
    expect(existsSync(path)).toBe(true);
    expect((await runStack(contextOf({}, { operation: "preview" }), stack, present, why)).status).toBe("done");
  });

  it("removes a dead process's lock and reads the state anew, for it is older than what that process did", async () => {
    const path = lock(2 ** 22 + 1);
    const states = join(folder, "state", ".pulumi", "stacks", "tenantry");
    mkdirSync(states, { recursive: true });
    writeFileSync(join(states, "prod-c001.json"), JSON.stringify(stateOf({ pending: 1 })));
    writeFileSync(join(states, "prod-c001.json.attrs"), "");
    await runStack(contextOf(), stack, present, why);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(states, "prod-c001.json.attrs"))).toBe(false);
    expect(calls[0]).toMatch(/^refresh .*--clear-pending-creates/);
  });

  it("passes the first and the second request to stop on, once each", async () => {
    const first = new AbortController();
    const second = new AbortController();
    const context = contextOf({ ending: null }, { stops: { first: first.signal, second: second.signal } });
    const running = runStack(context, stack, present, why);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(interrupts).toBe(0);
    first.abort();
    second.abort();
    expect(await running).toMatchObject({ status: "interrupted" });
    expect(interrupts).toBe(2);
  });
});
