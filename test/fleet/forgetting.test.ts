import { describe, expect, it } from "vitest";

import { cutOffTenants, forgettingNow, refuseForgetting } from "../../fleet/forgetting.ts";
import type { FleetVerb } from "../../fleet/fleet.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import type { Reading } from "../../fleet/verdict.ts";
import { stateOf } from "./support.ts";

const untold = [{ stack: "prod-c001", tenants: ["acme", "globex"] }];
const of = (verb: FleetVerb, ...planned: readonly string[]) => ({
  verb,
  environment: "prod",
  planned: new Set(planned),
});

describe("refuseForgetting", () => {
  it.each(["up", "preview", "repair"] as const)("refuses %s without one of them", (verb) => {
    expect(() => refuseForgetting(of(verb, "acme"), untold)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message:
          "pulumi was killed while it made globex (prod-c001), and no state tells what of them exists; nothing was changed",
        hint: "put their records back, run npm run fleet -- up prod, and then remove them",
      }),
    );
    expect(() => refuseForgetting(of(verb, "acme", "globex"), untold)).not.toThrow();
  });

  it("refuses a removal, which goes by states, and lets status look", () => {
    expect(() => refuseForgetting(of("destroy", "acme", "globex"), untold)).toThrow(/acme, globex \(prod-c001\)/);
    expect(() => refuseForgetting(of("destroy", "acme"), [])).not.toThrow();
    expect(() => refuseForgetting(of("status"), untold)).not.toThrow();
  });
});

describe("creations that were cut off", () => {
  const cut = { ...readRecorded(stateOf()), pending: 1, creating: ["acme"] };

  it("are told by the states that can be read", () => {
    const readings = new Map<string, Reading>([
      ["prod", null],
      ["prod-c000", { unreadable: "broken" }],
      ["prod-c001", cut],
      ["prod-c002", readRecorded(stateOf({ pending: 1 }))],
    ]);
    expect(cutOffTenants(readings)).toEqual([{ stack: "prod-c001", tenants: ["acme"] }]);
  });

  it("are asked for once more when a stack's turn has come", () => {
    expect(forgettingNow(of("up"), "prod-c001", cut)).toMatch(
      /^pulumi was killed while it made acme \(prod-c001\).*; put their records back, run npm run fleet -- up prod/,
    );
    expect(forgettingNow(of("up", "acme"), "prod-c001", cut)).toBeNull();
    expect(forgettingNow(of("destroy", "acme"), "prod-c001", cut)).toMatch(/; run npm run fleet -- up prod, and then/);
    expect(forgettingNow(of("status"), "prod-c001", cut)).toBeNull();
    expect(forgettingNow(of("up"), "prod-c001", null)).toBeNull();
  });
});
