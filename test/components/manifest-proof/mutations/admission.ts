import { set, push, drop, type Breaks } from "./change.ts";

const policy = "ValidatingAdmissionPolicy";
const binding = "ValidatingAdmissionPolicyBinding";

/** Admission policies. */
export const admission: Breaks = [
  {
    what: "failurePolicy Ignore",
    reason: "lets pass what it cannot judge",
    change: set(policy, "tenantry-network-policies", ["spec", "failurePolicy"], "Ignore"),
  },
  {
    what: "matchPolicy Exact",
    reason: "can be passed by another version",
    change: set(policy, "tenantry-route-hosts", ["spec", "matchConstraints", "matchPolicy"], "Exact"),
  },
  {
    what: "objects left out by a selector",
    reason: "leaves objects out by objectSelector",
    change: set(policy, "tenantry-services", ["spec", "matchConstraints", "objectSelector"], {
      matchLabels: { judged: "yes" },
    }),
  },
  {
    what: "an expression that is true",
    reason: "says something else than its source",
    change: set(policy, "tenantry-claims", ["spec", "validations", 0, "expression"], "true"),
  },
  {
    what: "an exemption more",
    reason: "says something else than its source",
    change: push(policy, "tenantry-claims", ["spec", "matchConditions"], {
      name: "x",
      expression: "request.namespace != 'tenant-acme'",
    }),
  },
  {
    what: "validationActions Audit only",
    reason: "does not deny",
    change: set(binding, "tenantry-tokens", ["spec", "validationActions"], ["Audit"]),
  },
  {
    what: "a namespace exempted by the binding",
    reason: "does not act in all namespaces of tenants",
    change: push(binding, "tenantry-services", ["spec", "matchResources", "namespaceSelector", "matchExpressions"], {
      key: "tenantry.dev/tenant",
      operator: "NotIn",
      values: ["acme"],
    }),
  },
  { what: "a guardrail missing", reason: "is missing", change: drop(policy, "tenantry-roles") },
  { what: "a binding missing", reason: "is missing", change: drop(binding, "tenantry-roles") },
];
