import { isOurs } from "./platform-objects.ts";
import type { Guardrail } from "./policy.ts";

/**
 * Policies of the whole cluster come before every NetworkPolicy: one `Accept` opens all tenants. Who may write them decides over
 * isolation, whatever a Role says, so only those who administer guardrails do. All kinds of the group, its older ones included. Those
 * that the platform made are left to the guardrail of all its objects, so that one of the two refuses and never both.
 */
export const clusterPolicies: Guardrail = {
  name: "cluster-policies",
  stops: "Overruling every NetworkPolicy by a policy of the whole cluster (capsule#649, PR#793).",
  rules: [{ groups: ["policy.networking.k8s.io"], resources: ["*"], operations: ["CREATE", "UPDATE", "DELETE"] }],
  audience: "tenants",
  scope: "cluster",
  conditions: [{ name: "notOfThePlatform", expression: `!(${isOurs("object")} || ${isOurs("oldObject")})` }],
  validations: [
    {
      expression: "false",
      message:
        "policies of the whole cluster decide over the isolation of tenants; make a NetworkPolicy in your namespace instead, or bind tenantry-guardrails-administrator to who looks after them",
    },
  ],
};
