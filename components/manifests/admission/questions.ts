/**
 * What a policy asks, in the order that costs the API server least.
 *
 * For each policy that looks at a request it converts the object and the request into CEL's form: once where the policy has a
 * condition, and thrice more where that holds, with the namespace, for validations, messages and audit annotations, whatever these
 * say. An object that is accepted, as nearly all are, should therefore end at the condition, or meet no condition at all. Of several
 * conditions it evaluates each, whatever the first says, so there is one, in which the first part that is false is the last that is
 * looked at.
 *
 * Whom a guardrail leaves alone is settled before its rules are looked at, but for administrators, whom only the authorizer knows: a
 * rule that goes through too much ends the evaluation and refuses, and controllers have to take finalizers off whatever tenants have made.
 */
import { isDeepStrictEqual } from "node:util";

import { exemptions, notAdministrator } from "./actors.ts";
import type { AdmissionPolicy, Guardrail, NamedExpression, Validation } from "./policy.ts";

/** Condition, variables and validations of a policy. */
export interface Questions {
  /** Where it is false, the policy does not apply. None: the policy applies, and its validations ask for everything. */
  readonly condition: NamedExpression | null;
  readonly variables: readonly NamedExpression[];
  /** For each guardrail, in its order. */
  readonly validations: readonly (readonly [Guardrail, readonly Validation[]])[];
}

/** When a guardrail judges, whoever administers guardrails: its own conditions, and whose requests. */
export function conditionsOf({ conditions = [], audience }: Guardrail): readonly NamedExpression[] {
  return [...conditions, ...exemptions[audience]];
}

/** What the policy asks. */
export function questionsOf({ guardrails }: AdmissionPolicy): Questions {
  const [first, ...others] = guardrails;
  const own = guardrails.flatMap(({ variables = [] }) => variables);
  const conditions = conditionsOf(first);
  if (others.some((other) => !isDeepStrictEqual(conditionsOf(other), conditions))) return guarded(guardrails, own);
  const parts = [
    ...conditions.map(({ expression }) => expression),
    ...breaking(guardrails),
    notAdministrator.expression,
  ];
  return {
    condition: { name: "judged", expression: parts.map((part) => `(${part})`).join(" && ") },
    variables: unique(own),
    validations: guardrails.map((guardrail) => [guardrail, guardrail.validations]),
  };
}

/**
 * For guardrails that judge at different times: no condition, so that the object is converted thrice and not four times, and each
 * validation asks whether its guardrail judges.
 */
function guarded(guardrails: AdmissionPolicy["guardrails"], own: readonly NamedExpression[]): Questions {
  return {
    condition: null,
    variables: unique([...guardrails.flatMap(conditionsOf), notAdministrator, ...own]),
    validations: guardrails.map((guardrail) => {
      const lifted = conditionsOf(guardrail).map(({ name }) => `!variables.${name} || `);
      const validations = guardrail.validations.map(({ expression, message }) => ({
        expression: `${lifted.join("")}(${expression}) || !variables.${notAdministrator.name}`,
        message,
      }));
      return [guardrail, validations];
    }),
  };
}

/**
 * Lets go what breaks no rule; the validations say which one is broken. Not for guardrails that read what a condition does not have
 * (parameters and variables) or has in another form (the kind, which a condition knows as it was asked for and a validation as it was
 * matched), nor where every object is refused.
 */
function breaking(guardrails: AdmissionPolicy["guardrails"]): readonly string[] {
  const expressions = guardrails.flatMap(({ validations }) => validations.map(({ expression }) => expression));
  const untold = /\b(variables|namespaceObject|request\.(resource|kind))\b|^false$/;
  if (expressions.some((expression) => untold.test(expression))) return [];
  return [expressions.map((expression) => `!(${expression})`).join(" || ")];
}

/** One of each name; guardrails of one policy mean the same by it. */
function unique(expressions: readonly NamedExpression[]): readonly NamedExpression[] {
  return [...new Map(expressions.map((expression) => [expression.name, expression])).values()];
}
