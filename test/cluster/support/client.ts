import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import {
  ApiException,
  KubeConfig,
  type KubernetesObject,
  type KubernetesObjectApi,
  type V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";

import { clusterAnnotation, guardrailsAdministrator } from "../../../components/manifests/admission/index.ts";

/** Every kind that a tenant's namespace may hold of ours, with the volume claims that its StatefulSet makes. */
export const tenantKinds: readonly { readonly apiVersion: string; readonly kind: string }[] = [
  { apiVersion: "v1", kind: "ResourceQuota" },
  { apiVersion: "v1", kind: "LimitRange" },
  { apiVersion: "v1", kind: "ServiceAccount" },
  { apiVersion: "v1", kind: "ConfigMap" },
  { apiVersion: "v1", kind: "Secret" },
  { apiVersion: "v1", kind: "Service" },
  { apiVersion: "v1", kind: "PersistentVolumeClaim" },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
  { apiVersion: "apps/v1", kind: "StatefulSet" },
  { apiVersion: "apps/v1", kind: "Deployment" },
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  { apiVersion: "policy/v1", kind: "PodDisruptionBudget" },
  { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" },
  { apiVersion: "gateway.networking.k8s.io/v1", kind: "ListenerSet" },
];

/** Opens the cluster of a kubeconfig. */
export function openCluster(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}

/** An object as the server stores it, with whatever fields its kind has. */
export type StoredObject = KubernetesObject & Record<string, unknown>;

/** Names of the namespaces that begin with a prefix. */
export async function namespaces(objects: KubernetesObjectApi, prefix = "tenant-"): Promise<string[]> {
  const list = await objects.list("v1", "Namespace");
  return list.items
    .map((item) => item.metadata?.name ?? "")
    .filter((name) => name.startsWith(prefix))
    .sort();
}

/** Repeats a request that the server put off: it answers 429 while the storage of a new definition is being set up. */
async function patiently<Result>(request: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 429 || attempt === 10) throw error;
      await sleep(1000);
    }
  }
}

/** All objects of `tenantKinds` in a namespace, keyed `Kind/name`. */
export async function inventory(objects: KubernetesObjectApi, namespace: string): Promise<Map<string, StoredObject>> {
  const lists = await Promise.all(
    tenantKinds.map(({ apiVersion, kind }) => patiently(() => objects.list(apiVersion, kind, namespace))),
  );
  const found = new Map<string, StoredObject>();
  lists.forEach((list, index) => {
    for (const item of list.items)
      found.set(`${tenantKinds[index]?.kind}/${item.metadata?.name}`, item as StoredObject);
  });
  return found;
}

/** The ClusterNetworkPolicies of tenants, by name. They lie in no namespace, so no inventory has them. */
export async function clusterPolicies(objects: KubernetesObjectApi): Promise<Map<string, StoredObject>> {
  const { items } = await patiently(() => objects.list("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"));
  const ours = items.filter(({ metadata }) => metadata?.labels?.["tenantry.dev/tenant"] !== undefined);
  return new Map(ours.map((item) => [item.metadata?.name ?? "", item as StoredObject]));
}

/** Objects that Kubernetes puts into every namespace by itself. */
const furniture = new Set(["ServiceAccount/default", "ConfigMap/kube-root-ca.crt"]);

/**
 * A fingerprint of each object of a namespace: its identity (uid) and all that was asked for, without status and bookkeeping.
 * Equal fingerprints mean that nothing was recreated and nothing was changed.
 */
export async function fingerprints(objects: KubernetesObjectApi, namespace: string): Promise<Record<string, string>> {
  const found = await inventory(objects, namespace);
  return Object.fromEntries(
    [...found]
      .filter(([key]) => !furniture.has(key))
      .map(([key, object]) => {
        const { metadata } = object;
        const asked = { ...object, status: undefined, metadata: undefined };
        const identity = [metadata?.uid, metadata?.labels, metadata?.annotations, asked];
        return [key, createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16)] as const;
      })
      .sort(([left], [right]) => left.localeCompare(right)),
  );
}

/** Waits until a condition holds; fails with what was waited for. */
export async function eventually(what: string, condition: () => Promise<boolean>, seconds = 60): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(250);
  }
}

/** Whether every autoscaler of a namespace has at least its minimum, and its workload has as many Ready pods as it asks for. */
export async function isSettled(objects: KubernetesObjectApi, namespace: string): Promise<boolean> {
  const found = await inventory(objects, namespace);
  return [...found].every(([key, object]) => {
    if (!key.startsWith("HorizontalPodAutoscaler/")) return true;
    const { spec, status } = object as unknown as Required<V2HorizontalPodAutoscaler>;
    const { kind, name } = spec.scaleTargetRef;
    const target = found.get(`${kind}/${name}`)?.["status"] as { readyReplicas?: number } | undefined;
    const ready = target?.readyReplicas ?? 0;
    return ready >= (spec.minReplicas ?? 1) && ready === status.desiredReplicas;
  });
}

/** Has the cluster say whose platform stands on it. */
export async function ownedBy(objects: KubernetesObjectApi, identifier: string): Promise<void> {
  const metadata = { name: guardrailsAdministrator, annotations: { [clusterAnnotation]: identifier } };
  await objects.patch({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata });
}
