import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it } from "vitest";

import { madeUpState, writeMadeUpCells, type CellIdentity } from "../../../bench/fleet/made-up.ts";
import { readRecorded } from "../../../fleet/recorded.ts";
import { stateOf } from "../../fleet/support.ts";

const real: CellIdentity = { stack: "prod-c001", fingerprint: "f-real", tenants: ["a-0", "a-01"] };
const other: CellIdentity = { stack: "prod-c002", fingerprint: "f-other", tenants: ["a-01", "b-1"] };
const state = JSON.stringify(stateOf({ begun: "f-real", finished: "f-real", tenants: real.tenants }));

it("says of another cell what the real state says of its own, also where names contain each other", () => {
  const made = madeUpState(state, real, other);
  expect(readRecorded(JSON.parse(made))).toEqual({
    ...readRecorded(JSON.parse(state)),
    begun: "f-other",
    finished: { fingerprint: "f-other", resources: 7 },
    tenants: ["a-01", "b-1"],
  });
  expect(made).not.toContain("prod-c001");
});

it("refuses a cell of another size, whose state would be of another size as well", () => {
  expect(() => madeUpState(state, real, { ...other, tenants: ["b"] })).toThrow(
    "prod-c002 has another size than prod-c001",
  );
});

it("writes the states beside the real one and leaves that alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-made-up-"));
  try {
    writeFileSync(join(folder, "prod-c001.json"), state);
    writeMadeUpCells(folder, real, [other]);
    expect(readFileSync(join(folder, "prod-c001.json"), "utf8")).toBe(state);
    expect(readFileSync(join(folder, "prod-c002.json"), "utf8")).toContain("f-other");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
