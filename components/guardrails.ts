import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import {
  buildAdmissionBinding,
  buildAdmissionPolicy,
  buildGuardrailsAdministrator,
  guardrails,
} from "./manifests/admission/index.ts";

/** Makes the guardrails of a cluster, a policy and its binding each; returns what must exist before tenants' people come in. */
export function createGuardrailPolicies(name: string, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
  const { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } = kubernetes.admissionregistration.v1;
  new kubernetes.rbac.v1.ClusterRole(`${name}-guardrails-administrator`, buildGuardrailsAdministrator(), opts);
  return guardrails.flatMap((guardrail) => [
    new ValidatingAdmissionPolicy(`${name}-guardrail.${guardrail.name}`, buildAdmissionPolicy(guardrail), opts),
    new ValidatingAdmissionPolicyBinding(
      `${name}-guardrail-binding.${guardrail.name}`,
      buildAdmissionBinding(guardrail),
      opts,
    ),
  ]);
}
