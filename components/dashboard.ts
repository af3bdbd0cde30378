import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { type DashboardArgs, dashboardSettings } from "./dashboard-args.ts";
import { buildServiceAccount } from "./manifests/accounts.ts";
import { buildAutoscaler } from "./manifests/autoscaler.ts";
import { buildDeployment } from "./manifests/dashboard.ts";
import { buildBudget, buildService, workloadSelector } from "./manifests/workload.ts";

export type { DashboardArgs };

/**
 * A stateless dashboard that never serves with fewer pods than wanted: ServiceAccount, Service, Deployment, autoscaler and
 * disruption budget.
 *
 * @example
 * new Dashboard("console", { namespace: "agents", image: "registry.example/console@sha256:...", runtimeUrl: runtime.endpoint });
 */
export class Dashboard extends pulumi.ComponentResource {
  /** URL of the ClusterIP Service inside the cluster. */
  readonly endpoint: pulumi.Output<string>;
  /** Labels that the dashboard's pods carry and a NetworkPolicy may select. */
  readonly podLabels: Readonly<Record<string, string>>;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:Dashboard", name, {}, opts);
    const settings = dashboardSettings(name, args);
    const { objectName, namespace, labels, autoscaler, maxUnavailable } = settings;
    const child = childOptions(this);

    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      buildServiceAccount(objectName, namespace, labels),
      child,
    );
    new kubernetes.core.v1.Service(`${name}-service`, buildService(settings), child);
    new kubernetes.apps.v1.Deployment(
      `${name}-workload`,
      buildDeployment(settings),
      childOptions(this, [account, ...(args.guardrails ?? [])]),
    );
    if (autoscaler !== null) {
      new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
        `${name}-autoscaler`,
        buildAutoscaler(settings, "Deployment", autoscaler),
        child,
      );
    }
    if (maxUnavailable !== null) {
      new kubernetes.policy.v1.PodDisruptionBudget(`${name}-budget`, buildBudget(settings, maxUnavailable), child);
    }

    this.endpoint = pulumi.interpolate`http://${objectName}.${namespace}.svc:${settings.port}`;
    this.podLabels = workloadSelector(settings);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
