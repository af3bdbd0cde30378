import { clusterAnnotation, guardrailsAdministrator } from "../components/manifests/admission/index.ts";

/** Where a cluster says whose platform stands on it, if one does: the role of those who administer the guardrails. */
export const platformRolePath = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${guardrailsAdministrator}`;

/** The cluster's identifier of the environment whose platform this role belongs to; `undefined` where the role does not say. */
export function platformOwner(role: unknown): string | undefined {
  const { metadata } = role as { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } };
  return metadata?.annotations?.[clusterAnnotation];
}
