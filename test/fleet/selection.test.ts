import { describe, expect, it } from "vitest";

import { targetsOf } from "../../fleet/targets.ts";
import { readRecorded } from "../../fleet/recorded.ts";
import { protectedNow, refuseMoves, refuseUnseen, selectStacks } from "../../fleet/selection.ts";
import { surveyFleet } from "../../fleet/survey.ts";
import { stacksInDoubt } from "../../fleet/verdict.ts";
import type { Backend } from "../../fleet/backend.ts";
import { fleetOf, stackOf, stateOf } from "./support.ts";

const fleet = fleetOf([stackOf(null), stackOf(0, ["acme"]), stackOf(1, ["globex"]), stackOf(2)]);
const current = (tenants: readonly string[]) => stateOf({ tenants });

/** A backend that holds these states. */
function backendOf(states: Readonly<Record<string, unknown>>): Backend {
  return {
    list: () => Promise.resolve(new Set(Object.keys(states))),
    read: (stack) =>
      Promise.resolve(states[stack] === "broken" ? { unreadable: "broken" } : readRecorded(states[stack])),
    locks: () => Promise.resolve([]),
    removeDeadLocks: () => Promise.resolve(0),
    mend: () => undefined,
    store: null,
  };
}

const everything = { prod: current([]), "prod-c000": current(["acme"]), "prod-c001": current(["globex"]) };
const anything = { tenants: [], changed: null, all: false };

/** Names of the stacks that have to be run. */
async function work(states: Readonly<Record<string, unknown>>, selection = {}, withPlatform = true) {
  const survey = await surveyFleet(fleet, backendOf(states));
  return selectStacks(fleet, survey, { ...anything, ...selection }, withPlatform).work.map(({ stack }) => stack.name);
}

describe("selectStacks", () => {
  it("leaves alone what is current, and a cell without tenants that was never made", async () => {
    expect(await work(everything)).toEqual([]);
    expect(await work({})).toEqual(["prod", "prod-c000", "prod-c001"]);
    expect(await work({ ...everything, "prod-c001": stateOf({ begun: "old", finished: "old" }) })).toEqual([
      "prod-c001",
    ]);
  });

  it("takes a stack on which an update was killed, whatever its state says by now", async () => {
    const survey = await surveyFleet(fleet, backendOf(everything), new Set(["prod-c001", "prod-c007"]));
    const { work: taken } = selectStacks(fleet, survey, anything, true);
    expect(taken.map(({ stack, verdict }) => [stack.name, verdict.why])).toEqual([
      ["prod-c001", "an update was killed, and none has ended well since"],
    ]);
  });

  it("takes what is current where all is asked for, yet no empty cell", async () => {
    expect(await work(everything, { all: true })).toEqual(["prod", "prod-c000", "prod-c001"]);
  });

  it("a tenant means its stack, and for an update the platform where that has work", async () => {
    expect(await work({}, { tenants: ["globex"] })).toEqual(["prod", "prod-c001"]);
    expect(await work({ prod: current([]) }, { tenants: ["globex"] })).toEqual(["prod-c001"]);
    expect(await work({}, { tenants: ["globex"] }, false)).toEqual(["prod-c001"]);
  });

  it("a tenant that is in no list any more is found where it still is", async () => {
    const states = {
      ...everything,
      "prod-c001": stateOf({ tenants: ["globex", "gone"], begun: "old", finished: "old" }),
    };
    expect(await work(states, { tenants: ["gone"] })).toEqual(["prod-c001"]);
  });

  it("a tenant that is nowhere is wrong input", async () => {
    await expect(work(everything, { tenants: ["globec"] })).rejects.toMatchObject({
      exitCode: 2,
      message: 'prod has no tenant "globec"',
      hint: expect.stringContaining("globex") as unknown,
    });
  });

  it("a git ref leaves only what has changed since", async () => {
    expect(await work({}, { changed: new Set(["prod-c001"]) }, false)).toEqual(["prod-c001"]);
  });

  it("one stack that cannot be read is tried, and stops no other", async () => {
    expect(await work({ ...everything, "prod-c000": "broken" })).toEqual(["prod-c000"]);
  });
});

