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

/** Name of the role that lifts the guardrails; there is one per cluster. */
export const guardrailsAdministrator = "tenantry-guardrails-administrator";

/** Which environment's platform stands on a cluster: its `cluster.identifier`, for whoever has to know that it is the right one. */
export const clusterAnnotation = "tenantry.dev/cluster";

/** What lifts the guardrails, for who runs updates without being cluster-admin. Bound to nobody here. */
export function buildGuardrailsAdministrator(clusterIdentifier: string): ClusterRoleManifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: {
      name: guardrailsAdministrator,
      labels: { [labelKeys.managedBy]: managedBy, [labelKeys.partOf]: "tenantry" },
      annotations: { [clusterAnnotation]: clusterIdentifier },
    },
    rules: [administerGuardrails],
  };
}
