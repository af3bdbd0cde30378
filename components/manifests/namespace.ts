import type { TenantPlan } from "../../tenants/model.ts";
import { parametersOf } from "./admission/parameters.ts";
import type { NamespaceManifest } from "./kubernetes.ts";
import { tenantLabels } from "./metadata.ts";

/** Annotation with the name people know the tenant by; an annotation, because a label value cannot hold every name. */
export const displayNameAnnotation = "tenantry.dev/name";

/**
 * Labels that switch Pod Security on. The version is pinned: an API server upgrade must not change what is admitted.
 * https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function podSecurityLabels(level: "restricted" | "baseline", version: string): { [key: string]: string } {
  const modes = ["enforce", "audit", "warn"] as const;
  return Object.fromEntries(
    modes.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, level],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]),
  );
}

/** The tenant's namespace. `kubernetes.io/metadata.name` is not ours to set: the API server owns it. */
export function buildNamespace(plan: TenantPlan): NamespaceManifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: plan.namespace,
      labels: { ...tenantLabels(plan), ...podSecurityLabels("restricted", plan.podSecurityVersion) },
      annotations: { [displayNameAnnotation]: plan.name, ...parametersOf(plan.guardrails) },
    },
  };
}
