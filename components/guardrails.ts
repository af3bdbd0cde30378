import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
} from "./manifests/admission/index.ts";

/** Makes the guardrails of a cluster, each policy and its binding; returns what must exist before tenants' people come in. */
export function createGuardrailPolicies(
  name: string,
  clusterIdentifier: string,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } = kubernetes.admissionregistration.v1;
  new kubernetes.rbac.v1.ClusterRole(
    `${name}-guardrails-administrator`,
    buildGuardrailsAdministrator(clusterIdentifier),
    opts,
  );
  return admissionPolicies.flatMap((policy) => [
    new ValidatingAdmissionPolicy(`${name}-guardrail.${policy.name}`, buildAdmissionPolicy(policy), opts),
    new ValidatingAdmissionPolicyBinding(
      `${name}-guardrail-binding.${policy.name}`,
      buildAdmissionBinding(policy),
      opts,
    ),
  ]);
}
