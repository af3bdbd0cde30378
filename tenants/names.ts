import type { TenantId } from "./model.ts";

/**
 * Every role a resource of a tenant can have in Pulumi's state. Frozen: a logical name is an identity, so renaming a role
 * needs an alias and a line in the changelog. The logical name is `<id>-<role>`; the object's own name inside the
 * namespace is shorter and listed in `objectNames`.
 */
export const roles = [
  "namespace",
  "quota",
  "limits",
  "default-deny",
  "allow-dns",
  "allow-same-namespace",
  "allow-edge",
  "allow-monitoring",
  "allow-shared-services",
  "allow-egress",
  "allow-peers",
  "owner",
  "owner-binding",
  "config",
  "secrets",
  "generated",
  "runtime",
  "runtime-account",
  "runtime-headless",
  "runtime-service",
  "runtime-workload",
  "runtime-autoscaler",
  "runtime-budget",
  "dashboard",
  "dashboard-account",
  "dashboard-service",
  "dashboard-workload",
  "dashboard-autoscaler",
  "dashboard-budget",
  "listeners",
  "certificate",
  "route",
] as const;

/** One of the frozen roles. */
export type Role = (typeof roles)[number];

/** Logical name of a tenant's resource: `<id>-<role>`, plus `-<detail>` where a role has several members. */
export function logicalName(id: TenantId | string, role: Role, detail?: string): string {
  return detail === undefined ? `${id}-${role}` : `${id}-${role}-${detail}`;
}

/** Name of the tenant's namespace. The prefix keeps tenants apart from `kube-system` and its like. */
export function namespaceName(id: TenantId | string): string {
  return `tenant-${id}`;
}

/** Names of the objects inside a tenant's namespace; the namespace already says whose they are. */
export const objectNames = {
  quota: "tenant",
  limits: "tenant",
  owner: "owner",
  config: "config",
  secrets: "secrets",
  runtime: "runtime",
  runtimeHeadless: "runtime-headless",
  dashboard: "dashboard",
  route: "tenant",
  listeners: "tenant",
} as const;

/** Labels and annotations that are ours. `managedBy` marks what tenants may only read. */
export const labelKeys = {
  managedBy: "app.kubernetes.io/managed-by",
  name: "app.kubernetes.io/name",
  instance: "app.kubernetes.io/instance",
  component: "app.kubernetes.io/component",
  partOf: "app.kubernetes.io/part-of",
  tenant: "tenantry.dev/tenant",
  tier: "tenantry.dev/tier",
} as const;

/** The one label that the API server itself sets on a namespace and no tenant can spoof (KEP-2161). */
export const namespaceNameLabel = "kubernetes.io/metadata.name";
