import { isDeepStrictEqual } from "node:util";

import type { types } from "@pulumi/kubernetes";

import { labelKeys } from "../../../tenants/names.ts";
import type { Metadata } from "../kubernetes.ts";
import { managedBy } from "../metadata.ts";
import type { Audience } from "./actors.ts";
import { conditionsOf, questionsOf } from "./questions.ts";

/** Which requests a policy looks at. */
export interface ResourceRule {
  /** API groups; `""` is the core group. Every version of them: an older one must not be a way around. */
  readonly groups: readonly string[];
  /** Plural names, with subresources as `pods/ephemeralcontainers`; `*` is every resource without its subresources. */
  readonly resources: readonly string[];
  readonly operations: readonly ("CREATE" | "UPDATE" | "DELETE" | "CONNECT")[];
}

/** One thing that must hold, and what people read when it does not: which rule, and what to do instead. */
export interface Validation {
  /** CEL; true admits. */
  readonly expression: string;
  readonly message: string;
}

/** A named CEL expression. */
export interface NamedExpression {
  /** Identifier of CEL: a policy that carries several guardrails has their conditions as variables. */
  readonly name: string;
  readonly expression: string;
}

/** A guardrail of the cluster, without what all of them share. */
export interface Guardrail {
  /** Name after the prefix `tenantry-`; frozen, because Pulumi and people know the policy by it. */
  readonly name: string;
  /** What it stops, for people and for the documentation, with the public source of the escape. */
  readonly stops: string;
  /** Policy that carries it, for guardrails on the same kinds. @default one of its own, by the guardrail's name */
  readonly policy?: string;
  /** Policy that has to stand first, because it judges what this guardrail leaves to it. @default none */
  readonly after?: string;
  readonly rules: readonly ResourceRule[];
  /** What the rules would match and this policy leaves alone. @default none */
  readonly except?: readonly ResourceRule[];
  /** Whose requests it judges. */
  readonly audience: Audience;
  /** `tenants`: only requests in tenants' namespaces. `cluster`: the conditions alone decide. @default "tenants" */
  readonly scope?: "tenants" | "cluster";
  /** All have to hold, or the guardrail does not judge. @default none */
  readonly conditions?: readonly NamedExpression[];
  /** @default none */
  readonly variables?: readonly NamedExpression[];
  readonly validations: readonly [Validation, ...Validation[]];
}

/**
 * A policy of the cluster, with every guardrail that it carries: they have the same rules, exceptions and scope. The API server converts
 * the object up to four times for each policy that looks at it, which costs more than what is asked of it then, so guardrails on
 * the same kinds share one.
 */
export interface AdmissionPolicy {
  /** Name after the prefix `tenantry-`; frozen, because Pulumi and people know the policy by it. */
  readonly name: string;
  readonly guardrails: readonly [Guardrail, ...Guardrail[]];
}

/** A policy's rules, as the API server takes them. */
export interface AdmissionPolicyManifest {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicy";
  metadata: Metadata;
  spec: types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;
}

/** Where a policy's rules act. */
export interface AdmissionBindingManifest {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicyBinding";
  metadata: Metadata;
  spec: types.input.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec;
}

/** Name of a guardrail, as refusals give it; of a policy and its binding too. */
export function guardrailName(guardrail: Pick<Guardrail | AdmissionPolicy, "name">): string {
  return `tenantry-${guardrail.name}`;
}

/**
 * The policies that carry these guardrails, in the order of the first of each. Throws where guardrails of one policy differ in what a
 * policy has once: all but the first would judge other requests than they say.
 */
export function admissionPoliciesOf(guardrails: readonly Guardrail[]): readonly AdmissionPolicy[] {
  const policies = new Map<string, [Guardrail, ...Guardrail[]]>();
  for (const guardrail of guardrails) {
    const name = guardrail.policy ?? guardrail.name;
    const carried = policies.get(name);
    if (carried === undefined) policies.set(name, [guardrail]);
    else {
      for (const other of carried) assertAlike(name, other, guardrail);
      carried.push(guardrail);
    }
  }
  return [...policies].map(([name, carried]) => ({ name, guardrails: carried }));
}

function assertAlike(policy: string, one: Guardrail, other: Guardrail): void {
  const [mine, theirs] = [sharedBy(one), sharedBy(other)];
  const differing = Object.keys(mine).find((key) => !isDeepStrictEqual(mine[key], theirs[key]));
  const meanings = new Map(named(one).map(({ name, expression }) => [name, expression]));
  const renamed = named(other).find(({ name, expression }) => (meanings.get(name) ?? expression) !== expression);
  const what = differing ?? (renamed === undefined ? null : `the expression ${renamed.name}`);
  if (what !== null) throw new Error(`${one.name} and ${other.name} share the policy ${policy}, and differ in ${what}`);
}

/** What a policy has once, for all guardrails in it. */
function sharedBy({ rules, except = [], scope = "tenants" }: Guardrail) {
  return { rules, except, scope } as Readonly<Record<string, unknown>>;
}

function named(guardrail: Guardrail): readonly NamedExpression[] {
  return [...conditionsOf(guardrail), ...(guardrail.variables ?? [])];
}

const apiVersion = "admissionregistration.k8s.io/v1";

function metadata(policy: AdmissionPolicy): Metadata {
  return {
    name: guardrailName(policy),
    labels: { [labelKeys.managedBy]: managedBy, [labelKeys.partOf]: "tenantry" },
    annotations: { "tenantry.dev/stops": policy.guardrails.map(({ stops }) => stops).join(" ") },
  };
}

function resourceRule({ groups, resources, operations }: ResourceRule) {
  return { apiGroups: [...groups], apiVersions: ["*"], resources: [...resources], operations: [...operations] };
}

/** The policy, as an object. It fails closed: an expression that cannot be evaluated refuses. */
export function buildAdmissionPolicy(policy: AdmissionPolicy): AdmissionPolicyManifest {
  const { rules, except = [] } = policy.guardrails[0];
  const { condition, variables, validations } = questionsOf(policy);
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: metadata(policy),
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        // Equivalent: a request for another version or group of the same kind is converted and judged all the same.
        matchPolicy: "Equivalent",
        resourceRules: rules.map(resourceRule),
        ...(except.length === 0 ? {} : { excludeResourceRules: except.map(resourceRule) }),
      },
      matchConditions: condition === null ? [] : [{ ...condition }],
      variables: variables.map((variable) => ({ ...variable })),
      validations: validations.flatMap(([guardrail, asked]) =>
        asked.map(({ expression, message }) => ({
          expression,
          message: `${guardrailName(guardrail)}: ${message}`,
          reason: "Forbidden",
        })),
      ),
    },
  };
}

/** The binding of a policy: it denies, and leaves a line in the audit log where there is one. */
export function buildAdmissionBinding(policy: AdmissionPolicy): AdmissionBindingManifest {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: metadata(policy),
    spec: {
      policyName: guardrailName(policy),
      validationActions: ["Deny", "Audit"],
      ...(policy.guardrails[0].scope === "cluster"
        ? {}
        : {
            matchResources: {
              namespaceSelector: {
                matchLabels: { [labelKeys.managedBy]: managedBy },
                matchExpressions: [{ key: labelKeys.tenant, operator: "Exists" }],
              },
            },
          }),
    },
  };
}
