import { expect, test } from "vitest";

import { exemptions } from "../../../../components/manifests/admission/actors.ts";
import {
  admissionPolicies,
  admissionPoliciesOf,
  buildAdmissionPolicy,
  type Guardrail,
} from "../../../../components/manifests/admission/index.ts";

const never = { name: "never", expression: "false" };
const always = { name: "always", expression: "true" };

const guardrail = (name: string, change: Partial<Guardrail> = {}): Guardrail => ({
  name,
  policy: "both",
  stops: `Stops ${name}.`,
  rules: [{ groups: [""], resources: ["pods"], operations: ["CREATE"] }],
  audience: "everyone",
  conditions: [always],
  validations: [{ expression: `object.metadata.name != '${name}'`, message: `no ${name}` }],
  ...change,
});

function specOf(...guardrails: readonly Guardrail[]) {
  const [policy, ...others] = admissionPoliciesOf(guardrails);
  if (policy === undefined) throw new Error("no policy was made");
  expect(others).toEqual([]);
  return buildAdmissionPolicy(policy).spec;
}

const exempted = exemptions.everyone.map(({ expression }) => `(${expression})`).join(" && ");

test("guardrails that judge at the same times have one condition, which lets go what breaks no rule and asks the authorizer last", () => {
  const [first, second] = ["object.metadata.name != 'first'", "object.metadata.name != 'second'"];
  expect(specOf(guardrail("first"), guardrail("second"))).toMatchObject({
    matchConditions: [{ name: "judged", expression: `(true) && (!(${first}) || !(${second})) && ${exempted}` }],
    variables: [],
    validations: [{ expression: first }, { expression: second }],
  });
});

test.each(["false", "object.metadata.name in variables.names", "has(namespaceObject.metadata.annotations)"])(
  "nothing is let go beforehand where a rule says %s, which a condition cannot know or which refuses everything",
  (expression) => {
    const other = guardrail("second", { validations: [{ expression, message: "no" }] });
    expect(specOf(guardrail("first"), other).matchConditions).toEqual([
      { name: "judged", expression: `(true) && ${exempted}` },
    ]);
  },
);

test.each<[string, Partial<Guardrail>]>([
  ["conditions", { conditions: [never] }],
  ["audiences", { audience: "tenants" }],
])("guardrails of one policy with different %s judge each at its own times", (_what, change) => {
  const [first, second] = [guardrail("first"), guardrail("second", change)];
  const { matchConditions, variables, validations } = specOf(first, second);
  // A condition of the policy would be one of all its guardrails.
  expect(matchConditions).toEqual([]);
  const asked = [first, second].map(({ conditions = [], audience }) => [...conditions, ...exemptions[audience]]);
  expect(variables).toEqual(expect.arrayContaining(asked.flat()));
  expect(validations).toMatchObject(
    asked.map((conditions, index) => ({
      expression: `(object.metadata.name != '${index === 0 ? "first" : "second"}') || !(${conditions.map(({ name }) => `variables.${name}`).join(" && ")})`,
    })),
  );
});

test("every policy leaves who administers guardrails alone, by its condition or in each validation", () => {
  const administers = "!authorizer.group('tenantry.dev').resource('guardrails').check('administer').allowed()";
  for (const policy of admissionPolicies) {
    const { matchConditions = [], validations = [] } = buildAdmissionPolicy(policy).spec;
    const conditions = matchConditions as readonly { expression: string }[];
    const asked = conditions.length > 0 ? conditions : (validations as readonly { expression: string }[]);
    const end = conditions.length > 0 ? `(${administers})` : "variables.notAdministrator)";
    const open = asked.filter(({ expression }) => !expression.endsWith(end));
    expect({ name: policy.name, open }).toEqual({ name: policy.name, open: [] });
  }
});
