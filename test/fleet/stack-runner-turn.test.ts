import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { PulumiEnding } from "../../fleet/pulumi-cli.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import type { Reading } from "../../fleet/verdict.ts";
import { present, pretendedRunner, stack, up, why } from "./pretended-runner.ts";
import { stateOf, step, tenantUrn } from "./support.ts";

describe("runStack, by what is there when the turn of a stack has come", () => {
  const runner = pretendedRunner();
  const { contextOf, runStack, writeState, lock } = runner;

  it("keeps no checkpoints in a cell's first update, and a note only of one that was killed", async () => {
    const events = step("create", tenantUrn("acme"));
    for (const [ending, reading, files, given] of [
      [0, null, ["prod-c001.log"], { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" }],
      [255, null, ["prod-c001.first-update.json", "prod-c001.log"], { PULUMI_SKIP_CHECKPOINTS: "true" }],
      ["SIGKILL", null, ["prod-c001.first-update.json", "prod-c001.log"], { PULUMI_SKIP_CHECKPOINTS: "true" }],
      [0, present, ["prod-c001.first-update.json", "prod-c001.log"], {}],
    ] as const) {
      runner.variables = [];
      await runStack(contextOf({ ending, events }), stack, reading, why);
      expect(readdirSync(join(runner.folder, "logs")).sort()).toEqual(files);
      expect(runner.variables[0]).toMatchObject(given);
      expect(Object.keys(runner.variables[0] ?? {})).toHaveLength(reading === null ? 2 : 0);
    }
    await runStack(contextOf({}, { operation: "destroy" }), stack, present, why);
    expect(runner.variables.at(-1)).toEqual({});
  });

  it("keeps no note of a first update whose program could not be started", async () => {
    const programs = { run: () => Promise.reject(new Error("no program")) };
    const failed = await runStack(contextOf({}, { programs }), stack, null, why);
    expect(failed).toMatchObject({ status: "failed", reason: "no program" });
    expect(readdirSync(join(runner.folder, "logs"))).toEqual([]);
  });

  it("after a killed update compares, once the program has asked whose cluster it is, and forgets what was cut off when all is well", async () => {
    const cut = readRecorded(stateOf({ pending: 2 }));
    const forget = "refresh --yes --skip-preview --clear-pending-creates --target **::pulumi:pulumi:Stack::* --stack";
    await runStack(contextOf(), stack, cut, why);
    const compared = up.replace("--skip-preview", "--skip-preview --refresh --run-program");
    expect(runner.calls).toEqual([compared, `${forget} prod-c001 --config-file`]);
    runner.calls = [];
    await runStack(contextOf({}, { operation: "destroy" }), stack, cut, why);
    expect(runner.calls).toEqual([
      `${forget} prod-c001 --config-file`,
      up.replace("up", "destroy").replace(" --client unix:program", ""),
    ]);
    runner.calls = [];
    expect(await runStack(contextOf({ ending: 255, output: "error: no cluster\n" }), stack, cut, why)).toMatchObject({
      status: "failed",
      reason: "no cluster",
    });
    expect(runner.calls).toEqual([compared]);
  });

  it("compares until the whole stack was updated: the state tells of cut off changes only until it is written again", async () => {
    const cut = readRecorded(stateOf({ pending: 1 }));
    const note = join(runner.folder, "logs", "prod-c001.killed");
    const compares = async (...[ending, reading, change]: readonly [PulumiEnding, Reading, object?]) => {
      runner.calls = [];
      await runStack(contextOf({ ending }), stack, reading, { ...why, ...change });
      const [first, ...others] = runner.calls;
      return {
        compared: first?.includes("--refresh --run-program"),
        forgot: others.length > 0,
        noted: existsSync(note),
      };
    };
    const targets = ["**::acme"];
    expect(await compares(0, present)).toEqual({ compared: false, forgot: false, noted: false });
    // Refused: from here on the engine has carried nothing into the state that it wrote.
    expect(await compares(255, cut)).toEqual({ compared: true, forgot: false, noted: true });
    expect(await compares("SIGKILL", present)).toEqual({ compared: true, forgot: false, noted: true });
    expect(await compares(0, present, { targets })).toEqual({ compared: true, forgot: false, noted: true });
    expect(await compares(0, cut, { targets })).toEqual({ compared: true, forgot: false, noted: true });
    await runStack(contextOf({}, { operation: "preview" }), stack, cut, why);
    expect(await compares(0, present)).toEqual({ compared: true, forgot: false, noted: false });
    expect(await compares(0, cut)).toEqual({ compared: true, forgot: true, noted: false });
    expect(await compares(0, present)).toEqual({ compared: false, forgot: false, noted: false });
    // Of a stack that is removed nothing is in doubt.
    await compares(255, cut);
    await runStack(contextOf({}, { operation: "destroy" }), stack, present, why);
    expect(existsSync(note)).toBe(false);
  });

  it("forgets nothing of others where some tenants are removed", async () => {
    const removal = contextOf({}, { operation: "destroy" });
    await runStack(removal, stack, readRecorded(stateOf({ pending: 1 })), { ...why, targets: ["**::acme"] });
    expect(runner.calls).toEqual([expect.stringMatching(/^destroy .*--target \*\*::acme /)]);
  });

  it("goes by what the stack holds when its turn has come: another run may have been there since", async () => {
    writeState(stateOf());
    await runStack(contextOf(), stack, null, why);
    // Neither made once more nor taken for new, in which case it would keep no checkpoints.
    expect(runner.calls).toEqual([up]);
    expect(runner.variables).toEqual([{}]);
    const seen: Reading[] = [];
    const refuse = (holds: Reading): string => {
      seen.push(holds);
      return "acme: protected by now";
    };
    const removal = contextOf({}, { operation: "destroy" });
    const refused = await runStack(removal, stack, null, { ...why, refuse });
    expect(refused).toMatchObject({ status: "failed", reason: "acme: protected by now" });
    expect(seen).toEqual([readRecorded(stateOf())]);
    expect(runner.calls).toEqual([up]);
    expect((await runStack(removal, stack, null, { ...why, refuse: () => null })).status).toBe("done");
  });

  it("makes no stack to remove one that is gone by then", async () => {
    const removal = contextOf({}, { operation: "destroy" });
    expect(await runStack(removal, stack, null, why)).toMatchObject({ status: "done", log: null, tenants: {} });
    expect(runner.calls).toEqual([]);
    expect((await runStack(removal, stack, present, why)).status).toBe("done");
    expect(runner.calls).toHaveLength(1);
  });

  it("does not try what cannot be read", async () => {
    const report = await runStack(contextOf(), stack, { unreadable: "broken" }, why);
    expect(report).toMatchObject({ status: "failed", reason: "broken" });
    expect(runner.calls).toEqual([]);
  });

  it("fails on somebody's lock and leaves it; previews do not mind it", async () => {
    const path = lock(process.pid);
    const report = await runStack(contextOf(), stack, present, why);
    expect(report).toMatchObject({
      status: "failed",
      reason: expect.stringContaining(`process ${process.pid}`) as unknown,
    });
    expect(runner.calls).toEqual([]);
    expect(existsSync(path)).toBe(true);
    expect((await runStack(contextOf({}, { operation: "preview" }), stack, present, why)).status).toBe("done");
  });

  it("removes a dead process's lock and reads the state anew, for it is older than what that process did", async () => {
    const path = lock(2 ** 22 + 1);
    const states = writeState(stateOf({ pending: 1 }));
    writeFileSync(join(states, "prod-c001.json.attrs"), "");
    await runStack(contextOf(), stack, present, why);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(join(states, "prod-c001.json.attrs"))).toBe(false);
    expect(runner.calls.at(-1)).toMatch(/^refresh .*--clear-pending-creates/);
  });

  it("passes the first and the second request to stop on, once each", async () => {
    const first = new AbortController();
    const second = new AbortController();
    const context = contextOf({ ending: null }, { stops: { first: first.signal, second: second.signal } });
    const running = runStack(context, stack, present, why);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(runner.interrupts).toBe(0);
    first.abort();
    second.abort();
    expect(await running).toMatchObject({ status: "interrupted" });
    expect(runner.interrupts).toBe(2);
  });
});
