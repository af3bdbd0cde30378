import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { PulumiEnding } from "../../fleet/pulumi-cli.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import type { RunContext } from "../../fleet/run-context.ts";
import { present, pretendedRunner, stack, up, why } from "./pretended-runner.ts";
import { stackOf, stateOf, step, tenantUrn } from "./support.ts";

describe("runStack", () => {
  const runner = pretendedRunner();
  const { contextOf, runStack } = runner;

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
    expect(runner.calls).toEqual([up]);
    expect(readdirSync(join(runner.folder, "logs"))).toEqual(["prod-c001.log"]);
  });

  it("makes a stack that is missing, with the environment's secrets provider and without a file for it", async () => {
    expect((await runStack(contextOf(), stack, null, why)).status).toBe("done");
    expect(runner.calls).toEqual(["stack init prod-c001 --no-select --secrets-provider awskms://key", up]);
    expect(existsSync(join(runner.folder, "Pulumi.prod-c001.yaml"))).toBe(false);
    // It takes a lock, and may be killed.
    await runStack(contextOf(), stackOf(null), null, why);
    expect(runner.noted).toEqual(["prod-c001", "prod"]);
  });

  it("makes a cell's stack by itself where the files say whole how to encrypt and the folder has the layout that it knows", async () => {
    const state = join(runner.folder, "state", ".pulumi", "stacks", "tenantry", "prod-c001.json");
    const encrypted = "encryptionsalt: v1:salt\nconfig: {}\n";
    const attempt = async (settings: string, layout: string | null, change: Partial<RunContext> = {}) => {
      rmSync(join(runner.folder, "state"), { recursive: true, force: true });
      mkdirSync(join(runner.folder, "state", ".pulumi"), { recursive: true });
      if (layout !== null) writeFileSync(join(runner.folder, "state", ".pulumi", "meta.yaml"), layout);
      writeFileSync(join(runner.folder, "Pulumi.prod.yaml"), settings);
      runner.calls = [];
      expect((await runStack({ ...contextOf(), ...change }, stack, null, why)).status).toBe("done");
      const [first] = runner.calls;
      return { byCli: first !== up, state: existsSync(state) ? readFileSync(state, "utf8") : null };
    };
    const made = '{"version":3,"checkpoint":{"stack":"organization/tenantry/prod-c001"}}';
    expect(await attempt(encrypted, "version: 1\n")).toEqual({ byCli: false, state: made });
    expect(await attempt("secretsprovider: awskms://key\nencryptedkey: abc\n", "version: 1")).toMatchObject({
      byCli: false,
    });
    // Its twins: no key yet, no salt yet, another layout, none, and states that are to be packed.
    const byCli = { byCli: true, state: null };
    expect(await attempt("secretsprovider: awskms://key\n", "version: 1\n")).toEqual(byCli);
    expect(await attempt("config: {}\n", "version: 1\n")).toEqual(byCli);
    expect(await attempt(encrypted, "version: 2\n")).toEqual(byCli);
    expect(await attempt(encrypted, null)).toEqual(byCli);
    const packed = { ...contextOf().location, variables: { PULUMI_DIY_BACKEND_GZIP: "true" } };
    expect(await attempt(encrypted, "version: 1\n", { location: packed })).toEqual(byCli);
  });

  it("makes the environment's own stack with that provider too, which Pulumi would else replace by a passphrase", async () => {
    await runStack(contextOf(), stackOf(null), null, why);
    expect(runner.calls[0]).toBe("stack init prod --no-select --secrets-provider awskms://key");
    writeFileSync(join(runner.folder, "Pulumi.prod.yaml"), "encryptionsalt: v1:salt\nconfig: {}\n");
    runner.calls = [];
    await runStack(contextOf(), stackOf(null), null, why);
    expect(runner.calls[0]).toBe("stack init prod --no-select");
  });

  it("previews a stack that is missing from the plan alone", async () => {
    const report = await runStack(contextOf({}, { operation: "preview" }), stack, null, { why: "never made" });
    expect(report).toMatchObject({ status: "done", tenants: { acme: "created" }, log: null });
    expect(runner.calls).toEqual([]);
  });

  it("hands refresh and targets on", async () => {
    const same = readRecorded(stateOf());
    await runStack(contextOf({}, { refresh: true }), stack, same, { ...why, targets: ["**::acme"] });
    expect(runner.calls[0]).toContain(
      "up --yes --skip-preview --refresh --run-program --target **::acme --suppress-outputs",
    );
  });

  it("says that an update of some tenants began where the files are others than those of the last whole one", async () => {
    const targets = ["**::acme"];
    const begun = "--target **::acme --target **::tenantry:index:Update::update --suppress-outputs";
    await runStack(contextOf(), stack, present, { ...why, targets });
    await runStack(contextOf(), stack, readRecorded(stateOf({ finished: null })), { ...why, targets });
    expect(runner.calls).toEqual([expect.stringContaining(begun), expect.stringContaining(begun)]);
    // Its twins: a removal, which is made of no files, and a stack that keeps no record.
    runner.calls = [];
    await runStack(contextOf({}, { operation: "destroy" }), stack, present, { ...why, targets });
    await runStack(contextOf(), { ...stack, recorded: false }, present, { ...why, targets });
    expect(runner.calls).toHaveLength(2);
    expect(runner.calls.join()).not.toContain("Update");
  });

  it("tells the first error that says something", async () => {
    const errors = ["update failed", "quota exceeded: pods\nmore", "other"].map((message) => {
      return { diagnosticEvent: { severity: "error", message } };
    });
    const failed = await runStack(contextOf({ ending: 255, events: errors }), stack, present, why);
    expect(failed).toMatchObject({ status: "failed", reason: "quota exceeded: pods" });
    const told = { diagnosticEvent: { severity: "error", message: "cannot reach postgres://u:hush@db/states" } };
    const masked = await runStack(contextOf({ ending: 255, events: [told] }), stack, present, why);
    expect(masked.reason).toBe("cannot reach postgres://...@db/states");
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

  it("has a process run the program, except for a removal, and tells when it is that process that ended", async () => {
    const lent: (PulumiEnding | null)[] = [];
    const ends = (ending: PulumiEnding | null): RunContext["programs"] => ({
      run: (work) => {
        lent.push(ending);
        return work({ address: "unix:program", ending, residentBytes: 0, end: () => undefined, kill: () => undefined });
      },
    });
    const reason = async (program: PulumiEnding | null, change: Partial<RunContext> = {}): Promise<string> => {
      const pretended = { ending: 255, output: "error: reset by peer\n" };
      return (await runStack(contextOf(pretended, { programs: ends(program), ...change }), stack, present, why)).reason;
    };
    expect(await reason("SIGKILL")).toBe("the program's process ended with SIGKILL");
    // Its twins: it runs on, or ended by itself because the engine was gone.
    expect(await reason(null)).toBe("reset by peer");
    expect(await reason(0)).toBe("reset by peer");
    expect(await reason("SIGKILL", { operation: "destroy" })).toBe("reset by peer");
    expect(lent).toEqual(["SIGKILL", null, 0]);
    expect(runner.calls.at(-1)).toMatch(/^destroy (?!.*--client)/);
  });
});
