import type { EnvironmentPlan } from "../../tenants/model.ts";
import { listed } from "../../tenants/suggest.ts";
import { type Check, enforced, notEnforced, unknown } from "../check.ts";
import { plannedKinds } from "../planned-kinds.ts";

const noDiscovery = "the server does not list what it serves";
const discoveryRemedy =
  "Give the identity the built-in ClusterRole system:discovery; Kubernetes before 1.30 lists it in another form.";

/** Every kind of the plan's manifests is served. */
export const kinds: Check = {
  name: "kinds",
  need: "update",
  look: async (view, plan) => {
    const discovery = await view.discovery();
    if (discovery === null) return unknown(noDiscovery, discoveryRemedy);
    const planned = plannedKinds(plan);
    const missing = planned.filter(({ apiVersion, kind }) => !discovery.serves(apiVersion, kind));
    if (missing.length === 0) return enforced(`all ${planned.length} kinds of the plan are served`);
    const names = missing.map(({ apiVersion, kind }) => `${kind} (${apiVersion})`);
    return notEnforced(
      `not served: ${listed(names, "and")}`,
      "Install what defines them: the Gateway API's standard channel, cert-manager; or turn off what needs them (gateway.listenerSets, gateway.issuer).",
    );
  },
};

const customMetrics = "custom.metrics.k8s.io";

/** Autoscalers find the metrics that they read. */
export const autoscalingMetrics: Check = {
  name: "autoscaling-metrics",
  need: "isolation",
  applies: (plan) => scaled(plan).length > 0,
  look: async (view, plan) => {
    const discovery = await view.discovery();
    if (discovery === null) return unknown(noDiscovery, discoveryRemedy);
    const custom = scaled(plan).some(({ requestsPerSecond }) => requestsPerSecond !== null);
    const missing = [
      ...(discovery.serves("metrics.k8s.io/v1beta1", "PodMetrics") ? [] : ["metrics.k8s.io (cpu and memory)"]),
      ...(custom && !discovery.hasGroup(customMetrics) ? [`${customMetrics} (requests per second)`] : []),
    ];
    return missing.length === 0
      ? enforced(`served: metrics.k8s.io${custom ? ` and ${customMetrics}` : ""}`)
      : notEnforced(
          `not served, or by a server that does not answer: ${listed(missing, "and")}`,
          "Install metrics-server, and for requests per second an adapter for custom metrics; without them nothing scales.",
        );
  },
};

function scaled({ tenants }: EnvironmentPlan) {
  return tenants.flatMap(({ runtime, dashboard }) =>
    [runtime.autoscaler, dashboard.autoscaler].filter((autoscaler) => autoscaler !== null),
  );
}
