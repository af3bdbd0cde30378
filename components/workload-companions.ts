import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { buildCompanions } from "./manifests/companions.ts";
import { workloadSelector, type WorkloadSettings } from "./manifests/workload.ts";

/** What a workload's component needs of its companions. */
export interface WorkloadCompanions {
  /** The account that the pods run as; the workload comes after it. */
  readonly account: kubernetes.core.v1.ServiceAccount;
  /** URL of the ClusterIP Service inside the cluster. */
  readonly endpoint: pulumi.Output<string>;
  /** Labels that the workload's pods carry. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Makes account, Service, autoscaler and disruption budget as children of the workload's component. */
export function createCompanions(
  component: pulumi.Resource,
  name: string,
  settings: WorkloadSettings,
  kind: "StatefulSet" | "Deployment",
): WorkloadCompanions {
  const { account, service, autoscaler, budget } = buildCompanions(settings, kind);
  const child = childOptions(component);
  new kubernetes.core.v1.Service(`${name}-service`, service, child);
  if (autoscaler !== null) {
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, autoscaler, child);
  }
  if (budget !== null) new kubernetes.policy.v1.PodDisruptionBudget(`${name}-budget`, budget, child);
  return {
    account: new kubernetes.core.v1.ServiceAccount(`${name}-account`, account, child),
    endpoint: pulumi.interpolate`http://${settings.objectName}.${settings.namespace}.svc:${settings.port}`,
    podLabels: workloadSelector(settings),
  };
}
