import { setTimeout as sleep } from "node:timers/promises";

import { type AttackClient, itemsOf, nameOf } from "./client.ts";
import * as requests from "./requests.ts";

/** Kinds that a run makes inside tenants' namespaces. */
const inTenants: readonly (readonly [string, string])[] = [
  ["apps/v1", "statefulsets"],
  ["v1", "configmaps"],
  ["v1", "secrets"],
  ["v1", "services"],
  ["v1", "serviceaccounts"],
  ["networking.k8s.io/v1", "networkpolicies"],
  ["rbac.authorization.k8s.io/v1", "rolebindings"],
  ["rbac.authorization.k8s.io/v1", "roles"],
];

/** Kinds that a run makes for the whole cluster, the rights first. */
const inCluster: readonly (readonly [string, string])[] = [
  ["rbac.authorization.k8s.io/v1", "clusterrolebindings"],
  ["rbac.authorization.k8s.io/v1", "clusterroles"],
  ["certificates.k8s.io/v1", "certificatesigningrequests"],
  ["v1", "persistentvolumes"],
];

/** Longest wait for a namespace to go. */
const namespaceSeconds = 90;

/**
 * Removes what a run has made, or all runs where `run` is `null`. Returns how many namespaces of runs there were, which tells
 * whether an earlier run was killed. Throws when something stays.
 */
export async function removeLeftovers(
  client: AttackClient,
  namespaces: readonly string[],
  run: string | null,
): Promise<number> {
  const labelSelector = run === null ? requests.runLabel : `${requests.runLabel}=${run}`;
  const collections = [
    ...inCluster.map(([version, plural]) => requests.pathOf(version, null, plural)),
    ...namespaces.flatMap((namespace) =>
      inTenants.map(([version, plural]) => requests.pathOf(version, namespace, plural)),
    ),
  ];
  const failures: string[] = [];
  for (const path of collections) {
    const { status, message } = await client.administer(requests.remove("administrator", path, { labelSelector }));
    if (status >= 300 && status !== 404) failures.push(`${path}: ${message}`);
  }
  const ours = requests.get("administrator", requests.pathOf("v1", null, "namespaces"), { labelSelector });
  const names = await namesIn(client, ours);
  for (const name of names) {
    await client.administer(requests.remove("administrator", requests.pathOf("v1", null, "namespaces", name)));
  }
  const deadline = Date.now() + namespaceSeconds * 1000;
  let left = names;
  while (left.length > 0) {
    if (Date.now() > deadline) {
      failures.push(`namespaces that do not go: ${left.join(", ")}`);
      break;
    }
    await sleep(200);
    left = await namesIn(client, ours);
  }
  if (failures.length > 0)
    throw new Error(`not everything that the attack made could be removed:\n  ${failures.join("\n  ")}`);
  return names.length;
}

async function namesIn(client: AttackClient, request: ReturnType<typeof requests.get>): Promise<readonly string[]> {
  return itemsOf(await client.administer(request)).map(nameOf);
}
