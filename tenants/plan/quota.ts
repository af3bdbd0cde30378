import type { LimitRangePlan, QuotaPlan } from "../model.ts";
import type { ByteQuantity } from "../quantity.ts";
import type { EnvironmentSpec, TenantSpec } from "../schema.ts";
import { containerBounds, tierTable, volumeMin } from "../tiers.ts";

/**
 * ReplicaSets kept per Deployment, and ControllerRevisions per StatefulSet: Kubernetes' revisionHistoryLimit of 10, the present one,
 * and one coming.
 */
const revisionsPerWorkload = 12;

/**
 * Pods kept in the API server for each pod that may run. `pods` counts unfinished ones only: a Job with many completions would fill the
 * cluster's storage, which is everybody's, with finished ones. Generous, because evicted pods stay until somebody collects them
 * and must not keep their successors out.
 */
const storedPodsPerPod = 10;

/**
 * What no tier and no record opens. NodePort and LoadBalancer Services are reached past the edge (and `status.loadBalancer` was one
 * of the ways of CVE-2020-8554); an Ingress claims hosts past the Gateway; a second quota, a DaemonSet or a ReplicationController
 * makes objects or pods that the counts of this one do not foresee. The three quotas are the tenant's ceiling and the two of nothing.
 */
const closed: QuotaPlan = {
  "services.nodeports": "0",
  "services.loadbalancers": "0",
  replicationcontrollers: "0",
  resourcequotas: "3",
  "count/daemonsets.apps": "0",
  "count/ingresses.networking.k8s.io": "0",
};

/** Counts that are the same for every tier: what Tenantry itself makes, and room for an owner's own. */
const counts: QuotaPlan = {
  "count/networkpolicies.networking.k8s.io": "20",
  "count/horizontalpodautoscalers.autoscaling": "10",
  "count/poddisruptionbudgets.policy": "10",
  "count/serviceaccounts": "10",
  "count/roles.rbac.authorization.k8s.io": "10",
  "count/rolebindings.rbac.authorization.k8s.io": "10",
};

/** `spec.hard` of the tenant's ResourceQuota: tier, then overrides, then what follows from both. */
export function planQuota({ storage }: EnvironmentSpec, spec: TenantSpec): QuotaPlan {
  const { quota: tier } = tierTable[spec.tier];
  const overrides = Object.entries(spec.quota).filter(([, value]) => value !== undefined);
  const hard: Record<string, string> = Object.fromEntries(
    [...Object.entries(tier), ...overrides].map(([resource, amount]) => [resource, String(amount)]),
  );
  hard["count/pods"] = String(Number(hard["pods"]) * storedPodsPerPod);
  hard["count/replicasets.apps"] = String(Number(hard["count/deployments.apps"]) * revisionsPerWorkload);
  hard["count/controllerrevisions.apps"] = String(Number(hard["count/statefulsets.apps"]) * revisionsPerWorkload);
  // Every class that the environment lists and not only the tenant's own: a StatefulSet keeps the claim template it was made with,
  // so after a change of class its next replica still asks for the old one. requests.storage bounds all classes together.
  const classes = [
    ...storage.classes.flatMap((name) => classQuota(name, hard["requests.storage"], hard["persistentvolumeclaims"])),
    ...storage.closedClasses.flatMap((name) => classQuota(name, "0", "0")),
  ];
  return { ...hard, ...Object.fromEntries(classes), ...counts, ...closed };
}

/** The two bounds that Kubernetes has for one storage class. */
function classQuota(name: string, size = "0", claims = "0"): readonly (readonly [string, string])[] {
  return [
    [`${name}.storageclass.storage.k8s.io/requests.storage`, size],
    [`${name}.storageclass.storage.k8s.io/persistentvolumeclaims`, claims],
  ];
}

/** The tenant's LimitRange; the largest volume is all the storage the quota has. */
export function planLimitRange(spec: TenantSpec, quota: QuotaPlan): LimitRangePlan {
  const { containerMax } = tierTable[spec.tier];
  return {
    container: { ...containerBounds, max: containerMax },
    pod: { max: containerMax },
    volume: { min: volumeMin, max: (quota["requests.storage"] ?? volumeMin) as ByteQuantity },
  };
}
