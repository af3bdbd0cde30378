import type { Plane } from "../../../tenants/isolation.ts";
import type { Rendered } from "../../support/rendered.ts";

/** One deliberate break of finished manifests. */
export interface Mutation {
  readonly plane: Plane;
  readonly what: string;
  /** What the check has to say. */
  readonly reason: string | RegExp;
  readonly change: (objects: Rendered[]) => void;
}

type Path = readonly (string | number)[];

/** The one object of a kind and name, in Acme's namespace unless it has none. */
function find(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = objects.find((object) => {
    const metadata = object["metadata"] as { name: string; namespace?: string };
    return (
      object["kind"] === kind &&
      metadata.name === name &&
      [undefined, "tenant-acme", "edge"].includes(metadata.namespace)
    );
  });
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

function step(parent: unknown, key: string | number): unknown {
  if (typeof parent !== "object" || parent === null || !(key in parent)) throw new Error(`nothing at ${key}`);
  return (parent as Rendered)[key];
}

/** Sets the value at a path whose parent exists; `undefined` removes it. */
function set(kind: string, name: string, path: Path, value: unknown) {
  return (objects: Rendered[]): void => {
    const place = path.slice(0, -1).reduce<unknown>(step, find(objects, kind, name)) as Rendered;
    const last = path.at(-1) ?? "";
    if (value === undefined) {
      step(place, last);
      if (Array.isArray(place)) place.splice(Number(last), 1);
      else Reflect.deleteProperty(place, last);
    } else place[last] = value;
  };
}

/** Adds an entry to the list at a path. */
function push(kind: string, name: string, path: Path, value: unknown) {
  return (objects: Rendered[]): void => {
    (path.reduce<unknown>(step, find(objects, kind, name)) as unknown[]).push(value);
  };
}

function drop(kind: string, name: string) {
  return (objects: Rendered[]): void => void objects.splice(objects.indexOf(find(objects, kind, name)), 1);
}

function add(object: Rendered) {
  return (objects: Rendered[]): void => void objects.push(object);
}

const rbac = "rbac.authorization.k8s.io";
const policy = "NetworkPolicy";
const pod = ["spec", "template", "spec"] as const;
const container = [...pod, "containers", 0] as const;
const admission = "ValidatingAdmissionPolicy";
const binding = "ValidatingAdmissionPolicyBinding";
const everyone = { apiGroup: rbac, kind: "Group", name: "system:authenticated" };

const network: readonly Omit<Mutation, "plane">[] = [
  {
    what: "default-deny dropped",
    reason: "no policy denies both directions to all pods",
    change: drop(policy, "default-deny"),
  },
  {
    what: "default-deny for some pods",
    reason: "no policy denies both directions to all pods",
    change: set(policy, "default-deny", ["spec", "podSelector"], { matchLabels: { app: "x" } }),
  },
  {
    what: "default-deny without egress",
    reason: "no policy denies both directions to all pods",
    change: set(policy, "default-deny", ["spec", "policyTypes"], ["Ingress"]),
  },
  {
    what: "default-deny with an empty rule",
    reason: "a rule of ingress names nobody, which is everybody",
    change: set(policy, "default-deny", ["spec", "ingress"], [{}]),
  },
  {
    what: "namespaceSelector: {}",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {}),
  },
  {
    what: "namespaceSelector by a label that may be had by others",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {
      matchLabels: { team: "dns" },
    }),
  },
  {
    what: "namespaceSelector by expressions",
    reason: "selects namespaces otherwise than by kubernetes.io/metadata.name",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], {
      matchExpressions: [{ key: "x", operator: "DoesNotExist" }],
    }),
  },
  {
    what: "podSelector without namespace",
    reason: "selects pods without naming their namespace",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "namespaceSelector"], undefined),
  },
  {
    what: "namespace without podSelector",
    reason: "selects all of kube-system, or pods by more than equality",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to", 0, "podSelector"], undefined),
  },
  {
    what: "a rule without peers",
    reason: "a rule of egress names nobody, which is everybody",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "to"], undefined),
  },
  {
    what: "DNS on every port",
    reason: "opens egress of pods in kube-system that the plan does not open so",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "ports"], undefined),
  },
  {
    what: "a range of ports",
    reason: "opens egress of pods in kube-system that the plan does not open so",
    change: set(policy, "allow-dns", ["spec", "egress", 0, "ports", 0, "endPort"], 6443),
  },
  {
    what: "a neighbour in the same-namespace rule",
    reason: "opens ingress of pods in tenant-initech that the plan does not open so",
    change: set(
      policy,
      "allow-same-namespace",
      ["spec", "ingress", 0, "from", 0, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"],
      "tenant-initech",
    ),
  },
  {
    what: "a peer on more ports",
    reason: "opens egress of pods in tenant-globex that the plan does not open so",
    change: push(policy, "allow-peers", ["spec", "egress", 0, "ports"], { protocol: "TCP", port: 22 }),
  },
  {
    what: "a peer with all its pods",
    reason: "opens egress of pods in tenant-globex that the plan does not open so",
    change: set(policy, "allow-peers", ["spec", "egress", 0, "to", 0, "podSelector"], {}),
  },
  {
    what: "a peer for all of one's own pods",
    reason: "opens ingress of pods in tenant-globex that the plan does not open so",
    change: set(policy, "allow-peers", ["spec", "podSelector"], {}),
  },
  {
    what: "missing except of 169.254.0.0/16",
    reason: /^opens 0\.0\.0\.0\/0 without the exception 169\.254\.0\.0\/16/,
    change: (objects) => {
      const block = ["spec", "egress", 0, "to", 0, "ipBlock"].reduce<unknown>(
        step,
        find(objects, policy, "allow-egress"),
      ) as { except: string[] };
      block.except = block.except.filter((range) => range !== "169.254.0.0/16");
    },
  },
  {
    what: "except dropped",
    reason: /^opens 0\.0\.0\.0\/0 without the exception/,
    change: set(policy, "allow-egress", ["spec", "egress", 0, "to", 0, "ipBlock", "except"], undefined),
  },
  {
    what: "a range that nobody declared",
    reason: "opens 203.0.113.0/24 on ports that nobody declared",
    change: push(policy, "allow-egress", ["spec", "egress", 0, "to"], { ipBlock: { cidr: "203.0.113.0/24" } }),
  },
  {
    what: "declared range on every port",
    reason: "opens 0.0.0.0/0 on ports that nobody declared",
    change: set(policy, "allow-egress", ["spec", "egress", 0, "ports"], undefined),
  },
  {
    what: "addresses let in",
    reason: "lets addresses in",
    change: push(policy, "allow-same-namespace", ["spec", "ingress", 0, "from"], {
      ipBlock: { cidr: "203.0.113.0/24" },
    }),
  },
  {
    what: "rules that policyTypes leave out",
    reason: "has rules of egress that its policyTypes leave out",
    change: set(policy, "allow-dns", ["spec", "policyTypes"], ["Ingress"]),
  },
];

