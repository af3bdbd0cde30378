import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { type DashboardArgs, dashboardSettings } from "./dashboard-args.ts";
import { buildDeployment } from "./manifests/dashboard.ts";
import { createCompanions } from "./workload-companions.ts";

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
    const { account, endpoint, podLabels } = createCompanions(this, name, settings, "Deployment");
    new kubernetes.apps.v1.Deployment(
      `${name}-workload`,
      buildDeployment(settings),
      childOptions(this, [account, ...(args.guardrails ?? [])]),
    );

    this.endpoint = endpoint;
    this.podLabels = podLabels;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
