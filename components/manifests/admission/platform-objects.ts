import { labelKeys, objectNames } from "../../../tenants/names.ts";
import { managedBy } from "../metadata.ts";
import type { Guardrail } from "./policy.ts";

/** CEL: true for an object that the platform made. */
export const isOurs = (object: string): string =>
  `(${object} != null && has(${object}.metadata.labels) && '${labelKeys.managedBy}' in ${object}.metadata.labels && ${object}.metadata.labels['${labelKeys.managedBy}'] == '${managedBy}')`;

const everyChange = ["CREATE", "UPDATE", "DELETE"] as const;

/** Left to others: what controllers make from ours carries our label for that reason alone, and namespaces have their own guardrail. */
const elsewhere = [
  { groups: [""], resources: ["pods", "pods/*", "events"], operations: everyChange },
  { groups: [""], resources: ["namespaces", "namespaces/*"], operations: everyChange },
] as const;

/** What the platform made is read-only inside a tenant's namespace, and nobody else may claim to be the platform. */
export const platformObjects: Guardrail = {
  name: "platform-objects",
  stops:
    "Weakening, deleting or imitating what the platform made: quota, limits, policies, roles, workloads (capsule#649, CVE-2025-55205).",
  rules: [{ groups: ["*"], resources: ["*", "*/status"], operations: everyChange }],
  except: elsewhere,
  audience: "tenants",
  conditions: [{ name: "ofThePlatform", expression: `${isOurs("object")} || ${isOurs("oldObject")}` }],
  validations: [
    {
      expression: "false",
      message: `objects labelled ${labelKeys.managedBy}=${managedBy} belong to the platform; change the tenant's record instead, or make an object of your own without that label`,
    },
  ],
};

/** A Scale carries no labels, so the names decide: they are the platform's in every tenant's namespace. */
export const platformScale: Guardrail = {
  name: "platform-scale",
  stops: "Scaling the platform's workloads past its own autoscaler.",
  rules: [{ groups: ["apps"], resources: ["deployments/scale", "statefulsets/scale"], operations: ["UPDATE"] }],
  audience: "tenants",
  conditions: [
    {
      name: "ofThePlatform",
      expression: `request.name in ['${objectNames.runtime}', '${objectNames.dashboard}']`,
    },
  ],
  validations: [
    {
      expression: "false",
      message: "the runtime and the dashboard are scaled by the platform; change replicas in the tenant's record",
    },
  ],
};
