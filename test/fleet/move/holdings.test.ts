import { expect, it } from "vitest";

import { readDocument } from "../../../fleet/move/deployment.ts";
import { holdingsIn, missingFrom } from "../../../fleet/move/holdings.ts";
import { stateWith } from "./support.ts";

const held = (text: string) => holdingsIn(readDocument(text)).get("acme") ?? new Set();
const here = JSON.stringify(stateWith("prod-c000", { tenants: ["acme"] }));
const there = JSON.stringify(stateWith("prod-c001", { tenants: ["acme"] }));

it("are the same in whichever stack the tenant is", () => {
  expect(missingFrom(held(there), held(here))).toEqual([]);
  expect(held(here).size).toBe(2);
});

it("differ by an object that is another one, and by a value that only the state has; names are told, values are not", () => {
  expect(missingFrom(held(there.replace('"id":"tenant-acme"', '"id":"tenant-other"')), held(here))).toEqual([
    "acme-namespace",
  ]);
  expect(missingFrom(held(there.replace("hush", "shush")), held(here))).toEqual(["acme-key"]);
  expect(missingFrom(new Set(), held(here))).toEqual(["acme-namespace", "acme-key"]);
});

it("do not differ by what the cluster can say as well", () => {
  const type = '"type":"kubernetes:core/v1:Namespace"';
  const told = there.replace(type, `${type},"outputs":{"phase":"Active"}`);
  expect(told).not.toBe(there);
  expect(missingFrom(held(told), held(here))).toEqual([]);
});
