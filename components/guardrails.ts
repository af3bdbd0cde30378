import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

import {
  type AdmissionPolicy,
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
  const policies = new Map<string, pulumi.Resource>();
  const make = (policy: AdmissionPolicy): pulumi.Resource => {
    const standing = policies.get(policy.name);
    if (standing !== undefined) return standing;
    const dependsOn = policiesBefore(policy).map(make);
    const options = dependsOn.length === 0 ? opts : { ...opts, dependsOn };
    const made = new ValidatingAdmissionPolicy(
      `${name}-guardrail.${policy.name}`,
      buildAdmissionPolicy(policy),
      options,
    );
    policies.set(policy.name, made);
    return made;
  };
  return admissionPolicies.flatMap((policy) => [
    make(policy),
    new ValidatingAdmissionPolicyBinding(
      `${name}-guardrail-binding.${policy.name}`,
      buildAdmissionBinding(policy),
      opts,
    ),
  ]);
}

/** Policies that have to stand before this one. Throws where a guardrail names one that is not there. */
function policiesBefore({ guardrails }: AdmissionPolicy): readonly AdmissionPolicy[] {
  return guardrails.flatMap(({ name, after }) => {
    if (after === undefined) return [];
    const before = admissionPolicies.find((policy) => policy.name === after);
    if (before === undefined) throw new Error(`${name} comes after the policy ${after}, which does not exist`);
    return [before];
  });
}
