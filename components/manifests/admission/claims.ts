import { isOrderAboutVolumes } from "./annotations.ts";
import { listParameter } from "./parameters.ts";
import type { Guardrail } from "./policy.ts";

/** New claims are of the tenant's classes and of no particular volume; controllers make claims from tenants' templates too. */
export const claims: Guardrail = {
  name: "claims",
  stops:
    "Binding a volume that somebody else has left (k/k#47326, k/k#65581), or a class that is not the tenant's, by the field or by an annotation.",
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
    {
      // Controllers of the cluster add theirs to claims that exist, which is no creation.
      expression: `!has(object.metadata.annotations) || !object.metadata.annotations.exists(key, ${isOrderAboutVolumes})`,
      message:
        "annotations: those about volumes are orders to controllers, and one counts for more than storageClassName; leave them out",
    },
    {
      expression: "!has(object.spec.volumeAttributesClassName) || object.spec.volumeAttributesClassName == ''",
      message: "volumeAttributesClassName: no such class is the tenant's; the storage class decides",
    },
  ],
};

const attributesClass = (object: string): string =>
  `(has(${object}.spec.volumeAttributesClassName) ? ${object}.spec.volumeAttributesClassName : '')`;

/** A claim that waits is bound by the cluster, and one that is bound keeps what it was made with. */
export const claimBinding: Guardrail = {
  name: "claim-binding",
  stops: "Binding a waiting claim to a volume or a node by hand, or giving a volume faster attributes than its class.",
  rules: [{ groups: [""], resources: ["persistentvolumeclaims"], operations: ["UPDATE"] }],
  audience: "tenants",
  validations: [
    {
      expression:
        "(has(object.spec.volumeName) ? object.spec.volumeName : '') == (has(oldObject.spec.volumeName) ? oldObject.spec.volumeName : '')",
      message: "volumeName: claims are bound by the cluster",
    },
    {
      expression: `!has(object.metadata.annotations) || object.metadata.annotations.all(key, !${isOrderAboutVolumes} || (has(oldObject.metadata.annotations) && key in oldObject.metadata.annotations && oldObject.metadata.annotations[key] == object.metadata.annotations[key]))`,
      message: "annotations: those about volumes are written by the cluster",
    },
    {
      expression: `${attributesClass("object")} == ${attributesClass("oldObject")}`,
      message: "volumeAttributesClassName: no such class is the tenant's; the storage class decides",
    },
  ],
};
