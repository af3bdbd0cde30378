import type { TenantId } from "./model.ts";

/**
 * Every role a resource of a tenant can have in Pulumi's state. Frozen: a logical name is an identity, so renaming a role
 * needs an alias and a line in the changelog. The logical name is `<id>-<role>`; the object's own name inside the
 * namespace is shorter and listed in `objectNames`.
 */
export const roles = [
  "namespace",
  "quota",
  "priority-quota",
  "affinity-quota",
  "limits",
  "default-deny",
  "default-deny-tenants",
  "allow-dns",
  "allow-same-namespace",
  "allow-edge",
  "allow-monitoring",
  "allow-shared-services",
  "allow-egress",
  "allow-peers",
  "owner",
  "owner-account",
  "owner-binding",
  "config",
  "secrets",
  "generated",
  "rollout-key",
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

/**
 * Logical name of a tenant's resource: `<id>-<role>`, plus `.<detail>` where a role has several members. Neither ids nor roles
 * contain a dot, so whatever the detail is (a host name, a peer's id), it can never read as another id or role.
 *
 * The law, for any two different ids that are accepted (`idPattern`, no `forbiddenSuffix`): no name of one, its component's name
 * `<id>` included, is a name of the other, nor `<id>-<role>.` the beginning of one. A name therefore has one reading. As mere
 * text, `acme` and `tenant-acme` do begin `acme-corp` and `tenant-acme-corp`; that is harmless because everything is selected by
 * the whole name and nothing by its beginning.
 */
export function logicalName(id: TenantId | string, role: Role, detail?: string): string {
  return detail === undefined ? `${id}-${role}` : `${id}-${role}.${detail}`;
}

/** Grammar of a tenant id: 2 to 30 characters, so that every name made from it fits 63 and nothing is ever truncated. */
export const idPattern = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])$/;

/**
 * Ends that no id may have after a dash: every role and every dash-prefix of a role. Without this, tenant `acme-runtime` would
 * own the name that tenant `acme` gives its runtime. Prefixes count although today's roles alone would not need all of them:
 * ids never change, roles are added (`allow-...`), and an id accepted now should stay unambiguous then. A new role that goes on
 * after an old one (`runtime-mirror`) needs a look at the ids in use, because `acme-runtime-mirror` has been a valid one.
 */
export const forbiddenIdSuffixes: ReadonlySet<string> = new Set(
  roles.flatMap((role) => {
    const parts = role.split("-");
    return parts.map((_, index) => parts.slice(0, index + 1).join("-"));
  }),
);

/** The end of an id that clashes with a role, or `null`. `acme-runtime` gives `runtime`. */
export function forbiddenSuffix(id: string): string | null {
  const parts = id.split("-");
  const suffixes = parts.slice(1).map((_, index) => parts.slice(index + 1).join("-"));
  return suffixes.find((suffix) => forbiddenIdSuffixes.has(suffix)) ?? null;
}

/** Grammar of a secret's name: that of an environment variable, at most 63 characters. */
export const secretNamePattern = /^[A-Z][A-Z0-9_]{0,62}$/;

/** Ids that mean something else to Kubernetes, Pulumi, DNS or Tenantry itself. */
export const reservedIds: ReadonlySet<string> = new Set([
  ...[
    "admin",
    "api",
    "app",
    "apps",
    "auth",
    "console",
    "dashboard",
    "gateway",
    "ingress",
    "login",
    "mail",
    "ns",
    "status",
    "www",
  ],
  ...["default", "kube", "kubernetes", "localhost", "local", "node", "public", "root", "svc", "system"],
  ...[
    "all",
    "any",
    "cluster",
    "edge",
    "environment",
    "global",
    "monitoring",
    "none",
    "null",
    "platform",
    "pulumi",
    "shared",
  ],
  // Names of environments: a tenant of that name would have a host that reads as the environment's.
  ...[
    "dev",
    "development",
    "preview",
    "prod",
    "production",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "test",
    "testing",
    "uat",
  ],
  // The key of an encrypted value in Pulumi's configuration: a tenant of that name could not have secrets of its own.
  "secure",
  ...["tenant", "tenants", "tenantry", "true", "false", "undefined", "update"],
]);

/** Beginnings that belong to Kubernetes and to us; `tenant-` is the prefix of every namespace. */
export const reservedIdPrefixes = ["kube-", "kubernetes-", "system-", "tenant-", "tenantry-", "xn--"] as const;

/** What is left of an id in systems that drop dashes or fold them (SQL schemas, metrics, buckets): ids equal here collide. */
export function foldId(id: string): string {
  return id.replaceAll("-", "");
}

/** Name of the Secret in the tenant's namespace that holds the certificate of one host. */
export function tlsSecretName(host: string): string {
  return `tls-${host}`;
}

/** Name of the tenant's namespace, different for different ids. The prefix keeps tenants apart from `kube-system` and its like. */
export function namespaceName(id: TenantId | string): string {
  return `tenant-${id}`;
}

/**
 * Name of the ClusterNetworkPolicy of a tenant's namespace: different for different namespaces, and beside other software's policies,
 * with which it shares the cluster, recognisable as ours.
 */
export function clusterPolicyName(namespace: string): string {
  return `tenantry-${namespace}`;
}

/** Names of the objects inside a tenant's namespace; the namespace already says whose they are. */
export const objectNames = {
  quota: "tenant",
  priorityQuota: "no-system-priority",
  affinityQuota: "no-foreign-affinity",
  limits: "tenant",
  owner: "owner",
  config: "config",
  secrets: "secrets",
  runtime: "runtime",
  dashboard: "dashboard",
  route: "tenant",
  listeners: "tenant",
} as const;

/** Labels and annotations that are ours. `managedBy` marks what tenants may only read. */
export const labelKeys = {
  managedBy: "app.kubernetes.io/managed-by",
  name: "app.kubernetes.io/name",
  instance: "app.kubernetes.io/instance",
  partOf: "app.kubernetes.io/part-of",
  tenant: "tenantry.dev/tenant",
  tier: "tenantry.dev/tier",
} as const;

/** The one label that the API server itself sets on a namespace and no tenant can spoof (KEP-2161). */
export const namespaceNameLabel = "kubernetes.io/metadata.name";
