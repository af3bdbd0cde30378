import { describe, expect, test } from "vitest";

import { captureCommand as run } from "../support/command-line.ts";
import { stateFolder } from "./support/state-folder.ts";

const state = stateFolder();

describe("move", () => {
  /** A cell that the environment has no more, with the tenants of a finished update; or of one that did not end. */
  function surplus(tenants: readonly string[], begun = "old"): void {
    const urn = (type: string, name: string): string => `urn:pulumi:prod-c000::tenantry::${type}::${name}`;
    const root = urn("pulumi:pulumi:Stack", "tenantry-prod-c000");
    const finished = { fingerprint: "old", resources: tenants.length + 1 };
    const resources = [
      { urn: root, type: "pulumi:pulumi:Stack", outputs: { fleet: { finished } } },
      { urn: urn("tenantry:index:Update", "update"), type: "tenantry:index:Update", inputs: { fingerprint: begun } },
      ...tenants.map((id) => {
        const type = "tenantry:index:TenantStack";
        return { urn: urn(type, id), type, parent: root };
      }),
    ];
    state.write("prod-c000", { resources });
  }

  test("with everybody in place needs no Pulumi", async () => {
    const { exitCode, stdout, stderr } = await run("fleet", "move", "prod");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe("Every tenant of prod is where it belongs.\n");
  });

  test("as a dry run says who would move, for people and for scripts, and needs no Pulumi", async () => {
    surplus(["northwind"]);
    const { exitCode, stdout, stderr } = await run("fleet", "move", "prod", "--dry-run");
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain("  prod-c000 -> prod: 1 (northwind)\n  to be empty then: prod-c000\n");
    const scripts = await run("fleet", "move", "prod", "--dry-run", "--json");
    expect(JSON.parse(scripts.stdout)).toMatchObject({
      verb: "move",
      dryRun: true,
      tenants: [{ tenant: "northwind", from: ["prod-c000"], to: "prod", status: "planned" }],
    });
  });

  test("is refused with everything that is in the way; a dry run tells it and ends with 1", async () => {
    surplus(["northwind", "gone"], "later");
    const { exitCode, stderr } = await run("fleet", "move", "prod");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /nothing was changed: prod-c000: it holds gone, which is in no list any more; prod-c000: its last update did not end/,
    );
    expect((await run("fleet", "move", "prod", "--dry-run")).exitCode).toBe(1);
  });
});
