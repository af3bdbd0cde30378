import { listParameter } from "./parameters.ts";
import type { Guardrail } from "./policy.ts";

/** New claims are of the tenant's classes and of no particular volume; controllers make claims from tenants' templates too. */
export const claims: Guardrail = {
  name: "claims",
  stops: "Binding a volume that somebody else has left (k/k#47326, k/k#65581), or a class that is not the tenant's.",
  rules: [{ groups: [""], resources: ["persistentvolumeclaims"], operations: ["CREATE"] }],
  audience: "everyone",
  variables: [listParameter("storageClasses")],
  validations: [
    {
      expression: "has(object.spec.storageClassName) && object.spec.storageClassName in variables.storageClasses",
      message: "storageClassName: not one of the environment's storage classes",
    },
    {
      expression: "!has(object.spec.volumeName) || object.spec.volumeName == ''",
      message: "volumeName: volumes are made for the claim; none is chosen",
    },
    {
      expression: "!has(object.spec.selector)",
      message: "selector: volumes are made for the claim; none is chosen",
    },
    {
      expression: "!has(object.spec.dataSourceRef) || !has(object.spec.dataSourceRef.namespace)",
      message: "dataSourceRef: only from the claim's own namespace",
    },
  ],
};

/** A claim that waits is bound by the cluster. */
export const claimBinding: Guardrail = {
  name: "claim-binding",
  stops: "Binding a waiting claim to a volume by hand.",
  rules: [{ groups: [""], resources: ["persistentvolumeclaims"], operations: ["UPDATE"] }],
  audience: "tenants",
  validations: [
    {
      expression:
        "(has(object.spec.volumeName) ? object.spec.volumeName : '') == (has(oldObject.spec.volumeName) ? oldObject.spec.volumeName : '')",
      message: "volumeName: claims are bound by the cluster",
    },
  ],
};
