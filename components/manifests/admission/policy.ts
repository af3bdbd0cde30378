import { isDeepStrictEqual } from "node:util";

import type { types } from "@pulumi/kubernetes";

import { labelKeys } from "../../../tenants/names.ts";
import type { Metadata } from "../kubernetes.ts";
import { managedBy } from "../metadata.ts";
import { exemptions, type Audience } from "./actors.ts";

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
  readonly name: string;
  readonly expression: string;
}

/** A guardrail of the cluster, without what all of them share. */
export interface Guardrail {
  /** Name after the prefix `tenantry-`; frozen, because Pulumi and people know the policy by it. */
  readonly name: string;
  /** What it stops, for people and for the documentation, with the public source of the escape. */
  readonly stops: string;
  /** Policy that carries it, for guardrails that judge the same requests. @default one of its own, by the guardrail's name */
  readonly policy?: string;
  readonly rules: readonly ResourceRule[];
  /** What the rules would match and this policy leaves alone. @default none */
  readonly except?: readonly ResourceRule[];
  /** Whose requests it judges. */
  readonly audience: Audience;
  /** `tenants`: only requests in tenants' namespaces. `cluster`: the conditions alone decide. @default "tenants" */
  readonly scope?: "tenants" | "cluster";
  /** All have to hold, or the policy does not apply. @default none */
  readonly conditions?: readonly NamedExpression[];
  /** @default none */
  readonly variables?: readonly NamedExpression[];
  readonly validations: readonly [Validation, ...Validation[]];
}

/**
 * A policy of the cluster, with every guardrail that it carries: they have the same rules, exceptions, audience, scope and conditions.
 * The API server converts the object up to four times for each policy that looks at it, which costs more than what is asked of it
 * then, so guardrails of the same requests share one.
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
  const meanings = new Map(one.variables?.map(({ name, expression }) => [name, expression]));
  const variable = other.variables?.find(({ name, expression }) => (meanings.get(name) ?? expression) !== expression);
  const what = differing ?? (variable === undefined ? null : `the variable ${variable.name}`);
  if (what !== null) throw new Error(`${one.name} and ${other.name} share the policy ${policy}, and differ in ${what}`);
}

/** What a policy has once, for all guardrails in it. */
function sharedBy({ rules, except = [], audience, scope = "tenants", conditions = [] }: Guardrail) {
  return { rules, except, audience, scope, conditions } as Readonly<Record<string, unknown>>;
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
  const { rules, except = [], audience, conditions = [] } = policy.guardrails[0];
  // Guardrails of one policy read the same variables, which it may state once only.
  const variables = new Map(
    policy.guardrails.flatMap(({ variables: own = [] }) => own.map((variable) => [variable.name, variable])),
  );
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
      // The cheap conditions first: most requests in a cluster are none of ours.
      matchConditions: [...conditions, ...exemptions[audience]].map((condition) => ({ ...condition })),
      variables: [...variables.values()].map((variable) => ({ ...variable })),
      validations: policy.guardrails.flatMap((guardrail) =>
        guardrail.validations.map(({ expression, message }) => ({
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
