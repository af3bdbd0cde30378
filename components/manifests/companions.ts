import { buildServiceAccount } from "./accounts.ts";
import { buildAutoscaler } from "./autoscaler.ts";
import type { AutoscalerManifest, BudgetManifest, ServiceAccountManifest, ServiceManifest } from "./kubernetes.ts";
import { buildBudget, buildService, type WorkloadSettings } from "./workload.ts";

/** What stands beside the pods of either workload. */
export interface Companions {
  readonly account: ServiceAccountManifest;
  readonly service: ServiceManifest;
  /** `null` while the workload has no pods to scale. */
  readonly autoscaler: AutoscalerManifest | null;
  /** `null` while the workload has no pods to keep. */
  readonly budget: BudgetManifest | null;
}

/** Account, Service, autoscaler and disruption budget of a workload of this kind. */
export function buildCompanions(settings: WorkloadSettings, kind: "StatefulSet" | "Deployment"): Companions {
  const { objectName, namespace, labels, autoscaler, maxUnavailable } = settings;
  return {
    account: buildServiceAccount(objectName, namespace, labels),
    service: buildService(settings),
    autoscaler: autoscaler === null ? null : buildAutoscaler(settings, kind, autoscaler),
    budget: maxUnavailable === null ? null : buildBudget(settings, maxUnavailable),
  };
}
