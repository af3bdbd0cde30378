/**
 * What a tenant's owners may do inside their namespace, as data: the Role of the owners is made of it and the isolation proof reads
 * it, so that both always speak of the same rights.
 */

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

/** One rule of the owners' Role: these verbs on these kinds of one API group. */
export interface OwnerRule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const read = ["get", "list", "watch"] as const;
const write = ["create", "update", "patch", "delete", "deletecollection"] as const;

function rule<Group extends keyof OwnerResources>(
  group: Group,
  resources: OwnerResources[Group],
  verbs: readonly [OwnerVerb, ...OwnerVerb[]],
): OwnerRule {
  return { group, resources, verbs };
}

/**
 * What an agent developer needs inside the namespace.
 *
 * `pods/exec` and `pods/portforward` are given: whoever may create a pod with the same secrets and service account gains nothing
 * from entering one, Pod Security binds both alike, and debugging without them drives people to build shells into images. Older
 * API servers check `get` for the websocket form of both, newer ones `create`; owners need the pair.
 */
export const ownerRules: readonly OwnerRule[] = [
  rule("", ["pods"], [...read, ...write]),
  rule("", ["pods/log"], ["get"]),
  rule("", ["pods/exec", "pods/portforward"], ["get", "create"]),
  rule("", ["configmaps", "secrets"], [...read, ...write]),
  rule("apps", ["deployments", "statefulsets"], [...read, ...write]),
  rule("apps", ["deployments/scale", "statefulsets/scale"], ["get", "update", "patch"]),
  rule("apps", ["replicasets"], [...read]),
  rule("batch", ["jobs", "cronjobs"], [...read, ...write]),
  rule("autoscaling", ["horizontalpodautoscalers"], [...read, ...write]),
  // Nobody who shares nodes may hold up their emptying, and the wrong budget does for ever: over bare pods, or a Job's, none may be
  // evicted, whatever the budget says. Admission cannot tell, because it sees no pods. The platform makes those of its own workloads.
  rule("policy", ["poddisruptionbudgets"], [...read]),
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
 * What is left to owners without guardrails: looking, and neither secrets nor ways into a pod. Nothing would check what they write,
 * and a Service takes over anybody's address, a Secret of the right type mints a token without end.
 */
export const unguardedOwnerRules: readonly OwnerRule[] = [
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
 * What Kubernetes gives everybody who has logged in, through the ClusterRole `system:basic-user`: questions about oneself. They
 * tell nothing of others.
 */
export const everybodyRules: readonly OwnerRule[] = [
  {
    group: "authorization.k8s.io",
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
    verbs: ["create"],
  },
  { group: "authentication.k8s.io", resources: ["selfsubjectreviews"], verbs: ["create"] },
];

/** Verbs that hand on rights, or sign for others; none may stand in a Role of a tenant. */
export const escalatingVerbs: readonly string[] = [
  "*",
  "escalate",
  "bind",
  "impersonate",
  "approve",
  "sign",
  "attest",
  "administer",
];

/** Resources that give an identity, a way past checks, or somebody else's right; none may stand in a Role of a tenant. */
export const escapingResources: readonly string[] = [
  "serviceaccounts/token",
  "pods/ephemeralcontainers",
  "nodes",
  "nodes/proxy",
  "services/proxy",
  "pods/proxy",
  "services/status",
  "namespaces",
  "namespaces/status",
  "namespaces/finalize",
  "persistentvolumes",
  "endpoints",
  "endpointslices",
  "referencegrants",
  "certificates",
  "certificatesigningrequests",
  "clusterroles",
  "clusterrolebindings",
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "customresourcedefinitions",
  "priorityclasses",
  "storageclasses",
];

/** What is wrong with a rule of a Role that a tenant's people or pods hold; empty where nothing is. */
export function ruleFaults({ group, resources, verbs }: OwnerRule): readonly string[] {
  return [
    ...(group.includes("*") ? ["every API group"] : []),
    ...resources.filter((name) => name.includes("*")).map((name) => `resources ${name}`),
    ...resources.filter((name) => escapingResources.includes(name)).map((name) => `the resource ${name}`),
    ...verbs.filter((verb) => escalatingVerbs.includes(verb)).map((verb) => `the verb ${verb}`),
  ];
}