const api: readonly Omit<Mutation, "plane">[] = [
  { what: "wildcard verbs", reason: "gives the verb *", change: set("Role", "owner", ["rules", 0, "verbs"], ["*"]) },
  {
    what: "wildcard resources",
    reason: "gives resources *",
    change: set("Role", "owner", ["rules", 0, "resources"], ["*"]),
  },
  {
    what: "wildcard groups",
    reason: "gives every API group",
    change: set("Role", "owner", ["rules", 0, "apiGroups"], ["*"]),
  },
  {
    what: "escalate",
    reason: "gives the verb escalate",
    change: push("Role", "owner", ["rules", 13, "verbs"], "escalate"),
  },
  {
    what: "tokens",
    reason: "gives the resource serviceaccounts/token",
    change: push("Role", "owner", ["rules", 0, "resources"], "serviceaccounts/token"),
  },
  {
    what: "another verb on a kind that owners read",
    reason: "gives delete on resourcequotas, which owners do not have",
    change: push("Role", "owner", ["rules", 14, "verbs"], "delete"),
  },
  {
    what: "RoleBinding to system:authenticated",
    reason: "binds Group system:authenticated, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], everyone),
  },
  {
    what: "a foreign subject",
    reason: "binds User hank@globex.example, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], { apiGroup: rbac, kind: "User", name: "hank@globex.example" }),
  },
  {
    what: "a foreign service account",
    reason: "binds ServiceAccount runtime, who is no owner",
    change: push("RoleBinding", "owner", ["subjects"], {
      kind: "ServiceAccount",
      name: "runtime",
      namespace: "tenant-globex",
    }),
  },
  {
    what: "a ClusterRole bound",
    reason: "binds another role than that of the owners",
    change: set("RoleBinding", "owner", ["roleRef", "kind"], "ClusterRole"),
  },
  {
    what: "a ClusterRoleBinding",
    reason: "gives rights across the cluster",
    change: add({
      apiVersion: `${rbac}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: "owners" },
      subjects: [everyone],
    }),
  },
  {
    what: "a binding in a third namespace",
    reason: "lies in a namespace that is no tenant's",
    change: add({
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "owners", namespace: "kube-system" },
      subjects: [everyone],
    }),
  },
  {
    what: "a ClusterRole that aggregates",
    reason: "grows roles of others",
    change: set(
      "ClusterRole",
      "tenantry-guardrails-administrator",
      ["metadata", "labels", `${rbac}/aggregate-to-edit`],
      "true",
    ),
  },
];

const identity: readonly Omit<Mutation, "plane">[] = [
  {
    what: "an account that mounts its token",
    reason: "mounts its token into pods",
    change: set("ServiceAccount", "runtime", ["automountServiceAccountToken"], undefined),
  },
  {
    what: "a pod that mounts a token",
    reason: "mounts a token",
    change: set("StatefulSet", "runtime", [...pod, "automountServiceAccountToken"], true),
  },
  {
    what: "the default account",
    reason: "runs as an account that is not its own",
    change: set("Deployment", "dashboard", [...pod, "serviceAccountName"], "default"),
  },
  {
    what: "hostNetwork",
    reason: "has hostNetwork",
    change: set("StatefulSet", "runtime", [...pod, "hostNetwork"], true),
  },
  { what: "hostPID", reason: "has hostPID", change: set("StatefulSet", "runtime", [...pod, "hostPID"], true) },
  {
    what: "hostPort",
    reason: "container runtime has a port of the node",
    change: set("StatefulSet", "runtime", [...container, "ports", 0, "hostPort"], 80),
  },
  {
    what: "privileged",
    reason: "container runtime is privileged",
    change: set("StatefulSet", "runtime", [...container, "securityContext", "privileged"], true),
  },
  {
    what: "capabilities added",
    reason: "container dashboard keeps capabilities",
    change: set("Deployment", "dashboard", [...container, "securityContext", "capabilities", "add"], ["NET_RAW"]),
  },
  {
    what: "no seccomp profile",
    reason: "container runtime has no seccomp profile",
    change: set("StatefulSet", "runtime", [...pod, "securityContext", "seccompProfile"], undefined),
  },
  {
    what: "unpinned Pod Security",
    reason: /^label pod-security\.kubernetes\.io\/enforce-version is not v1/,
    change: set(
      "Namespace",
      "tenant-acme",
      ["metadata", "labels", "pod-security.kubernetes.io/enforce-version"],
      "latest",
    ),
  },
  {
    what: "baseline instead of restricted",
    reason: "label pod-security.kubernetes.io/enforce is not restricted",
    change: set("Namespace", "tenant-acme", ["metadata", "labels", "pod-security.kubernetes.io/enforce"], "baseline"),
  },
  {
    what: "the label that guardrails select by, missing",
    reason: "label tenantry.dev/tenant is not acme",
    change: set("Namespace", "tenant-acme", ["metadata", "labels", "tenantry.dev/tenant"], undefined),
  },
  {
    what: "a host more in the parameters",
    reason: "annotation tenantry.dev/hosts is not the plan's",
    change: set(
      "Namespace",
      "tenant-acme",
      ["metadata", "annotations", "tenantry.dev/hosts"],
      "acme.test.example,globex.test.example",
    ),
  },
  {
    what: "a kind that the plan does not make",
    reason: "is of a kind that the plan does not make",
    change: add({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "ReferenceGrant",
      metadata: { name: "all", namespace: "tenant-acme" },
    }),
  },
  {
    what: "failurePolicy Ignore",
    reason: "lets pass what it cannot judge",
    change: set(admission, "tenantry-network-policies", ["spec", "failurePolicy"], "Ignore"),
  },
  {
    what: "matchPolicy Exact",
    reason: "can be passed by another version",
    change: set(admission, "tenantry-route-hosts", ["spec", "matchConstraints", "matchPolicy"], "Exact"),
  },
  {
    what: "objects left out by a selector",
    reason: "leaves objects out by objectSelector",
    change: set(admission, "tenantry-services", ["spec", "matchConstraints", "objectSelector"], {
      matchLabels: { judged: "yes" },
    }),
  },
  {
    what: "an expression that is true",
    reason: "says something else than its source",
    change: set(admission, "tenantry-claims", ["spec", "validations", 0, "expression"], "true"),
  },
  {
    what: "an exemption more",
    reason: "says something else than its source",
    change: push(admission, "tenantry-claims", ["spec", "matchConditions"], {
      name: "x",
      expression: "request.namespace != 'tenant-acme'",
    }),
  },
  {
    what: "validationActions Audit only",
    reason: "does not deny",
    change: set(binding, "tenantry-tokens", ["spec", "validationActions"], ["Audit"]),
  },
  {
    what: "a namespace exempted by the binding",
    reason: "does not act in all namespaces of tenants",
    change: push(binding, "tenantry-services", ["spec", "matchResources", "namespaceSelector", "matchExpressions"], {
      key: "tenantry.dev/tenant",
      operator: "NotIn",
      values: ["acme"],
    }),
  },
  { what: "a guardrail missing", reason: "is missing", change: drop(admission, "tenantry-roles") },
  { what: "a binding missing", reason: "is missing", change: drop(binding, "tenantry-roles") },
];

const names: readonly Omit<Mutation, "plane">[] = [
  {
    what: "a route with a foreign host",
    reason: "names globex.test.example, which is not the tenant's",
    change: push("HTTPRoute", "tenant", ["spec", "hostnames"], "globex.test.example"),
  },
  {
    what: "a route without hosts",
    reason: "has no hostnames, which takes every host",
    change: set("HTTPRoute", "tenant", ["spec", "hostnames"], undefined),
  },
  {
    what: "a route into another namespace",
    reason: "leads into another namespace",
    change: set("HTTPRoute", "tenant", ["spec", "rules", 0, "backendRefs", 0, "namespace"], "tenant-globex"),
  },
  {
    what: "a route on a neighbour's listeners",
    reason: "attaches to what is neither the tenant's nor the shared Gateway",
    change: set("HTTPRoute", "tenant", ["spec", "parentRefs", 0, "namespace"], "tenant-globex"),
  },
  {
    what: "listener allowedRoutes All",
    reason: "takes routes of other namespaces",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "allowedRoutes", "namespaces", "from"], "All"),
  },
  {
    what: "a listener without a host",
    reason: "names undefined, which is not the tenant's",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "hostname"], undefined),
  },
  {
    what: "a listener for other kinds",
    reason: "takes other kinds of routes",
    change: set("ListenerSet", "tenant", ["spec", "listeners", 0, "allowedRoutes", "kinds"], undefined),
  },
  {
    what: "a foreign certificate",
    reason: "uses a foreign certificate",
    change: set(
      "ListenerSet",
      "tenant",
      ["spec", "listeners", 0, "tls", "certificateRefs", 0, "namespace"],
      "tenant-globex",
    ),
  },
  {
    what: "a certificate for a foreign host",
    reason: "names globex.test.example, which is not the tenant's",
    change: push("Certificate", "tls-agents.acme.example", ["spec", "dnsNames"], "globex.test.example"),
  },
  {
    what: "the shared listener open to all",
    reason: "a listener takes routes of namespaces that it should not",
    change: set("Gateway", "edge", ["spec", "listeners", 0, "allowedRoutes", "namespaces"], { from: "All" }),
  },
  {
    what: "the Gateway open to all listeners",
    reason: "takes listeners of namespaces that it should not",
    change: set("Gateway", "edge", ["spec", "allowedListeners", "namespaces"], { from: "All" }),
  },
  {
    what: "a NodePort Service",
    reason: "leaves the cluster",
    change: set("Service", "runtime", ["spec", "type"], "NodePort"),
  },
  {
    what: "externalIPs",
    reason: "has externalIPs",
    change: set("Service", "runtime", ["spec", "externalIPs"], ["203.0.113.1"]),
  },
  {
    what: "a Service without a selector",
    reason: "has no selector, so anybody says where it leads",
    change: set("Service", "dashboard", ["spec", "selector"], undefined),
  },
];

const storage: readonly Omit<Mutation, "plane">[] = [
  {
    what: "claims of a foreign class",
    reason: "asks for volumes of class fast",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"], "fast"),
  },
  {
    what: "claims of no class",
    reason: "asks for volumes of class ",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "storageClassName"], undefined),
  },
  {
    what: "a chosen volume",
    reason: "chooses its volume by volumeName",
    change: set("StatefulSet", "runtime", ["spec", "volumeClaimTemplates", 0, "spec", "volumeName"], "left-behind"),
  },
  {
    what: "hostPath",
    reason: "has a volume of hostPath",
    change: push("StatefulSet", "runtime", [...pod, "volumes"], { name: "node", hostPath: { path: "/" } }),
  },
];

const secrets: readonly Omit<Mutation, "plane">[] = [
  {
    what: "a certificate's key in a pod",
    reason: "mounts the Secret tls-acme.test.example",
    change: push("Deployment", "dashboard", [...pod, "volumes"], {
      name: "key",
      secret: { secretName: "tls-acme.test.example" },
    }),
  },
  {
    what: "a secret in the ConfigMap",
    reason: "holds the secret SESSION_KEY",
    change: set("ConfigMap", "config", ["data", "SESSION_KEY"], "a value for tests"),
  },
];

const compute: readonly Omit<Mutation, "plane">[] = [
  {
    what: "a missing quota key",
    reason: "pods is without bound and not 25",
    change: set("ResourceQuota", "tenant", ["spec", "hard", "pods"], undefined),
  },
  {
    what: "a NodePort in the quota",
    reason: "services.nodeports is 1 and not 0",
    change: set("ResourceQuota", "tenant", ["spec", "hard", "services.nodeports"], "1"),
  },
  {
    what: "a quota for some pods",
    reason: "counts some pods only",
    change: set("ResourceQuota", "tenant", ["spec", "scopes"], ["BestEffort"]),
  },
  { what: "no quota", reason: "is missing", change: drop("ResourceQuota", "tenant") },
  {
    what: "system priorities open",
    reason: "no quota keeps pods from system priorities",
    change: drop("ResourceQuota", "no-system-priority"),
  },
  { what: "no LimitRange", reason: "pods have another largest size", change: drop("LimitRange", "tenant") },
  {
    what: "a container without limits",
    reason: "container runtime has no limits of memory",
    change: set("StatefulSet", "runtime", [...container, "resources", "limits", "memory"], undefined),
  },
  {
    what: "a system priority",
    reason: "has priority system-node-critical",
    change: set("StatefulSet", "runtime", [...pod, "priorityClassName"], "system-node-critical"),
  },
  {
    what: "a toleration",
    reason: "chooses nodes by tolerations",
    change: set("StatefulSet", "runtime", [...pod, "tolerations"], [{ operator: "Exists" }]),
  },
  {
    what: "a node by name",
    reason: "chooses nodes by nodeName",
    change: set("StatefulSet", "runtime", [...pod, "nodeName"], "control-plane"),
  },
  {
    what: "an autoscaler beyond the plan",
    reason: "scales beyond the plan",
    change: set("HorizontalPodAutoscaler", "runtime", ["spec", "maxReplicas"], 100),
  },
];

const ofPlane = (plane: Plane, list: readonly Omit<Mutation, "plane">[]): readonly Mutation[] =>
  list.map((mutation) => ({ plane, ...mutation }));

/** Every break, by plane. */
export const mutations: readonly Mutation[] = [
  ...ofPlane("network", network),
  ...ofPlane("api", api),
  ...ofPlane("identity", identity),
  ...ofPlane("names", names),
  ...ofPlane("storage", storage),
  ...ofPlane("secrets", secrets),
  ...ofPlane("compute", compute),
];
