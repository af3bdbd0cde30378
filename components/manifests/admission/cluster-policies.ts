import type { Guardrail } from "./policy.ts";

/**
 * Policies of the whole cluster come before every NetworkPolicy: one `Accept` opens all tenants. Who may write them decides over
 * isolation, whatever a Role says, so only those who administer guardrails do. All kinds of the group, its older ones included.
 */
export const clusterPolicies: Guardrail = {
  name: "cluster-policies",
  stops:
    "Undoing the deny between tenants, or overruling every NetworkPolicy, by a policy of the whole cluster (capsule#649, PR#793).",
  rules: [{ groups: ["policy.networking.k8s.io"], resources: ["*"], operations: ["CREATE", "UPDATE", "DELETE"] }],
  audience: "tenants",
  scope: "cluster",
  validations: [
    {
      expression: "false",
      message:
        "policies of the whole cluster decide over the isolation of tenants; make a NetworkPolicy in your namespace instead, or bind tenantry-guardrails-administrator to who looks after them",
    },
  ],
};
