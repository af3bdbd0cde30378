/** Where the pod is in each kind that holds one: what the guardrails on pods are built from. */
import type { NamedExpression, ResourceRule } from "./policy.ts";

const write = ["CREATE", "UPDATE"] as const;

/** Pods, whoever makes them. */
const podRule: ResourceRule = { groups: [""], resources: ["pods"], operations: write };

/** Pods, and what controllers make them from: refused there, a mistake is seen by who makes it and not only in an event. */
export const podsAndTemplates: readonly ResourceRule[] = [
  podRule,
  { groups: [""], resources: ["replicationcontrollers", "podtemplates"], operations: write },
  { groups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"], operations: write },
  { groups: ["batch"], resources: ["jobs", "cronjobs"], operations: write },
];

/** The object without a static type: kinds differ in where the pod is, and the expression looks. */
export const spec: NamedExpression = {
  name: "pod",
  expression: [
    "object.kind == 'Pod' ? dyn(object).spec",
    "object.kind == 'CronJob' ? dyn(object).spec.jobTemplate.spec.template.spec",
    "object.kind == 'PodTemplate' ? dyn(object).template.spec",
    "dyn(object).spec.template.spec",
  ].join(" : "),
};

/** Init containers count as containers; ephemeral ones have a guardrail of their own. */
export const containers: NamedExpression = {
  name: "containers",
  expression:
    "(has(variables.pod.containers) ? variables.pod.containers : []) + (has(variables.pod.initContainers) ? variables.pod.initContainers : [])",
};

/**
 * Objects that were admitted stay changeable in everything else: a controller must be able to take its finalizer off a pod that an
 * older rule let in, and scale down the ReplicaSet of an image that is no longer allowed.
 */
export const changesSpec: NamedExpression = {
  name: "changesThePod",
  expression: [
    "request.operation == 'CREATE' || (object.kind == 'Pod' ? dyn(object).spec != dyn(oldObject).spec",
    "object.kind == 'CronJob' ? dyn(object).spec.jobTemplate != dyn(oldObject).spec.jobTemplate",
    "object.kind == 'PodTemplate' ? dyn(object).template != dyn(oldObject).template",
    "dyn(object).spec.template != dyn(oldObject).spec.template)",
  ].join(" : "),
};

/**
 * What the guardrails on the specs of pods and templates have in common; all guardrails on these kinds are asked in one policy.
 * Controllers make pods of templates that tenants write.
 */
export const shared = {
  policy: "pods",
  rules: podsAndTemplates,
  audience: "everyone",
  conditions: [changesSpec],
} as const;
