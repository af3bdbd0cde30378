import { labelKeys } from "../../../tenants/names.ts";
import type { Guardrail } from "./policy.ts";

const isTenant = (object: string): string =>
  `(${object} != null && (${object}.metadata.name.startsWith('tenant-') || (has(${object}.metadata.labels) && '${labelKeys.tenant}' in ${object}.metadata.labels)))`;

/**
 * A tenant's namespace is frozen: its labels select network policies and these guardrails, its annotations are their parameters.
 * Not bound by the namespace's labels, because a change that takes them off would then pass.
 */
export const namespaces: Guardrail = {
  name: "namespaces",
  stops:
    "Relabelling a namespace so that selectors, Pod Security and guardrails no longer see it (CVE-2024-39690, CVE-2025-55205, capsule#200).",
  rules: [
    {
      groups: [""],
      resources: ["namespaces", "namespaces/status", "namespaces/finalize"],
      operations: ["CREATE", "UPDATE", "DELETE"],
    },
  ],
  audience: "tenants",
  scope: "cluster",
  conditions: [{ name: "ofATenant", expression: `${isTenant("object")} || ${isTenant("oldObject")}` }],
  validations: [
    { expression: "false", message: "namespaces of tenants are made and changed from the list of tenants only" },
  ],
};
