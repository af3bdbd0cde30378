import type { GuardrailsPlan } from "../model.ts";
import type { EnvironmentSpec, TenantSpec } from "../schema.ts";
import { defaultHost } from "./network.ts";

/** What admission holds a tenant's own objects to. */
export function planGuardrails(environment: EnvironmentSpec, spec: TenantSpec): GuardrailsPlan {
  const { images, storage, classes, gateway } = environment;
  return {
    hosts: ascending(gateway === undefined ? [] : [defaultHost(environment, spec.id), ...spec.domains]),
    registries: images.registries === undefined ? "any" : ascending(images.registries),
    digests: images.requireDigest ? "required" : "any",
    pulls: plannedPulls(images.pullPolicy),
    storageClasses: ascending(storage.classes),
    priorityClasses: ascending(classes.priority),
    runtimeClasses: ascending(classes.runtime),
  };
}

/** The same rule by which the plan's own workloads pull; a digest from a cache is at least the image that was meant. */
function plannedPulls(policy: EnvironmentSpec["images"]["pullPolicy"]): GuardrailsPlan["pulls"] {
  switch (policy) {
    case undefined:
      return "always-for-tags";
    case "Always":
      return "always";
    case "IfNotPresent":
      return "any";
    default:
      return policy satisfies never;
  }
}

function ascending(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
