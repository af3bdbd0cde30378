import { setTimeout as sleep } from "node:timers/promises";

import { AppsV1Api, KubeConfig } from "@kubernetes/client-node";

import { objectNames } from "../tenants/names.ts";

/** Pods of one tenant: how many should run and how many answer their readiness probe. */
export interface TenantReadiness {
  readonly namespace: string;
  readonly ready: number;
  readonly desired: number;
}

/** What the readiness check needs of a tenant. */
export interface TenantWorkloads {
  readonly namespace: string;
  /** Pods it has at the least; 0 for a suspended tenant, which is Ready without any. */
  readonly wanted: number;
}

function appsClient(kubeconfig: string): AppsV1Api {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config.makeApiClient(AppsV1Api);
}

async function readReadiness(apps: AppsV1Api, tenant: TenantWorkloads): Promise<TenantReadiness> {
  const namespace = tenant.namespace;
  const [runtime, dashboard] = await Promise.all([
    apps.readNamespacedStatefulSet({ namespace, name: objectNames.runtime }),
    apps.readNamespacedDeployment({ namespace, name: objectNames.dashboard }),
  ]);
  return {
    namespace,
    ready: (runtime.status?.readyReplicas ?? 0) + (dashboard.status?.readyReplicas ?? 0),
    desired: Math.max(tenant.wanted, (runtime.spec?.replicas ?? 0) + (dashboard.spec?.replicas ?? 0)),
  };
}

/** A tenant is Ready when every pod it wants answers. */
export function isReady({ ready, desired }: TenantReadiness): boolean {
  return ready >= desired;
}

/**
 * Waits until every tenant is Ready or the time is over, and returns what was seen last, in the order of the tenants.
 *
 * An aborted signal rejects with an AbortError.
 *
 * @param timeoutSeconds how long to wait in all
 */
export async function waitUntilReady(
  kubeconfig: string,
  tenants: readonly TenantWorkloads[],
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<readonly TenantReadiness[]> {
  const apps = appsClient(kubeconfig);
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const seen = await Promise.all(tenants.map((tenant) => readReadiness(apps, tenant)));
    if (seen.every(isReady) || Date.now() > deadline) return seen;
    await sleep(500, undefined, { ...(signal === undefined ? {} : { signal }) });
  }
}
