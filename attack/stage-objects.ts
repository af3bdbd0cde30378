import { buildNamespace } from "../components/manifests/namespace.ts";
import type { TenantPlan } from "../tenants/model.ts";
import { apiGroup, authorization, helperOf, mirrorOf, scratchOf } from "./actors.ts";
import type { JsonObject } from "./attempt.ts";
import { certificateRequest } from "./attempts/cluster.ts";
import * as objects from "./objects.ts";
import * as requests from "./requests.ts";

/** An object of a run and the collection that it goes into. */
export interface Made {
  readonly path: string;
  readonly body: JsonObject;
}

/** What a run needs once per cluster. */
export function clusterObjects(run: string, tenants: readonly TenantPlan[]): readonly Made[] {
  const cluster = (plural: string): string => requests.pathOf(authorization, null, plural);
  const named = (version: string, kind: string, body: JsonObject, suffix = ""): JsonObject => ({
    apiVersion: version,
    kind,
    metadata: { name: `${requests.runName(run)}${suffix}` },
    ...body,
  });
  const helpers = tenants.map((tenant) => ({ apiGroup, kind: "User", name: helperOf(run, tenant) }));
  return [
    {
      path: requests.pathOf("v1", null, "namespaces"),
      body: { apiVersion: "v1", kind: "Namespace", metadata: { name: scratchOf(run) } },
    },
    {
      path: cluster("clusterroles"),
      body: named(authorization, "ClusterRole", { rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] }),
    },
    {
      path: cluster("clusterroles"),
      body: named(
        authorization,
        "ClusterRole",
        {
          rules: [
            { apiGroups: [""], resources: ["namespaces", "namespaces/status", "namespaces/finalize"], verbs: ["*"] },
            { apiGroups: ["policy.networking.k8s.io"], resources: ["*"], verbs: ["*"] },
          ],
        },
        "-helper",
      ),
    },
    {
      path: cluster("clusterrolebindings"),
      body: named(authorization, "ClusterRoleBinding", {
        roleRef: { apiGroup, kind: "ClusterRole", name: `${requests.runName(run)}-helper` },
        subjects: helpers,
      }),
    },
    {
      path: requests.pathOf("certificates.k8s.io/v1", null, "certificatesigningrequests"),
      body: named("certificates.k8s.io/v1", "CertificateSigningRequest", {
        spec: { request: certificateRequest, signerName: "attack.tenantry.dev/none", usages: ["client auth"] },
      }),
    },
    {
      path: requests.pathOf("v1", null, "persistentvolumes"),
      body: named("v1", "PersistentVolume", {
        spec: {
          capacity: { storage: "1Gi" },
          accessModes: ["ReadWriteOnce"],
          storageClassName: requests.runName(run),
          csi: { driver: "attack.invalid", volumeHandle: "none" },
          claimRef: { namespace: scratchOf(run), name: "gone" },
        },
      }),
    },
  ];
}

/** The helper's rights in the tenant's namespace, and the mirror: the same labels and parameters, but no quota and no limits. */
export function tenantObjects(run: string, tenant: TenantPlan): readonly Made[] {
  const mirror = mirrorOf(run, tenant);
  const built = buildNamespace({ ...tenant, namespace: mirror });
  const helper = { apiGroup, kind: "User", name: helperOf(run, tenant) };
  const roleRef = { apiGroup, kind: "ClusterRole", name: requests.runName(run) };
  const bindHelper = (namespace: string): Made => ({
    path: requests.pathOf(authorization, namespace, "rolebindings"),
    body: objects.object({ run }, authorization, "RoleBinding", { roleRef, subjects: [helper] }),
  });
  return [
    { path: requests.pathOf("v1", null, "namespaces"), body: built as unknown as JsonObject },
    bindHelper(mirror),
    bindHelper(tenant.namespace),
    {
      path: requests.pathOf("v1", mirror, "serviceaccounts"),
      body: {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "runtime" },
        automountServiceAccountToken: false,
      },
    },
    { path: requests.pathOf("v1", mirror, "persistentvolumeclaims"), body: objects.claim({ run, attacker: tenant }) },
  ];
}

/** What the owner has made: the objects that twins of changes and deletions are about. */
export function ownObjects(run: string, attacker: TenantPlan): readonly Made[] {
  const at = (version: string, plural: string): string => requests.pathOf(version, attacker.namespace, plural);
  const labels = { [requests.runLabel]: run };
  return [
    { path: at("v1", "configmaps"), body: objects.configMap({ run }) },
    { path: at("v1", "secrets"), body: objects.object({ run }, "v1", "Secret", { type: "Opaque" }) },
    { path: at("v1", "services"), body: objects.service({ run }) },
    { path: at("networking.k8s.io/v1", "networkpolicies"), body: objects.networkPolicy({ run }) },
    { path: at(authorization, "roles"), body: objects.role({ run }) },
    {
      path: at("apps/v1", "statefulsets"),
      body: objects.object({ run }, "apps/v1", "StatefulSet", {
        spec: {
          replicas: 0,
          serviceName: requests.runName(run),
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: objects.podSpec({ attacker }) },
        },
      }),
    },
  ];
}
