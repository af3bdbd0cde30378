import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { buildHeadlessService, buildStatefulSet } from "./manifests/runtime.ts";
import { runtimeSettings, type RuntimeStatefulSetArgs } from "./runtime-args.ts";
import { createCompanions } from "./workload-companions.ts";

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
    const { account, endpoint, podLabels } = createCompanions(this, name, settings, "StatefulSet");
    const headless = new kubernetes.core.v1.Service(
      `${name}-headless`,
      buildHeadlessService(settings),
      childOptions(this),
    );
    new kubernetes.apps.v1.StatefulSet(`${name}-workload`, buildStatefulSet(settings), {
      ...childOptions(this, [account, headless, ...(args.guardrails ?? [])]),
      // Kubernetes lets nobody change the claim template of a StatefulSet. Left to itself the engine would replace the object,
      // and its preview would fail on the server's refusal; docs/components.md says how to change volumes on purpose.
      ignoreChanges: ["spec.volumeClaimTemplates"],
      // Left out rather than false, so that a caller who protects the whole component still does.
      ...(args.protect === true ? { protect: true } : {}),
    });

    this.endpoint = endpoint;
    this.podLabels = podLabels;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
