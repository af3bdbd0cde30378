import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  guardrails,
} from "../../../../components/manifests/admission/index.ts";
import { buildNamespace } from "../../../../components/manifests/namespace.ts";
import { fullPlan } from "../../../support/plans.ts";

test("names are different and stay so", () => {
  const names = guardrails.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  // A name may not begin another one's: Pulumi's logical names are made of them with a dot.
  expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
});

test.each(admissionPolicies.map((policy) => [policy.name, policy] as const))("%s fails closed", (_name, policy) => {
  const { spec } = buildAdmissionPolicy(policy);
  expect(spec).toMatchObject({ failurePolicy: "Fail", matchConstraints: { matchPolicy: "Equivalent" } });
  expect(buildAdmissionBinding(policy).spec).toMatchObject({ validationActions: ["Deny", "Audit"] });
  // A parameter object could be missing; annotations of the namespace cannot.
  expect(spec).not.toHaveProperty("paramKind");
});

test("the namespace carries every parameter that an expression reads", () => {
  const { annotations = {} } = buildNamespace(fullPlan).metadata;
  const expressions = JSON.stringify(admissionPolicies.map(buildAdmissionPolicy));
  const read = new Set(expressions.match(/tenantry\.dev\/[a-z-]+(?=')/g));
  read.delete("tenantry.dev/tenant");
  expect(read.size).toBeGreaterThan(0);
  expect([...read].filter((key) => !(key in annotations))).toEqual([]);
});

test("docs/isolation.md lists every guardrail, with what it stops", () => {
  const path = join(import.meta.dirname, "..", "..", "..", "..", "docs", "isolation.md");
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `tenantry-"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name, stops, judges]) => [name, stops, judges]);
  expect(rows).toEqual(guardrails.map(({ name, stops, audience }) => [`\`tenantry-${name}\``, stops, audience]));
});
