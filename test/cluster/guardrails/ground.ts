/** What stands on the cluster while the guardrails are tried: who asks, and the objects that requests are about. */
import { buildNamespace } from "../../../components/manifests/namespace.ts";
import { selectorLabels } from "../../../components/manifests/metadata.ts";
import { objectNames } from "../../../tenants/names.ts";
import { barePlan } from "../../support/plans.ts";
import { changed, inNamespace } from "./change.ts";
import * as objects from "./objects.ts";
import { otherNamespace, tenantNamespace } from "./objects.ts";

/** May do everything that RBAC can give inside namespaces, so that a refusal is the guardrail's. */
export const tenant = { user: "worker@guarded.example", groups: ["system:authenticated", "guarded-admins"] } as const;
/** May do everything, and administers guardrails. */
export const administrator = {
  user: "updates@platform.example",
  groups: ["system:authenticated", "guardrail-administrators"],
} as const;

/** An account of a tenant's namespace that may write the cluster's network policies. */
export const tenantsAccount = `system:serviceaccount:${tenantNamespace}:worker`;
/** A network plugin's account, which may too. */
export const pluginsAccount = "system:serviceaccount:kube-system:network-plugin";

/** What a network plugin writes on a pod that runs. */
export const nodesAnnotation = { "cni.example/address": "192.0.2.7" };

/** Name of the claim that has its volume: the API server lets nobody change the attributes of one that waits. */
export const boundClaim = "bound";

/** What the scheduler writes on a claim that waits for its first pod. */
export const schedulersAnnotation = { "volume.kubernetes.io/selected-node": "node-1" };

/** What the platform's selectors match. */
export const platformPodLabels = selectorLabels(barePlan.id, objectNames.runtime);

const allowEverything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
const rbac = "rbac.authorization.k8s.io";
const labels = { test: "guardrails" };

const guarded = buildNamespace({
  ...barePlan,
  namespace: tenantNamespace,
  guardrails: {
    ...barePlan.guardrails,
    hosts: ["agents.guarded.example"],
    registries: ["registry.tenantry.example/agents"],
    digests: "required",
    pulls: "always",
  },
});
// Pod Security has tests of its own; here it would refuse some twins first.
const podSecurity = { "pod-security.kubernetes.io/enforce": "privileged" };

const namespaces = [
  { ...guarded, metadata: { ...guarded.metadata, labels: { ...guarded.metadata.labels, ...podSecurity } } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: otherNamespace, labels } },
];

/** Pods may name only what exists. */
const runtimeClass = {
  apiVersion: "node.k8s.io/v1",
  kind: "RuntimeClass",
  metadata: { name: "unconfined", labels },
  handler: "unconfined",
};

const rights = [tenantNamespace, otherNamespace].flatMap((namespace) => [
  {
    apiVersion: `${rbac}/v1`,
    kind: "Role",
    metadata: { name: "everything", namespace },
    rules: allowEverything,
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { name: "everything", namespace },
    roleRef: { apiGroup: rbac, kind: "Role", name: "everything" },
    subjects: [{ apiGroup: rbac, kind: "User", name: tenant.user }],
  },
  ...["worker", "owner"].map((name) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } })),
]);

const clusterRights = [
  { name: "guardrails-test-administrator", user: administrator.user, rules: allowEverything },
  {
    name: "guardrails-test-cluster",
    user: tenant.user,
    rules: [
      { apiGroups: [""], resources: ["namespaces", "namespaces/status", "namespaces/finalize"], verbs: ["*"] },
      { apiGroups: ["policy.networking.k8s.io"], resources: ["*"], verbs: ["*"] },
    ],
  },
  ...[tenantsAccount, pluginsAccount].map((user, index) => ({
    name: `guardrails-test-policies-${index}`,
    user,
    rules: [{ apiGroups: ["policy.networking.k8s.io"], resources: ["*"], verbs: ["*"] }],
  })),
].flatMap(({ name, user, rules }) => [
  { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name, labels }, rules },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name, labels },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
    subjects: [{ apiGroup: rbac, kind: "User", name: user }],
  },
]);

/** What the requests are about. */
const existing = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "existing", namespace: tenantNamespace },
    spec: { ports: [{ port: 80 }] },
  },
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "platforms",
      namespace: tenantNamespace,
      labels: { "app.kubernetes.io/managed-by": "tenantry" },
    },
  },
  objects.clusterPolicy,
  ...["runtime", "own"].map((name) => ({
    ...objects.deployment,
    metadata: { name, namespace: tenantNamespace },
    spec: { ...(objects.deployment["spec"] as object), replicas: 0 },
  })),
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "own", namespace: tenantNamespace } },
  {
    ...objects.pod,
    metadata: { name: "running", namespace: tenantNamespace, annotations: nodesAnnotation },
  },
  {
    ...objects.pod,
    metadata: { name: "platforms", namespace: tenantNamespace, labels: platformPodLabels },
  },
  {
    ...inNamespace(objects.claim, tenantNamespace),
    metadata: { name: "waiting", namespace: tenantNamespace, annotations: schedulersAnnotation },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "guardrails-bound", labels },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "standard",
      persistentVolumeReclaimPolicy: "Retain",
      csi: { driver: "none.example", volumeHandle: "none" },
      claimRef: { namespace: tenantNamespace, name: boundClaim },
    },
  },
  {
    ...changed({ base: objects.claim, path: ["spec", "volumeName"], value: "guardrails-bound" }),
    metadata: { name: boundClaim, namespace: tenantNamespace },
  },
  {
    ...changed({
      base: objects.deployment,
      path: ["spec", "template", "spec", "containers", "0", "image"],
      value: "old:1",
    }),
    metadata: { name: "older", namespace: tenantNamespace },
  },
];

/** All of it, in the order in which it has to be made. */
export const groundObjects: readonly object[] = [...namespaces, runtimeClass, ...rights, ...clusterRights, ...existing];
