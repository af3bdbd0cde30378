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

const administers = "!authorizer.group('tenantry.dev').resource('guardrails').check('administer').allowed()";

test("guardrails that judge at the same times have one condition: whom they judge, whether a rule is broken, the authorizer last", () => {
  const [first, second] = ["object.metadata.name != 'first'", "object.metadata.name != 'second'"];
  const [exempt] = exemptions.tenants;
  const both = [guardrail("first", { audience: "tenants" }), guardrail("second", { audience: "tenants" })];
  expect(specOf(...both)).toMatchObject({
    matchConditions: [
      {
        name: "judged",
        expression: `(true) && (${exempt?.expression}) && (!(${first}) || !(${second})) && (${administers})`,
      },
    ],
    variables: [],
    validations: [{ expression: first }, { expression: second }],
  });
});

test.each([
  "false",
  "object.metadata.name in variables.names",
  "has(namespaceObject.metadata.annotations)",
  "request.resource.resource == 'pods'",
  "request.kind.kind == 'Pod'",
])("nothing is let go beforehand where a rule says %s", (expression) => {
  const other = guardrail("second", { validations: [{ expression, message: "no" }] });
  expect(specOf(guardrail("first"), other).matchConditions).toEqual([
    { name: "judged", expression: `(true) && (${administers})` },
  ]);
});

test.each<[string, Partial<Guardrail>, string]>([
  ["conditions", { conditions: [never] }, "!variables.never || "],
  ["audiences", { audience: "tenants" }, "!variables.always || !variables.notController || "],
])("guardrails of one policy with different %s judge each at its own times", (_what, change, judges) => {
  const [first, second] = [guardrail("first"), guardrail("second", change)];
  const { matchConditions, variables, validations } = specOf(first, second);
  // A condition of the policy would be one of all its guardrails.
  expect(matchConditions).toEqual([]);
  const asked = [first, second].flatMap(({ conditions = [], audience }) => [...conditions, ...exemptions[audience]]);
  expect(variables).toEqual(expect.arrayContaining([...asked, { name: "notAdministrator", expression: administers }]));
  expect(validations).toMatchObject([
    { expression: "!variables.always || (object.metadata.name != 'first') || !variables.notAdministrator" },
    { expression: `${judges}(object.metadata.name != 'second') || !variables.notAdministrator` },
  ]);
});

test("every policy leaves who administers guardrails alone, and asks for that last", () => {
  for (const policy of admissionPolicies) {
    const { matchConditions = [], validations = [] } = buildAdmissionPolicy(policy).spec;
    const conditions = matchConditions as readonly { expression: string }[];
    const asked = conditions.length > 0 ? conditions : (validations as readonly { expression: string }[]);
    const end = conditions.length > 0 ? `(${administers})` : " || !variables.notAdministrator";
    const open = asked.filter(({ expression }) => !expression.endsWith(end));
    expect({ name: policy.name, open }).toEqual({ name: policy.name, open: [] });
  }
});
