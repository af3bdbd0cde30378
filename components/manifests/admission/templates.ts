import { labelKeys, objectNames } from "../../../tenants/names.ts";
import { managedBy } from "../metadata.ts";
import { isOrderAboutVolumes } from "./annotations.ts";
import { changesSpec, podsAndTemplates, spec } from "./pod-spec.ts";
import type { Guardrail, NamedExpression } from "./policy.ts";

const metadataAt = (object: string, path: string): string =>
  `(has(dyn(${object}).${path}.metadata) ? dyn(${object}).${path}.metadata : dyn({}))`;

/** CEL: metadata of the pod in an object, whatever its kind: controllers copy its labels, annotations and finalizers. */
const metadataIn = (object: string): string =>
  [
    `${object}.kind == 'Pod' ? dyn(${object}).metadata`,
    `${object}.kind == 'CronJob' ? ${metadataAt(object, "spec.jobTemplate.spec.template")}`,
    `${object}.kind == 'PodTemplate' ? ${metadataAt(object, "template")}`,
    metadataAt(object, "spec.template"),
  ].join(" : ");

const metadata: NamedExpression = { name: "metadata", expression: metadataIn("object") };

const labelsOf = (object: string): string => `(has(${object}.labels) ? ${object}.labels : dyn({}))`;

/**
 * CEL: true for labels that the platform's own selectors match: those of its Services, workloads, budgets and of the openings in
 * NetworkPolicies. All of them are the workload's name and the tenant's id (`selectorLabels`).
 */
const selected = (labels: string): string =>
  `('${labelKeys.name}' in ${labels} && ${labels}['${labelKeys.name}'] in ['${objectNames.runtime}', '${objectNames.dashboard}'] && '${labelKeys.instance}' in ${labels} && ${labels}['${labelKeys.instance}'] == namespaceObject.metadata.labels['${labelKeys.tenant}'])`;

/** Claims that controllers make of a StatefulSet's templates and of a pod's ephemeral volumes. */
const claimTemplates: NamedExpression = {
  name: "claimTemplates",
  expression: [
    "(object.kind == 'StatefulSet' && has(dyn(object).spec.volumeClaimTemplates) ? dyn(object).spec.volumeClaimTemplates : [])",
    "(has(variables.pod.volumes) ? variables.pod.volumes.filter(volume, has(volume.ephemeral) && has(volume.ephemeral.volumeClaimTemplate)).map(volume, volume.ephemeral.volumeClaimTemplate) : [])",
  ].join(" + "),
};

/** CEL: true for labels that claim to be the platform's. */
const claimsToBeOurs = (labels: string): string =>
  `('${labelKeys.managedBy}' in ${labels} && ${labels}['${labelKeys.managedBy}'] == '${managedBy}')`;
const jobMetadata = "dyn(object).spec.jobTemplate.metadata";

/** What the guardrails on the metadata of pods and templates have in common; they are asked in the policy on pods. */
const shared = {
  policy: "pods",
  rules: podsAndTemplates,
  // Controllers hand on what stands in the platform's templates too, so who writes a template is asked, and nobody after him.
  audience: "tenants",
  // Labels of a pod that runs may be changed, and its template's may not.
  conditions: [{ name: "changesTheMetadata", expression: `object.kind == 'Pod' || (${changesSpec.expression})` }],
} as const;

