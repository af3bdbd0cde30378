import { changesSpec, podsAndTemplates, spec } from "./pod-spec.ts";
import type { Guardrail, NamedExpression } from "./policy.ts";

const metadataAt = (path: string): string =>
  `(has(dyn(object).${path}.metadata) ? dyn(object).${path}.metadata : dyn({}))`;

/** Metadata of the pod, whatever the kind: controllers copy its labels, annotations and finalizers. */
const metadata: NamedExpression = {
  name: "metadata",
  expression: [
    "object.kind == 'Pod' ? dyn(object).metadata",
    `object.kind == 'CronJob' ? ${metadataAt("spec.jobTemplate.spec.template")}`,
    `object.kind == 'PodTemplate' ? ${metadataAt("template")}`,
    metadataAt("spec.template"),
  ].join(" : "),
};

/** Claims that controllers make of a StatefulSet's templates and of a pod's ephemeral volumes. */
const claimTemplates: NamedExpression = {
  name: "claimTemplates",
  expression: [
    "(object.kind == 'StatefulSet' && has(dyn(object).spec.volumeClaimTemplates) ? dyn(object).spec.volumeClaimTemplates : [])",
    "(has(variables.pod.volumes) ? variables.pod.volumes.filter(volume, has(volume.ephemeral) && has(volume.ephemeral.volumeClaimTemplate)).map(volume, volume.ephemeral.volumeClaimTemplate) : [])",
  ].join(" + "),
};

/** What the guardrails on the metadata of pods and templates have in common, so that they are asked in one policy. */
const shared = {
  policy: "templates",
  rules: podsAndTemplates,
  // Controllers hand on what stands in the platform's templates too, so who writes a template is asked, and nobody after him.
  audience: "tenants",
  conditions: [
    {
      // Labels of a pod that runs may be changed, and its template's may not.
      name: "changes-the-metadata",
      expression: `object.kind == 'Pod' || ${changesSpec.expression}`,
    },
  ],
} as const;

/** A controller makes what stands in a template and is judged by nobody, so the template is judged. */
export const templates: Guardrail = {
  name: "templates",
  stops:
    "Having a controller make what its author may not: pods and claims that a finalizer in a template keeps for ever (k/k#60807).",
  ...shared,
  variables: [spec, metadata, claimTemplates],
  validations: [
    {
      // A pod's own are the business of the guardrail on finalizers.
      expression: "object.kind == 'Pod' || !has(variables.metadata.finalizers)",
      message:
        "finalizers: none in a template, because controllers copy them onto every pod and nobody takes them off again",
    },
    {
      expression: "variables.claimTemplates.all(claim, !has(claim.metadata) || !has(claim.metadata.finalizers))",
      message: "finalizers: none in the template of a claim, because controllers copy them onto every claim",
    },
  ],
};
