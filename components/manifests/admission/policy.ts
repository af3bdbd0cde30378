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

/** A guardrail's rules, as the API server takes them. */
export interface AdmissionPolicyManifest {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicy";
  metadata: Metadata;
  spec: types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec;
}

/** Where a guardrail's rules act. */
export interface AdmissionBindingManifest {
  apiVersion: "admissionregistration.k8s.io/v1";
  kind: "ValidatingAdmissionPolicyBinding";
  metadata: Metadata;
  spec: types.input.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec;
}

/** Name of a guardrail's policy and of its binding. */
export function guardrailName(guardrail: Pick<Guardrail, "name">): string {
  return `tenantry-${guardrail.name}`;
}

const apiVersion = "admissionregistration.k8s.io/v1";

function metadata(guardrail: Guardrail): Metadata {
  return {
    name: guardrailName(guardrail),
    labels: { [labelKeys.managedBy]: managedBy, [labelKeys.partOf]: "tenantry" },
    annotations: { "tenantry.dev/stops": guardrail.stops },
  };
}

function resourceRule({ groups, resources, operations }: ResourceRule) {
  return { apiGroups: [...groups], apiVersions: ["*"], resources: [...resources], operations: [...operations] };
}

/** The policy of a guardrail. It fails closed: an expression that cannot be evaluated refuses. */
export function buildAdmissionPolicy(guardrail: Guardrail): AdmissionPolicyManifest {
  const { rules, except = [], audience, conditions = [], variables = [], validations } = guardrail;
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicy",
    metadata: metadata(guardrail),
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
      variables: variables.map((variable) => ({ ...variable })),
      validations: validations.map(({ expression, message }) => ({
        expression,
        message: `${guardrailName(guardrail)}: ${message}`,
        reason: "Forbidden",
      })),
    },
  };
}

/** The binding of a guardrail: it denies, and leaves a line in the audit log where there is one. */
export function buildAdmissionBinding(guardrail: Guardrail): AdmissionBindingManifest {
  return {
    apiVersion,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: metadata(guardrail),
    spec: {
      policyName: guardrailName(guardrail),
      validationActions: ["Deny", "Audit"],
      ...(guardrail.scope === "cluster"
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
