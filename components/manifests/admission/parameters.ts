import type { GuardrailsPlan } from "../../../tenants/model.ts";
import type { NamedExpression } from "./policy.ts";

/**
 * What the guardrails know of a tenant: annotations of its namespace.
 *
 * Annotations, and not a params object: the API server hands the namespace to every policy, so nothing has to be watched or can be
 * missing. An object inside the namespace would be deleted in the middle of the namespace's own deletion, and from then on every
 * policy that needs it would refuse the controllers that take finalizers off: a namespace that never goes. The namespace is
 * platform-owned and `tenantry-namespaces` freezes it.
 */
export const parameterAnnotations = {
  hosts: "tenantry.dev/hosts",
  registries: "tenantry.dev/image-registries",
  digests: "tenantry.dev/image-digests",
  pulls: "tenantry.dev/image-pulls",
  storageClasses: "tenantry.dev/storage-classes",
  priorityClasses: "tenantry.dev/priority-classes",
  runtimeClasses: "tenantry.dev/runtime-classes",
} as const;

/** Name of one parameter. */
export type Parameter = keyof typeof parameterAnnotations;

/** The annotations of a tenant's namespace. No value holds a comma: each is a host, a class or the beginning of an image. */
export function parametersOf(plan: GuardrailsPlan): Record<string, string> {
  return {
    [parameterAnnotations.hosts]: plan.hosts.join(","),
    [parameterAnnotations.registries]: plan.registries === "any" ? "*" : plan.registries.join(","),
    [parameterAnnotations.digests]: plan.digests,
    [parameterAnnotations.pulls]: plan.pulls,
    [parameterAnnotations.storageClasses]: plan.storageClasses.join(","),
    [parameterAnnotations.priorityClasses]: plan.priorityClasses.join(","),
    [parameterAnnotations.runtimeClasses]: plan.runtimeClasses.join(","),
  };
}

/** A variable that holds a parameter as a list of texts. An annotation that is missing gives an empty list: nothing is allowed. */
export function listParameter(parameter: Parameter): NamedExpression {
  const key = parameterAnnotations[parameter];
  const annotations = "namespaceObject.metadata.annotations";
  return {
    name: parameter,
    expression: `has(${annotations}) && '${key}' in ${annotations} ? ${annotations}['${key}'].split(',') : []`,
  };
}
