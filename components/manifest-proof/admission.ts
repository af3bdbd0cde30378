import { guardrailNames } from "../../tenants/isolation/guardrails.ts";
import { labelKeys } from "../../tenants/names.ts";
import {
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  guardrailName,
} from "../manifests/admission/index.ts";
import { managedBy } from "../manifests/metadata.ts";
import { at, Faults, hasAt, type Json, listAt, type ManifestFault, ofKind, same, textAt } from "./reader.ts";

const tenantNamespaces = {
  namespaceSelector: {
    matchLabels: { [labelKeys.managedBy]: managedBy },
    matchExpressions: [{ key: labelKeys.tenant, operator: "Exists" }],
  },
};

/** Policies that judge by more than the namespace's labels: the request may take these off, or is about no namespace. */
const everywhere: ReadonlySet<string> = new Set([guardrailNames.namespaces, guardrailNames.clusterPolicies]);

/**
 * Every policy with a guardrail that the proof names is there, refuses, fails closed and leaves no namespace of a tenant out. Its expressions are
 * held to their source; what they refuse is shown on a real API server.
 */
export function admissionFaults(objects: readonly Json[]): readonly ManifestFault[] {
  const faults = new Faults("identity");
  const named = (kind: string, name: string): Json | undefined =>
    ofKind(objects, kind).find((object) => textAt(object, "metadata", "name") === name);
  for (const source of admissionPolicies) {
    const name = guardrailName(source);
    const policy = named("ValidatingAdmissionPolicy", name);
    const binding = named("ValidatingAdmissionPolicyBinding", name);
    const where = policy ?? `ValidatingAdmissionPolicy ${name}`;
    faults.need(policy !== undefined, where, "is missing");
    faults.need(binding !== undefined, `ValidatingAdmissionPolicyBinding ${name}`, "is missing");
    if (policy === undefined || binding === undefined) continue;
    policyFaults(faults, policy);
    bindingFaults(faults, binding, name);
    faults.need(same(policy["spec"], buildAdmissionPolicy(source).spec), policy, "says something else than its source");
    faults.need(
      same(binding["spec"], buildAdmissionBinding(source).spec),
      binding,
      "says something else than its source",
    );
  }
  return faults.list;
}

function policyFaults(faults: Faults, policy: Json): void {
  const { spec } = policy;
  faults.need(textAt(spec, "failurePolicy") === "Fail", policy, "lets pass what it cannot judge");
  faults.need(
    textAt(spec, "matchConstraints", "matchPolicy") === "Equivalent",
    policy,
    "can be passed by another version",
  );
  faults.need(listAt(spec, "validations").length > 0, policy, "checks nothing");
  faults.need(!hasAt(spec, "paramKind"), policy, "depends on an object that may be missing");
  for (const key of ["namespaceSelector", "objectSelector"]) {
    faults.need(!hasAt(spec, "matchConstraints", key), policy, `leaves objects out by ${key}`);
  }
  const rules = listAt(spec, "matchConstraints", "resourceRules");
  faults.need(rules.length > 0, policy, "looks at nothing");
  faults.need(!rules.some((rule) => hasAt(rule, "resourceNames")), policy, "looks at some names only");
}

function bindingFaults(faults: Faults, binding: Json, name: string): void {
  const { spec } = binding;
  faults.need(textAt(spec, "policyName") === name, binding, "binds another policy");
  faults.need(listAt(spec, "validationActions").includes("Deny"), binding, "does not deny");
  const wanted = everywhere.has(name) ? undefined : tenantNamespaces;
  const reason = "does not act in all namespaces of tenants";
  faults.need(same(at(spec, "matchResources") ?? null, wanted ?? null), binding, reason);
}
