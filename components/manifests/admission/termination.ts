import { maxTerminationSeconds } from "../../../tenants/termination.ts";
import { containers, shared, spec } from "./pod-spec.ts";
import type { Guardrail } from "./policy.ts";

const bound = `at most ${maxTerminationSeconds}`;
const within = (holder: string, field: string): string =>
  `(!has(${holder}.${field}) || ${holder}.${field} <= ${maxTerminationSeconds})`;
const probeWithin = (probe: string): string =>
  `(!has(container.${probe}) || ${within(`container.${probe}`, "terminationGracePeriodSeconds")})`;

/** A pod that takes no end keeps its node from being emptied, and its namespace from being erased. */
export const termination: Guardrail = {
  name: "termination",
  stops: "Staying on a node, or in a namespace that is to be erased, for days by a long grace period (k/k#60807).",
  ...shared,
  variables: [spec, containers],
  validations: [
    {
      expression: within("variables.pod", "terminationGracePeriodSeconds"),
      message: `terminationGracePeriodSeconds: ${bound}, which is as long as a node that is emptied waits`,
    },
    {
      expression: `variables.containers.all(container, ${probeWithin("livenessProbe")} && ${probeWithin("startupProbe")})`,
      message: `terminationGracePeriodSeconds of a probe: ${bound}, like that of the pod`,
    },
  ],
};

/** Who deletes may name a grace period of his own, which counts for more than the pod's. */
export const podDeletion: Guardrail = {
  name: "pod-deletion",
  stops:
    "Keeping a pod between life and death by deleting it with a long grace period, which a namespace's own end does not shorten.",
  rules: [
    { groups: [""], resources: ["pods"], operations: ["DELETE"] },
    { groups: [""], resources: ["pods/eviction"], operations: ["CREATE"] },
  ],
  // An autoscaler of nodes may be set up to wait longer, and it evicts: it is the platform's.
  audience: "tenants",
  variables: [
    {
      name: "options",
      expression:
        "request.operation == 'DELETE' ? dyn(request.options) : (has(dyn(object).deleteOptions) ? dyn(object).deleteOptions : dyn({}))",
    },
  ],
  validations: [
    {
      expression: within("variables.options", "gracePeriodSeconds"),
      message: `gracePeriodSeconds: ${bound}; leave it out, and the pod's own holds`,
    },
  ],
};
