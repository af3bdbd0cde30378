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
  rule("", ["pods"], [...read, ...write]),
  rule("", ["pods/log"], ["get"]),
  rule("", ["pods/exec", "pods/portforward"], ["get", "create"]),
  rule("", ["configmaps", "secrets"], [...read, ...write]),
  rule("apps", ["deployments", "statefulsets"], [...read, ...write]),
  rule("apps", ["deployments/scale", "statefulsets/scale"], ["get", "update", "patch"]),
  rule("apps", ["replicasets"], [...read]),
  rule("batch", ["jobs", "cronjobs"], [...read, ...write]),
  rule("autoscaling", ["horizontalpodautoscalers"], [...read, ...write]),
  rule("policy", ["poddisruptionbudgets"], [...read, ...write]),
  // What these may hold is checked by admission, since RBAC cannot look inside an object: which hosts, which peers, which
  // subjects. A Role gives nothing that its author lacks, the API server sees to that.
  rule("", ["services", "serviceaccounts"], [...read, ...write]),
  rule("networking.k8s.io", ["networkpolicies"], [...read, ...write]),
  rule("gateway.networking.k8s.io", ["httproutes", "listenersets"], [...read, ...write]),
  rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], [...read, ...write]),
  // Bounds are there to be seen, so that a refused pod can be understood, not to be changed.
  rule("", ["resourcequotas", "limitranges", "events", "persistentvolumeclaims"], [...read]),
  rule("events.k8s.io", ["events"], [...read]),
];

/**
 * What is left without guardrails: looking, and neither secrets nor ways into a pod. Nothing would check what an owner writes, and a
 * budget of nothing holds up everybody's nodes, a Secret of the right type mints a token without end.
 */
const unguardedRules: readonly OwnerRule[] = [
  rule("", ["pods", "services", "configmaps", "serviceaccounts"], [...read]),
  rule("", ["pods/log"], ["get"]),
  rule("", ["resourcequotas", "limitranges", "events", "persistentvolumeclaims"], [...read]),
  rule("events.k8s.io", ["events"], [...read]),
  rule("apps", ["deployments", "statefulsets", "replicasets"], [...read]),
  rule("batch", ["jobs", "cronjobs"], [...read]),
  rule("autoscaling", ["horizontalpodautoscalers"], [...read]),
  rule("policy", ["poddisruptionbudgets"], [...read]),
  rule("networking.k8s.io", ["networkpolicies"], [...read]),
  rule("gateway.networking.k8s.io", ["httproutes", "listenersets"], [...read]),
  rule("rbac.authorization.k8s.io", ["roles", "rolebindings"], [...read]),
];

/**
 * The Role of the people who own the tenant.
 *
 * @param guarded Whether the cluster has the guardrails of this package; owners only look where it has not.
 */
export function buildOwnerRole(plan: TenantPlan, namespace: Input<string>, guarded: boolean): RoleManifest {
  const granted = guarded ? rules : unguardedRules;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    rules: granted.map(({ group, resources, verbs }) => ({
      apiGroups: [group],
      resources: [...resources],
      verbs: [...verbs],
    })),
  };
}

/**
 * Binds the owners to their Role, and the account of the same name that the platform issues short tokens for where the cluster is
 * guarded: admission then keeps it out of pods. `null` when there is nobody to bind.
 */
export function buildOwnerBinding(
  plan: TenantPlan,
  namespace: Input<string>,
  guarded: boolean,
): RoleBindingManifest | null {
  const people = plan.owners.map(({ kind, name }) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name }));
  const account = { kind: "ServiceAccount", name: objectNames.owner, namespace };
  const subjects = nonEmpty(guarded ? [...people, account] : people);
  if (subjects === null) return null;
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: objectMetadata(objectNames.owner, namespace, tenantLabels(plan)),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: objectNames.owner },
    subjects: [...subjects],
  };
}
