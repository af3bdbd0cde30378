import { containers, shared, spec } from "./pod-spec.ts";
import type { Guardrail } from "./policy.ts";

/** gRPC probes have no host, and commands run inside the container. */
const hostless = (handler: string): string =>
  ["httpGet", "tcpSocket"]
    .map((kind) => `(!has(${handler}.${kind}) || !has(${handler}.${kind}.host) || ${handler}.${kind}.host == '')`)
    .join(" && ");
const within = (holder: string, names: readonly string[]): string =>
  names.map((name) => `(!has(${holder}.${name}) || (${hostless(`${holder}.${name}`)}))`).join(" && ");

/**
 * The kubelet sends probes and hooks from the node's own network, past every NetworkPolicy, and says in an event what came back. Pod
 * Security looks at hosts from 1.34 on, and at pods alone.
 */
export const probes: Guardrail = {
  name: "probes",
  stops: "Having the node ask for what no pod may reach, by the host of a probe or of a hook (k/k#99425).",
  ...shared,
  variables: [spec, containers],
  validations: [
    {
      expression: `variables.containers.all(container, ${within("container", ["livenessProbe", "readinessProbe", "startupProbe"])})`,
      message: "host of a probe: leave it out, and the pod itself is asked",
    },
    {
      expression: `variables.containers.all(container, !has(container.lifecycle) || (${within("container.lifecycle", ["postStart", "preStop"])}))`,
      message: "host of a lifecycle hook: leave it out, and the pod itself is asked",
    },
  ],
};
