import { describe, expect, it } from "vitest";

import { formatProblem, InputError } from "../../tenants/errors.ts";
import { inspectEnvironment, planEnvironment } from "../../tenants/plan.ts";
import type { BadInput } from "./bad-input/case.ts";
import { cellsCases } from "./bad-input/cells.ts";
import { charactersCases } from "./bad-input/characters.ts";
import { disputedCases } from "./bad-input/disputed.ts";
import { environmentCases } from "./bad-input/environment.ts";
import { filesCases } from "./bad-input/files.ts";
import { hostsCases } from "./bad-input/hosts.ts";
import { identityCases } from "./bad-input/identity.ts";
import { networkCases } from "./bad-input/network.ts";
import { numbersCases } from "./bad-input/numbers.ts";
import { schemaCases } from "./bad-input/schema.ts";
import { secretsCases } from "./bad-input/secrets.ts";
import { valuesCases } from "./bad-input/values.ts";
import { loadText, messagesOf } from "./support/project.ts";

const tables: Readonly<Record<string, readonly BadInput[]>> = {
  "files and keys": filesCases,
  "texts without quotes": disputedCases,
  "characters that act": charactersCases,
  secrets: secretsCases,
  "the shape of a record": schemaCases,
  "single values": valuesCases,
  ids: identityCases,
  cells: cellsCases,
  hosts: hostsCases,
  "numbers that must agree": numbersCases,
  "network, owners and labels": networkCases,
  "the environment": environmentCases,
};

it("accepts the sound environment that every case changes", () => {
  expect(messagesOf({})).toEqual([]);
});

describe.each(Object.entries(tables))("bad input: %s", (_, cases) => {
  it.each(cases)("$name", ({ expected, files = {}, ...stack }) => {
    const loaded = loadText(stack, files);
    expect(inspectEnvironment(loaded).problems.map(formatProblem)).toEqual(expected);
    expect(expected).not.toEqual([]);
    expect(() => planEnvironment(loaded)).toThrow(InputError);
  });
});

it("has a table of at least 60 cases, each with a name of its own", () => {
  const names = Object.values(tables)
    .flat()
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});

it("never repeats a secret", () => {
  const messages = secretsCases.flatMap(({ expected }) => expected).join("\n");
  expect(messages).not.toContain("hunter2");
});
