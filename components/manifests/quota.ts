import { createHash } from "node:crypto";

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

/** Without a prefix, because the engine reads paths of letters only. */
const revisionAnnotation = "tenantryRevision";

/**
 * A quota that the engine waits for, 60 s at most and usually milliseconds.
 *
 * For its first count: until then the API server refuses every counted object ("status unknown for quota"). And for this very
 * revision: a quota that exists has its count already, so the engine would be content with what it saw before its own change, and
 * record that.
 */
function awaitedQuota(
  plan: TenantPlan,
  name: string,
  namespace: Input<string>,
  spec: { hard: Record<string, string>; scopeSelector?: types.input.core.v1.ScopeSelector },
): ResourceQuotaManifest {
  const labels = tenantLabels(plan);
  const revision = createHash("sha256")
    .update(JSON.stringify([labels, spec]))
    .digest("hex")
    .slice(0, 16);
  const conditions = ["jsonpath={.status.used}", `jsonpath={.metadata.annotations.${revisionAnnotation}}=${revision}`];
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: objectMetadata(name, namespace, labels, {
      [revisionAnnotation]: revision,
      "pulumi.com/waitFor": JSON.stringify(conditions),
      "pulumi.com/timeoutSeconds": "60",
    }),
    spec,
  };
}

/** The ceiling of the namespace. The API server counts it atomically, so it cannot be outrun. */
export function buildQuota(plan: TenantPlan, namespace: Input<string>): ResourceQuotaManifest {
  return awaitedQuota(plan, objectNames.quota, namespace, { hard: { ...plan.quota } });
}

/** Priority classes that Kubernetes keeps for itself; a pod with one may push any tenant's pods off a node (capsule#257). */
const systemPriorityClasses = ["system-cluster-critical", "system-node-critical"];

type ScopeRequirement = types.input.core.v1.ScopedResourceSelectorRequirement;

/** A quota beside the ceiling: no pod at all in a scope. */
function nothingIn(plan: TenantPlan, name: string, namespace: Input<string>, scope: ScopeRequirement) {
  return awaitedQuota(plan, name, namespace, {
    hard: { pods: "0" },
    scopeSelector: { matchExpressions: [scope] },
  });
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