describe("refuseMoves", () => {
  const refuse = async (states: Readonly<Record<string, unknown>>) =>
    refuseMoves(fleet, await surveyFleet(fleet, backendOf(states)));

  it("lets pass what is where it belongs, and what is in no list", async () => {
    await expect(refuse(everything)).resolves.toBeUndefined();
    await expect(refuse({ ...everything, "prod-c000": current(["acme", "gone"]) })).resolves.toBeUndefined();
  });

  it("names tenants that would move", async () => {
    await expect(refuse({ prod: current(["acme"]) })).rejects.toMatchObject({
      exitCode: 2,
      message:
        "tenants of prod would move between stacks: acme (prod has it, prod-c000 would make it); nothing was changed",
      hint: expect.stringMatching(/^npm run fleet -- move prod moves them/) as unknown,
    });
  });

  it("names cells that are left over and still hold something", async () => {
    await expect(refuse({ ...everything, "prod-c007": current(["gone"]) })).rejects.toMatchObject({
      exitCode: 2,
      message: "prod has 3 cells, and prod-c007 still holds gone; nothing was changed",
    });
    await expect(refuse({ ...everything, "prod-c007": current([]) })).rejects.toMatchObject({
      hint: "npm run fleet -- move prod empties it",
    });
    await expect(refuse({ ...everything, "prod-c007": { deployment: {} } })).resolves.toBeUndefined();
    // Another environment's cells are none of ours.
    await expect(refuse({ ...everything, "prod-eu-c007": current(["gone"]) })).resolves.toBeUndefined();
  });
});

describe("stacksInDoubt", () => {
  const doubts = async (states: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(stacksInDoubt(fleet, (await surveyFleet(fleet, backendOf(states))).readings));

  it("a stack that would make somebody new waits for every state, for one may hold the tenant", async () => {
    expect(await doubts({ ...everything, "prod-c001": current([]), "prod-c000": "broken" })).toEqual({
      "prod-c001": "the state of prod-c000 cannot be read, and may hold globex; mend that state first",
    });
    expect(Object.keys(await doubts({ prod: "broken" }))).toEqual(["prod-c000", "prod-c001"]);
  });

  it("its twins: where all can be read, and where nobody is new", async () => {
    expect(await doubts({ ...everything, "prod-c001": current([]) })).toEqual({});
    expect(await doubts({ ...everything, "prod-c000": "broken" })).toEqual({});
  });
});

it("targets of a repair are whole names", () => {
  const targets = targetsOf("acme");
  expect(targets).toContain("**::acme");
  expect(targets).toContain("**::acme-namespace");
  expect(targets).toContain("**::acme-generated.*");
  expect(targets.filter((target) => target.endsWith("-*") || target.endsWith("acme*"))).toEqual([]);
});

describe("a removal of everything", () => {
  const beyond = async (state: unknown) => surveyFleet(fleet, backendOf({ ...everything, "prod-c003": state }));

  it("is refused where nobody can say whom a cell beyond the last one holds: the guardrails would go before it", async () => {
    const unseen = await beyond("broken");
    expect(() => refuseUnseen(fleet, unseen, [])).toThrow(
      "prod-c003, beyond the 3 cells of prod, may hold tenants: broken; nothing was removed",
    );
    // Of named tenants only: the platform stays.
    expect(() => refuseUnseen(fleet, unseen, ["acme"])).not.toThrow();
    const seen = await beyond(current([]));
    expect(() => refuseUnseen(fleet, seen, [])).not.toThrow();
    const known = await surveyFleet(fleet, backendOf({ ...everything, "prod-c001": "broken" }));
    expect(() => refuseUnseen(fleet, known, [])).not.toThrow();
  });

  it("asks once more who is protected when a stack's turn has come", () => {
    const guarding = { ...readRecorded(current(["acme", "globex"])), protected: ["globex"] };
    expect(protectedNow(guarding, [])).toBe("globex: protected by now; nothing was removed");
    expect(protectedNow(guarding, ["globex"])).not.toBeNull();
    expect(protectedNow(guarding, ["acme"])).toBeNull();
    expect(protectedNow({ ...guarding, protected: [] }, [])).toBeNull();
    expect(protectedNow(null, [])).toBeNull();
  });
});
