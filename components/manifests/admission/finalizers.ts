import { podsAndTemplates } from "./pod-spec.ts";
import type { Guardrail, Validation } from "./policy.ts";

/** What Kubernetes itself puts on any object in the name of whoever asks. */
const ownOfKubernetes = "finalizer in ['foregroundDeletion', 'orphan']";
/** What it puts on claims, and its controller of claims takes off there and nowhere else. */
const ownOfClaims =
  "(request.resource.resource == 'persistentvolumeclaims' && finalizer == 'kubernetes.io/pvc-protection')";

const hasFinalizers = "has(object.metadata.finalizers) && size(object.metadata.finalizers) > 0";

const noNewOne = (allowed: string): Validation => ({
  expression: `object.metadata.finalizers.all(finalizer, ${allowed} || (oldObject != null && has(oldObject.metadata.finalizers) && finalizer in oldObject.metadata.finalizers))`,
  message:
    "finalizers: leave them out; only controllers add them, because one that nobody takes off keeps the namespace from going",
});

/** Only controllers keep an object from going; one that a person adds is taken off by nobody, and the namespace never goes. */
export const finalizers: Guardrail = {
  name: "finalizers",
  stops: "Keeping a namespace from ever being removed by a finalizer that nobody takes off (k/k#60807).",
  rules: [{ groups: ["*"], resources: ["*"], operations: ["CREATE", "UPDATE"] }],
  // They have a guardrail of their own, in the policy that looks at them anyway.
  except: [{ groups: [""], resources: ["pods"], operations: ["CREATE", "UPDATE"] }],
  after: "pods",
  audience: "tenants",
  conditions: [{ name: "hasFinalizers", expression: `request.namespace != '' && ${hasFinalizers}` }],
  validations: [noNewOne(`${ownOfKubernetes} || ${ownOfClaims}`)],
};

/** The same for pods. */
export const podFinalizers: Guardrail = {
  name: "pod-finalizers",
  stops: "Keeping a namespace from ever being removed by a pod with a finalizer that nobody takes off (k/k#60807).",
  policy: "pods",
  rules: podsAndTemplates,
  audience: "tenants",
  conditions: [{ name: "podHasFinalizers", expression: `object.kind == 'Pod' && ${hasFinalizers}` }],
  validations: [noNewOne(ownOfKubernetes)],
};
