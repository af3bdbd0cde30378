import type { types } from "@pulumi/kubernetes";

import type { ResourceAmounts, TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import type { Input, LimitRangeManifest, ResourceQuotaManifest } from "./kubernetes.ts";
import { objectMetadata, tenantLabels } from "./metadata.ts";

/** cpu, memory and ephemeral storage under the names that Kubernetes gives them. */
export function resourceList(amounts: { readonly [K in keyof ResourceAmounts]: Input<string> }): {
  [resource: string]: Input<string>;
} {
  return { cpu: amounts.cpu, memory: amounts.memory, "ephemeral-storage": amounts.ephemeralStorage };
}

/**
 * Until its controller has counted once, the API server refuses every counted object ("status unknown for quota"). The engine
 * waits for that first count, a matter of milliseconds, and 60 s at most.
 */
const waitForFirstCount = {
  "pulumi.com/waitFor": "jsonpath={.status.used}",
  "pulumi.com/timeoutSeconds": "60",
} as const;

/** The ceiling of the namespace. The API server counts it atomically, so it cannot be outrun. */
export function buildQuota(plan: TenantPlan, namespace: Input<string>): ResourceQuotaManifest {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: objectMetadata(objectNames.quota, namespace, tenantLabels(plan), waitForFirstCount),
    spec: { hard: { ...plan.quota } },
  };
}

/** Priority classes that Kubernetes keeps for itself; a pod with one may push any tenant's pods off a node (capsule#257). */
const systemPriorityClasses = ["system-cluster-critical", "system-node-critical"];

type ScopeRequirement = types.input.core.v1.ScopedResourceSelectorRequirement;

/** A second quota beside the ceiling: no pod at all in a scope. */
function nothingIn(plan: TenantPlan, name: string, namespace: Input<string>, scope: ScopeRequirement) {
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: objectMetadata(name, namespace, tenantLabels(plan), waitForFirstCount),
    spec: { hard: { pods: "0" }, scopeSelector: { matchExpressions: [scope] } },
  } satisfies ResourceQuotaManifest;
}

/** No pod at all with a system priority. Kubernetes keeps these classes out of other namespaces by convention only (k/k#65557). */
export function buildPriorityQuota(plan: TenantPlan, namespace: Input<string>): ResourceQuotaManifest {
  const scope = { scopeName: "PriorityClass", operator: "In", values: systemPriorityClasses };
  return nothingIn(plan, objectNames.priorityQuota, namespace, scope);
}

/**
 * No pod at all whose affinity looks into other namespaces: one pod with an anti-affinity to a neighbour's keeps the neighbour off
 * its node, and three of them off three zones (KEP-2249 has the quota scope for it).
 */
export function buildAffinityQuota(plan: TenantPlan, namespace: Input<string>): ResourceQuotaManifest {
  const scope = { scopeName: "CrossNamespacePodAffinity", operator: "Exists" };
  return nothingIn(plan, objectNames.affinityQuota, namespace, scope);
}

/** Defaults and bounds of one container, pod or claim, so that a pod without resources still counts against the quota. */
export function buildLimitRange(plan: TenantPlan, namespace: Input<string>): LimitRangeManifest {
  const { container, pod, volume } = plan.limitRange;
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: objectMetadata(objectNames.limits, namespace, tenantLabels(plan)),
    spec: {
      limits: [
        {
          type: "Container",
          default: resourceList(container.default),
          defaultRequest: resourceList(container.defaultRequest),
          min: resourceList(container.min),
          max: resourceList(container.max),
        },
        { type: "Pod", max: resourceList(pod.max) },
        { type: "PersistentVolumeClaim", min: { storage: volume.min }, max: { storage: volume.max } },
      ],
    },
  };
}
