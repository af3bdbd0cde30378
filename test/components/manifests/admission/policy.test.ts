import { expect, test } from "vitest";

import {
  admissionPolicies,
  admissionPoliciesOf,
  buildAdmissionPolicy,
  type Guardrail,
  guardrails,
} from "../../../../components/manifests/admission/index.ts";

/** What the API server knows of a policy as a whole, and so of every guardrail in it. */
function common({ rules, except, audience, scope, conditions }: Guardrail): unknown {
  return { rules, except, audience, scope, conditions };
}

test("every guardrail is in one policy", () => {
  expect(admissionPolicies.flatMap(({ guardrails: carried }) => carried.map(({ name }) => name)).sort()).toEqual(
    guardrails.map(({ name }) => name).sort(),
  );
  const names = admissionPolicies.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("guardrails of one policy judge the same requests, and mean the same by a variable's name", () => {
  const shared = admissionPolicies.filter(({ guardrails: carried }) => carried.length > 1);
  expect(shared.map(({ name }) => name)).toEqual(["pods"]);
  for (const { guardrails: carried } of shared) {
    for (const guardrail of carried)
      expect({ [guardrail.name]: common(guardrail) }).toEqual({ [guardrail.name]: common(carried[0]) });
    const meanings = new Map<string, Set<string>>();
    for (const { name, expression } of carried.flatMap(({ variables = [] }) => variables)) {
      meanings.set(name, (meanings.get(name) ?? new Set()).add(expression));
    }
    expect([...meanings].filter(([, expressions]) => expressions.size > 1)).toEqual([]);
  }
});

test("a policy asks what each of its guardrails asks, in the name of that guardrail", () => {
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
