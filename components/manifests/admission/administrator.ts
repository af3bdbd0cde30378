import type { types } from "@pulumi/kubernetes";

import { labelKeys } from "../../../tenants/names.ts";
import type { Metadata } from "../kubernetes.ts";
import { managedBy } from "../metadata.ts";
import { administerGuardrails } from "./actors.ts";

/** A ClusterRole with its fixed parts. */
export interface ClusterRoleManifest {
  apiVersion: "rbac.authorization.k8s.io/v1";
  kind: "ClusterRole";
  metadata: Metadata;
  rules: types.input.rbac.v1.PolicyRule[];
}

/** What lifts the guardrails, for who runs updates without being cluster-admin. Bound to nobody here. */
export function buildGuardrailsAdministrator(): ClusterRoleManifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name: "tenantry-guardrails-administrator",
      labels: { [labelKeys.managedBy]: managedBy, [labelKeys.partOf]: "tenantry" },
    },
    rules: [administerGuardrails],
  };
}
