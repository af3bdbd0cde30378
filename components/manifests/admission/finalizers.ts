import type { Guardrail } from "./policy.ts";

/** What Kubernetes itself puts on any object in the name of whoever asks. */
const ownOfKubernetes = "['foregroundDeletion', 'orphan']";
/** What it puts on claims, and its controller of claims takes off there and nowhere else. */
const ownOfClaims =
  "(request.resource.resource == 'persistentvolumeclaims' && finalizer == 'kubernetes.io/pvc-protection')";

/** Only controllers keep an object from going; one that a person adds is taken off by nobody, and the namespace never goes. */
export const finalizers: Guardrail = {
  name: "finalizers",
  stops: "Keeping a namespace from ever being removed by a finalizer that nobody takes off (k/k#60807).",
  rules: [{ groups: ["*"], resources: ["*"], operations: ["CREATE", "UPDATE"] }],
  audience: "tenants",
  conditions: [
    {
      name: "has-finalizers",
      expression:
        "request.namespace != '' && object != null && has(object.metadata.finalizers) && size(object.metadata.finalizers) > 0",
    },
  ],
  validations: [
    {
      expression: `object.metadata.finalizers.all(finalizer, finalizer in ${ownOfKubernetes} || ${ownOfClaims} || (oldObject != null && has(oldObject.metadata.finalizers) && finalizer in oldObject.metadata.finalizers))`,
      message:
        "finalizers: only controllers add them, because one that nobody takes off keeps the namespace from going",
    },
  ],
};
