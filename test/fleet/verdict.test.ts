import { describe, expect, it, test } from "vitest";

import { readRecorded } from "../../fleet/recorded.ts";
import { hasWork, misplacedTenants, verdictOf, type Reading } from "../../fleet/verdict.ts";
import { fleetOf, partUrn, stackOf, stateOf, tenantUrn, urnOf } from "./support.ts";

const stack = stackOf(1, ["acme"]);
const verdict = (state: Parameters<typeof stateOf>[0]) => verdictOf(stack, readRecorded(stateOf(state)));

describe("readRecorded", () => {
  it("reads a state file and an export alike", () => {
    const file = stateOf({ tenants: ["globex", "acme"] });
    const recorded = readRecorded(file);
    expect(recorded).toEqual(readRecorded({ version: 3, deployment: file.checkpoint.latest }));
    expect(recorded).toMatchObject({
      begun: "now",
      finished: { fingerprint: "now", resources: 7 },
      resources: 7,
      pending: 0,
    });
    expect(recorded.tenants).toEqual(["acme", "globex"]);
  });

  it("knows who is protected: whom the program remembers, and who has a part that the engine protects", () => {
    const file = stateOf({ tenants: ["globex", "acme"] });
    const { resources } = file.checkpoint.latest;
    const part = {
      urn: partUrn("globex", "namespace"),
      type: "kubernetes:core/v1:Namespace",
      parent: tenantUrn("globex"),
    };
    const withPart = (protect: boolean, outputs: object) =>
      readRecorded({
        version: 3,
        deployment: {
          resources: [...resources, { ...part, protect }, { urn: "urn:other", type: "other", protect: true }].map(
            (one) => (one.type === "pulumi:pulumi:Stack" ? { ...one, outputs } : one),
          ),
        },
      }).protected;
    expect(withPart(false, {})).toEqual([]);
    expect(withPart(true, {})).toEqual(["globex"]);
    expect(withPart(true, { protectedTenants: ["initech", "globex"] })).toEqual(["globex", "initech"]);
  });

  it("knows whose creation was cut off: it may be in the cluster, and is in no state", () => {
    const workload = urnOf("tenantry:index:TenantStack$tenantry:index:Dashboard", "acme-dashboard");
    const creating = (parent: string, { type = "creating", custom = true } = {}) => ({
      type,
      resource: { urn: "urn:any", type: "any", custom, parent },
    });
    const of = (...pending: readonly object[]) => {
      const { resources } = stateOf().checkpoint.latest;
      return readRecorded({ version: 3, deployment: { resources, pending_operations: pending } }).creating;
    };
    // A tenant whose component the state has is found through it; its namespace says by itself whose it is.
    expect(of(creating(workload), creating(tenantUrn("globex")), creating(tenantUrn("globex")))).toEqual([
      "acme",
      "globex",
    ]);
    // Its twins: of the platform, a component, and what is in the state all the same.
    expect(of(creating(urnOf("tenantry:index:Platform", "prod")), { type: "creating" })).toEqual([]);
    expect(of(creating(tenantUrn("acme"), { custom: false }))).toEqual([]);
    expect(of(creating(tenantUrn("acme"), { type: "updating" }))).toEqual([]);
  });

  it("reads a stack that was made and never updated", () => {
    const nothing = { begun: null, finished: null, resources: 0, pending: 0, creating: [], tenants: [], protected: [] };
    expect(readRecorded({ version: 3, checkpoint: { stack: "prod-c001" } })).toMatchObject(nothing);
    expect(readRecorded({ version: 3, checkpoint: { latest: { resources: null } } })).toMatchObject(nothing);
    expect(readRecorded({ version: 3, deployment: {} })).toMatchObject(nothing);
  });

  it("does not take a broken state for an empty one", () => {
    for (const broken of [null, 7, {}, { checkpoint: 7 }, { checkpoint: { latest: { resources: "x" } } }]) {
      expect(() => readRecorded(broken), JSON.stringify(broken)).toThrow();
    }
  });
});

describe("verdictOf", () => {
  test.each([
    ["the last finished update made what the files want", {}, "current", "nothing changed"],
    ["the files want something else", { begun: "old", finished: "old" }, "changed", "changed"],
    [
      "a later update began and did not end",
      { begun: "new", finished: "now" },
      "unfinished",
      "the last update did not end",
    ],
    ["the files went back after it", { begun: "now", finished: "old" }, "unfinished", "the last update did not end"],
    ["no update ever ended", { finished: null }, "unfinished", "no update has ended yet"],
    ["a removal failed after the outputs were written", { missing: -2 }, "unfinished", "2 removals are left"],
    ["a refresh has dropped what is gone", { missing: 3 }, "unfinished", "3 resources are gone"],
    ["the engine was killed", { pending: 1 }, "unfinished", "1 operation was cut off"],
  ] as const)("%s", (_what, state, expected, why) => {
    expect(verdict(state)).toEqual({ state: expected, why });
  });

  it("tells what was never made from what has no tenants", () => {
    expect(verdictOf(stack, null)).toEqual({ state: "new", why: "never made" });
    expect(verdictOf(stackOf(1), null)).toEqual({ state: "empty", why: "no tenants" });
    expect(verdictOf(stackOf(null), null)).toEqual({ state: "new", why: "never made" });
    // Destroyed: the stack is there and holds nothing.
    expect(verdictOf(stack, readRecorded({ version: 3, deployment: {} }))).toMatchObject({ state: "new" });
  });

  it("a cell whose last tenant went still has work: to remove it", () => {
    expect(verdictOf(stackOf(1, [], "without"), readRecorded(stateOf()))).toMatchObject({ state: "changed" });
  });

  it("an environment of one stack has no record, and is left to Pulumi", () => {
    const own = { ...stackOf(null, ["acme"]), recorded: false };
    expect(verdictOf(own, readRecorded(stateOf({ finished: null })))).toMatchObject({ state: "unrecorded" });
    expect(verdictOf(own, readRecorded(stateOf({ finished: null, pending: 2 })))).toMatchObject({
      state: "unfinished",
    });
    expect(verdictOf(own, null)).toMatchObject({ state: "new" });
  });

  it("what cannot be read has work, so that it is tried and reported", () => {
    expect(verdictOf(stack, { unreadable: "its state cannot be read: x" })).toMatchObject({ state: "broken" });
  });

  it("only what is current or empty has no work", () => {
    const states = ["new", "changed", "unfinished", "current", "empty", "unrecorded", "broken"] as const;
    expect(states.filter((state) => hasWork({ state, why: "" }))).toEqual([
      "new",
      "changed",
      "unfinished",
      "unrecorded",
      "broken",
    ]);
  });
});

test("misplacedTenants finds what one stack holds and another would make, and nothing else", () => {
  const fleet = fleetOf([stackOf(null), stackOf(0, ["acme"]), stackOf(1, ["globex"])]);
  const holds = (tenants: readonly string[]) => readRecorded(stateOf({ tenants }));
  const readings = new Map<string, Reading>([
    ["prod", holds(["acme"])],
    ["prod-c000", holds(["gone"])],
    ["prod-c001", holds(["globex"])],
    ["prod-c002", { unreadable: "broken" }],
  ]);
  expect(misplacedTenants(fleet, readings)).toEqual([{ tenant: "acme", holds: "prod", wants: "prod-c000" }]);
});
