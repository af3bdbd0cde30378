import type { TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import type { Input, NonEmpty, RoleBindingManifest, RoleManifest } from "./kubernetes.ts";
import { nonEmpty } from "./kubernetes.ts";
import { objectMetadata, tenantLabels } from "./metadata.ts";

/** Verbs an owner may hold. `escalate`, `bind`, `impersonate`, `approve` and `*` cannot be written. */
export type OwnerVerb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/**
 * Kinds an owner may be given, by API group. What is missing is missing on purpose: `serviceaccounts/token` (an identity that
 * outlives its owner), `pods/ephemeralcontainers` (CVE-2023-2728), anything cluster-wide such as nodes and persistent volumes, and
 * `namespaces` in every form (a relabelled namespace defeats every selector: CVE-2024-39690).
 */
interface OwnerResources {
  readonly "": readonly (
    | "pods"
    | "pods/log"
    | "pods/exec"
    | "pods/portforward"
    | "services"
    | "configmaps"
    | "secrets"
    | "events"
    | "serviceaccounts"
    | "persistentvolumeclaims"
    | "resourcequotas"
    | "limitranges"
  )[];
  readonly apps: readonly (
    "deployments" | "deployments/scale" | "statefulsets" | "statefulsets/scale" | "replicasets"
  )[];
  readonly batch: readonly ("jobs" | "cronjobs")[];
  readonly autoscaling: readonly "horizontalpodautoscalers"[];
  readonly policy: readonly "poddisruptionbudgets"[];
  readonly "networking.k8s.io": readonly "networkpolicies"[];
  readonly "rbac.authorization.k8s.io": readonly ("roles" | "rolebindings")[];
  readonly "gateway.networking.k8s.io": readonly ("httproutes" | "listenersets")[];
  readonly "events.k8s.io": readonly "events"[];
}

interface OwnerRule<Group extends keyof OwnerResources = keyof OwnerResources> {
  readonly group: Group;
  readonly resources: OwnerResources[Group];
  readonly verbs: NonEmpty<OwnerVerb>;
}

const read = ["get", "list", "watch"] as const;
const write = ["create", "update", "patch", "delete", "deletecollection"] as const;

function rule<Group extends keyof OwnerResources>(
  group: Group,
  resources: OwnerResources[Group],
  verbs: NonEmpty<OwnerVerb>,
): OwnerRule<Group> {
  return { group, resources, verbs };
}

/**
 * What an agent developer needs inside the namespace.
 *
 * `pods/exec` and `pods/portforward` are given: whoever may create a pod with the same secrets and service account gains nothing
 * from entering one, Pod Security binds both alike, and debugging without them drives people to build shells into images. Older
 * API servers check `get` for the websocket form of both, newer ones `create`; owners need the pair.
 */
const rules: readonly OwnerRule[] = [
  rule("", ["pods"], [...read, "delete"]),
  rule("", ["pods/log"], ["get"]),
  rule("", ["pods/exec", "pods/portforward"], ["get", "create"]),
  rule("", ["configmaps", "secrets"], [...read, ...write]),
  rule("apps", ["deployments", "statefulsets"], [...read, ...write]),
  rule("apps", ["deployments/scale", "statefulsets/scale"], ["get", "update", "patch"]),
  rule("apps", ["replicasets"], [...read]),
  rule("batch", ["jobs", "cronjobs"], [...read, ...write]),
  rule("autoscaling", ["horizontalpodautoscalers"], [...read, ...write]),
  rule("policy", ["poddisruptionbudgets"], [...read, ...write]),
  // Who may bind could hand the role to somebody of his own, or to a service account whose token outlives his access: owners
  // change in the record, where everybody sees it.
  rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], [...read]),
  rule("", ["serviceaccounts"], [...read]),
  // Bounds are there to be seen, so that a refused pod can be understood, not to be changed.
  rule("", ["resourcequotas", "limitranges", "events", "persistentvolumeclaims"], [...read]),
  rule("events.k8s.io", ["events"], [...read]),
  // RBAC cannot look inside an object, and each of these can reach past the namespace: a policy is additive and would undo
  // default-deny (capsule#649), a Service can carry externalIPs (CVE-2020-8554), a route can claim a host (gateway-api#4219).
  // Owners read them until an admission policy of the platform checks what is in them.
  rule("networking.k8s.io", ["networkpolicies"], [...read]),
  rule("", ["services"], [...read]),
  rule("gateway.networking.k8s.io", ["httproutes", "listenersets"], [...read]),
];

/** The Role of the people who own the tenant. */
export function buildOwnerRole(plan: TenantPlan, namespace: Input<string>): RoleManifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    rules: rules.map(({ group, resources, verbs }) => ({
      apiGroups: [group],
      resources: [...resources],
      verbs: [...verbs],
    })),
  };
}

/** Binds the owners to their Role; `null` when the tenant has none, because a binding without subjects binds nobody. */
export function buildOwnerBinding(plan: TenantPlan, namespace: Input<string>): RoleBindingManifest | null {
  const owners = nonEmpty(plan.owners);
  if (owners === null) return null;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: objectNames.owner },
    subjects: owners.map(({ kind, name }) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name })),
  };
}
