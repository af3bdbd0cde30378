import { expect, test } from "vitest";

import {
  admissionPolicies,
  admissionPoliciesOf,
  buildAdmissionPolicy,
  type Guardrail,
  guardrails,
} from "../../../../components/manifests/admission/index.ts";

const guardrail = (name: string, variable: string): Guardrail => ({
  name,
  policy: "both",
  stops: `Stops ${name}.`,
  rules: [{ groups: [""], resources: ["pods"], operations: ["CREATE"] }],
  audience: "everyone",
  variables: [
    { name: "shared", expression: "1" },
    { name: variable, expression: "2" },
  ],
  validations: [{ expression: "false", message: `no ${name}` }],
});

test("every guardrail is in one policy", () => {
  expect(admissionPolicies.flatMap(({ guardrails: carried }) => carried.map(({ name }) => name)).sort()).toEqual(
    guardrails.map(({ name }) => name).sort(),
  );
  const names = admissionPolicies.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("the guardrails of pods and templates share a policy, and no others do", () => {
  const shared = admissionPolicies.filter(({ guardrails: carried }) => carried.length > 1);
  expect(shared.map(({ name }) => name)).toEqual(["pods"]);
});

test.each<[string, Partial<Guardrail>]>([
  ["rules", { rules: [{ groups: [""], resources: ["pods"], operations: ["UPDATE"] }] }],
  ["except", { except: [{ groups: [""], resources: ["pods/status"], operations: ["CREATE"] }] }],
  ["scope", { scope: "cluster" }],
  ["the expression shared", { variables: [{ name: "shared", expression: "3" }] }],
  ["the expression shared", { conditions: [{ name: "shared", expression: "3" }], variables: [] }],
])("guardrails that differ in %s are in no policy together, in whatever place", (what, change) => {
  const [first, second, third] = [guardrail("first", "a"), guardrail("second", "b"), guardrail("third", "c")];
  const message = new RegExp(`share the policy both, and differ in ${what}$`);
  expect(() => admissionPoliciesOf([{ ...first, ...change }, second])).toThrow(message);
  expect(() => admissionPoliciesOf([first, second, { ...third, ...change }])).toThrow(message);
});

test("what a guardrail leaves out is what it would say by default", () => {
  const spelt: Guardrail = { ...guardrail("second", "b"), except: [], scope: "tenants", conditions: [] };
  expect(admissionPoliciesOf([guardrail("first", "a"), spelt])).toHaveLength(1);
});

test("a policy asks what each of its guardrails asks, in the name of that guardrail", () => {
  const [policy, ...others] = admissionPoliciesOf([guardrail("first", "a"), guardrail("second", "b")]);
  if (policy === undefined) throw new Error("no policy was made");
  expect(others).toEqual([]);
  const { metadata, spec } = buildAdmissionPolicy(policy);
  expect(metadata).toMatchObject({
    name: "tenantry-both",
    annotations: { "tenantry.dev/stops": "Stops first. Stops second." },
  });
  expect(spec).toMatchObject({
    variables: [{ name: "shared" }, { name: "a" }, { name: "b" }],
    validations: [{ message: "tenantry-first: no first" }, { message: "tenantry-second: no second" }],
  });
});
