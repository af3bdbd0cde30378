import { at, Faults, hasAt, jsonAt, listAt, ofKind, same, textAt, type TenantCheck } from "./reader.ts";
import { objectNames } from "../../tenants/names.ts";
import { podTemplates } from "./pods.ts";

const systemPriorities = ["system-cluster-critical", "system-node-critical"];

/** Scopes in which no pod may be, each closed by a quota of its own. */
const closedScopes = [
  {
    quota: objectNames.priorityQuota,
    reason: "no quota keeps pods from system priorities",
    closes: (selector: unknown) =>
      textAt(selector, "scopeName") === "PriorityClass" &&
      textAt(selector, "operator") === "In" &&
      systemPriorities.every((priority) => listAt(selector, "values").includes(priority)),
  },
  {
    quota: objectNames.affinityQuota,
    reason: "no quota keeps affinity at home",
    closes: (selector: unknown) =>
      textAt(selector, "scopeName") === "CrossNamespacePodAffinity" && textAt(selector, "operator") === "Exists",
  },
] as const;

/** Quotas and limits are the plan's, key by key, and no autoscaler goes beyond it, and nodes can be emptied. */
export const boundFaults: TenantCheck = ({ tenant, objects }) => {
  const faults = new Faults("compute");
  const quotas = ofKind(objects, "ResourceQuota");
  const quota = quotas.find((object) => textAt(object, "metadata", "name") === objectNames.quota);
  const hard = jsonAt(quota, "spec", "hard");
  const name = `ResourceQuota ${tenant.namespace}/${objectNames.quota}`;
  faults.need(quota !== undefined, name, "is missing");
  for (const [key, amount] of Object.entries(tenant.quota)) {
    faults.need(hard[key] === amount, name, `${key} is ${textAt(hard, key) || "without bound"} and not ${amount}`);
  }
  faults.need(!hasAt(quota, "spec", "scopes") && !hasAt(quota, "spec", "scopeSelector"), name, "counts some pods only");
  for (const scope of closedScopes) {
    const closed = quotas.some(({ spec }) => {
      const [selector, ...more] = listAt(spec, "scopeSelector", "matchExpressions");
      return more.length === 0 && same(at(spec, "hard"), { pods: "0" }) && scope.closes(selector);
    });
    faults.need(closed, `ResourceQuota ${tenant.namespace}/${scope.quota}`, scope.reason);
  }
  limitFaults(faults, tenant.namespace);
  const claimed = [
    [objectNames.runtime, tenant.runtime.autoscaler],
    [objectNames.dashboard, tenant.dashboard.autoscaler],
  ] as const;
  for (const scaler of ofKind(objects, "HorizontalPodAutoscaler")) {
    const planned = claimed.find(([target]) => target === textAt(scaler, "spec", "scaleTargetRef", "name"))?.[1];
    const most = at(scaler, "spec", "maxReplicas");
    faults.need(typeof most === "number" && most <= (planned?.replicas.max ?? 0), scaler, "scales beyond the plan");
  }
  for (const budget of ofKind(objects, "PodDisruptionBudget")) {
    const gone = at(budget, "spec", "maxUnavailable");
    const lets = typeof gone === "number" && gone >= 1 && !hasAt(budget, "spec", "minAvailable");
    faults.need(lets, budget, "keeps nodes from being emptied");
    const unhealthy = textAt(budget, "spec", "unhealthyPodEvictionPolicy");
    faults.need(unhealthy === "AlwaysAllow", budget, "keeps nodes from being emptied of pods that are unwell");
  }
  for (const { object, containers } of podTemplates(objects)) {
    for (const container of containers) {
      for (const [bound, resource] of ["requests", "limits"].flatMap((each) =>
        ["cpu", "memory", "ephemeral-storage"].map((one) => [each, one] as const),
      )) {
        const written = textAt(container, "resources", bound, resource) !== "";
        faults.need(written, object, `container ${textAt(container, "name")} has no ${bound} of ${resource}`);
      }
    }
  }
  return faults.list;

  function limitFaults(into: Faults, namespace: string): void {
    const limits = ofKind(objects, "LimitRange").flatMap((range) => listAt(range, "spec", "limits"));
    const { container, pod, volume } = tenant.limitRange;
    const of = (type: string) => limits.find((entry) => textAt(entry, "type") === type);
    const amounts = ({ cpu, memory, ephemeralStorage }: typeof pod.max) => ({
      cpu,
      memory,
      "ephemeral-storage": ephemeralStorage,
    });
    const range = `LimitRange ${namespace}/${objectNames.limits}`;
    into.need(same(at(of("Container"), "max"), amounts(container.max)), range, "containers have another largest size");
    into.need(
      same(at(of("Container"), "default"), amounts(container.default)),
      range,
      "containers have another default",
    );
    into.need(same(at(of("Pod"), "max"), amounts(pod.max)), range, "pods have another largest size");
    into.need(
      same(at(of("PersistentVolumeClaim"), "max"), { storage: volume.max }),
      range,
      "volumes have no largest size",
    );
  }
};
