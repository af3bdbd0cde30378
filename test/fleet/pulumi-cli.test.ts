import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { PulumiCli, reasonIn } from "../../fleet/pulumi-cli.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tenantry-cli-"));
  mkdirSync(join(root, "bin"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Finds a CLI that does this. */
function find(script: string): Promise<PulumiCli> {
  writeFileSync(join(root, "bin", "pulumi"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return PulumiCli.find({ directory: root, environment: "prod", variables: { ONE: "of all" }, pulumiRoot: root });
}

describe("the Pulumi CLI", () => {
  it.each(["v3.259.0", "v3.220.0", "v3.300.1-alpha.4"])("may be %s", async (version) => {
    await expect(find(`echo ${version}`)).resolves.toBeInstanceOf(PulumiCli);
  });

  it.each(["v3.219.9", "v4.0.0", "what?"])("may not be %s", async (version) => {
    await expect(find(`echo ${version}`)).rejects.toThrow(`is of version ${version}; >=3.220.0 <4 is needed`);
  });

  it("says why it does not start", async () => {
    await expect(find("echo 'error: broken' >&2; exit 1")).rejects.toThrow("broken");
    const nowhere = { directory: root, environment: "prod", variables: {}, pulumiRoot: join(root, "none") };
    await expect(PulumiCli.find(nowhere)).rejects.toThrow("ENOENT");
  });

  it("gets the variables of all runs and those of one, and prints into a file that only its owner reads", async () => {
    const cli = await find('[ "$1" = version ] && echo v3.259.0 || echo "$ONE $TWO"');
    const log = join(root, "log");
    expect(await cli.start(["up"], log, { TWO: "of one" }).ended).toBe(0);
    expect(await cli.start(["up"], log).ended).toBe(0);
    expect(readFileSync(log, "utf8")).toBe("of all of one\nof all \n");
  });

  it("is noted where it takes a lock, for a lock that stays in a bucket is removed only when it is ours", async () => {
    const cli = await find('[ "$1" = version ] && echo v3.259.0 || echo $$');
    const notes = join(root, "started");
    await cli.ask(["stack", "export"]);
    expect(existsSync(notes)).toBe(false);
    const asked = await cli.ask(["stack", "import", "--stack", "prod-c001"], { logs: root });
    expect(readFileSync(notes, "utf8")).toMatch(new RegExp(`^${asked.trim()} [0-9]+ prod-c001\n$`));
    await cli.ask(["stack", "init", "prod-c003"], { logs: root, stack: "prod-c003" });
    expect(readFileSync(notes, "utf8")).toMatch(/ prod-c001\n[0-9]+ [0-9]+ prod-c003\n$/);
    expect(await cli.start(["up", "--stack", "prod-c002"], join(root, "log")).ended).toBe(0);
    expect(readFileSync(notes, "utf8")).toMatch(/ prod-c003\n[0-9]+ [0-9]+ prod-c002\n$/);
  });
});

it("the reason of a failure is what the CLI calls an error", () => {
  expect(reasonIn("warning: x\nerror: no stack named 'prod' found\nerror: other\n")).toBe(
    "no stack named 'prod' found",
  );
  expect(reasonIn("nothing of the kind")).toBeNull();
});