/** A controller makes what stands in a template and is judged by nobody, so the template is judged. */
export const templates: Guardrail = {
  name: "templates",
  stops:
    "Having a controller make what its author may not: objects that claim to be the platform's, or that a finalizer keeps for ever (k/k#60807).",
  ...shared,
  variables: [spec, metadata, claimTemplates],
  validations: [
    {
      // A pod's own are the business of the guardrail on pods' finalizers.
      expression: "object.kind == 'Pod' || !has(variables.metadata.finalizers)",
      message:
        "finalizers: none in a template, because controllers copy them onto every pod and nobody takes them off again",
    },
    {
      expression: "variables.claimTemplates.all(claim, !has(claim.metadata) || !has(claim.metadata.finalizers))",
      message: "finalizers: none in the template of a claim, because controllers copy them onto every claim",
    },
    {
      expression: `(object.kind != 'CronJob' || !has(${jobMetadata}) || !has(${jobMetadata}.labels) || !${claimsToBeOurs(`${jobMetadata}.labels`)}) && variables.claimTemplates.all(claim, !has(claim.metadata) || !has(claim.metadata.labels) || !${claimsToBeOurs("claim.metadata.labels")})`,
      message: `${labelKeys.managedBy}: objects with the value ${managedBy} belong to the platform, those that a controller makes too`,
    },
    {
      // Refused on the claim too, where only an event would say so.
      expression: `variables.claimTemplates.all(claim, !has(claim.metadata) || !has(claim.metadata.annotations) || !claim.metadata.annotations.exists(key, ${isOrderAboutVolumes}))`,
      message: "annotations: none about volumes in the template of a claim; storageClassName names its class",
    },
  ],
};

/** What the platform's selectors match is taken for the platform's own pod. */
export const podLabels: Guardrail = {
  name: "pod-labels",
  stops:
    "Standing in for the platform's own pods by their labels: in its Services, its openings, and its budgets, which then let no pod go.",
  ...shared,
  variables: [
    metadata,
    { name: "labels", expression: labelsOf("variables.metadata") },
    {
      // The platform's own stay changeable in everything else, as far as this goes: that no tenant changes its workloads is the
      // business of the guardrail on its objects, and two that refuse the same answer now as one and now as the other.
      name: "metadataBefore",
      expression: `oldObject == null ? dyn({}) : (${metadataIn("oldObject")})`,
    },
    { name: "labelsBefore", expression: labelsOf("variables.metadataBefore") },
  ],
  validations: [
    {
      expression: `!${selected("variables.labels")} || ${selected("variables.labelsBefore")}`,
      message: `${labelKeys.name}: runtime and dashboard of this tenant are the platform's pods; give yours another name or ${labelKeys.instance}`,
    },
    {
      expression: `!${claimsToBeOurs("variables.labels")} || ${claimsToBeOurs("variables.labelsBefore")}`,
      message: `${labelKeys.managedBy}: pods with the value ${managedBy} belong to the platform; leave it out`,
    },
  ],
};

/** Annotations by which network plugins, container runtimes and autoscalers take orders about a pod. */
export const podAnnotations: Guardrail = {
  name: "pod-annotations",
  stops:
    "Giving orders about a pod to what runs on its node: further networks (Multus), devices and user namespaces (CRI-O), a node that is never emptied (Karpenter).",
  ...shared,
  variables: [
    metadata,
    {
      name: "annotations",
      expression: "has(variables.metadata.annotations) ? variables.metadata.annotations : dyn({})",
    },
    {
      // What stands on a pod already is left alone: the node's own plugins write there.
      name: "annotationsBefore",
      expression:
        "object.kind == 'Pod' && oldObject != null && has(oldObject.metadata.annotations) ? dyn(oldObject).metadata.annotations : dyn({})",
    },
  ],
  validations: [
    {
      // What LimitRange filled in, the API server notes on the pod before it asks; nothing reads the note.
      expression:
        "variables.annotations.all(key, !key.contains('/') || (object.kind == 'Pod' && key == 'kubernetes.io/limit-ranger') || ['checksum/', 'kubectl.kubernetes.io/', 'meta.helm.sh/', 'prometheus.io/', 'pulumi.com/'].exists(prefix, key.startsWith(prefix)) || (key in variables.annotationsBefore && variables.annotationsBefore[key] == variables.annotations[key]))",
      message:
        "annotations with a prefix are orders to the node's software and are not taken from tenants; use plain keys without a slash",
    },
  ],
};
