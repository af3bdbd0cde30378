import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { buildServiceAccount } from "./manifests/accounts.ts";
import { buildAutoscaler } from "./manifests/autoscaler.ts";
import { buildHeadlessService, buildStatefulSet } from "./manifests/runtime.ts";
import { buildBudget, buildService, workloadSelector } from "./manifests/workload.ts";
import { runtimeSettings, type RuntimeStatefulSetArgs } from "./runtime-args.ts";

export type { RuntimeStatefulSetArgs };

/**
 * An agent runtime with a volume per replica: ServiceAccount, headless and ClusterIP Service, StatefulSet, autoscaler and
 * disruption budget.
 *
 * @example
 * new RuntimeStatefulSet("agent", {
 *   namespace: "agents",
 *   image: "registry.example/agent@sha256:...",
 *   volume: { storageClass: "standard", size: "10Gi" },
 * });
 */
export class RuntimeStatefulSet extends pulumi.ComponentResource {
  /** URL of the ClusterIP Service inside the cluster. */
  readonly endpoint: pulumi.Output<string>;
  /** Labels that the runtime's pods carry and a NetworkPolicy may select. */
  readonly podLabels: Readonly<Record<string, string>>;

  constructor(name: string, args: RuntimeStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:RuntimeStatefulSet", name, {}, opts);
    const settings = runtimeSettings(name, args);
    const { objectName, namespace, labels, autoscaler, maxUnavailable } = settings;
    const child = childOptions(this);

    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      buildServiceAccount(objectName, namespace, labels),
      child,
    );
    const headless = new kubernetes.core.v1.Service(`${name}-headless`, buildHeadlessService(settings), child);
    new kubernetes.core.v1.Service(`${name}-service`, buildService(settings), child);
    new kubernetes.apps.v1.StatefulSet(`${name}-workload`, buildStatefulSet(settings), {
      ...childOptions(this, [account, headless, ...(args.guardrails ?? [])]),
      // Kubernetes lets nobody change the claim template of a StatefulSet. Left to itself the engine would replace the object,
      // and its preview would fail on the server's refusal; docs/components.md says how to change volumes on purpose.
      ignoreChanges: ["spec.volumeClaimTemplates"],
      // Left out rather than false, so that a caller who protects the whole component still does.
      ...(args.protect === true ? { protect: true } : {}),
    });
    if (autoscaler !== null) {
      new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(
        `${name}-autoscaler`,
        buildAutoscaler(settings, "StatefulSet", autoscaler),
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
