import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

import { childOptions } from "./children.ts";
import { buildServiceAccount } from "./manifests/accounts.ts";
import { buildAutoscaler } from "./manifests/autoscaler.ts";
import type { Input } from "./manifests/kubernetes.ts";
import { buildHeadlessService, buildStatefulSet, prepareScript, type RuntimeSettings } from "./manifests/runtime.ts";
import { buildBudget, buildService, type Resources, workloadSelector } from "./manifests/workload.ts";
import { defaultResources, type WorkloadArgs, workloadSettings } from "./workload-args.ts";

/** Arguments of `RuntimeStatefulSet`. */
export interface RuntimeStatefulSetArgs extends WorkloadArgs {
  /** @default 3000 */
  readonly port?: number;
  /**
   * The volume of each replica. It outlives a scale-down, and a replica that comes back gets the same one again. Changing class
   * or size replaces the StatefulSet object; existing volumes keep theirs (docs/components.md says how to grow one).
   */
  readonly volume: {
    readonly storageClass: Input<string>;
    readonly size: Input<string>;
    /** @default "/data" */
    readonly mountPath?: string;
  };
  /**
   * The step that prepares the volume before the runtime starts.
   * @default the runtime's own image with `/bin/sh`, making `state` and `workspace`
   */
  readonly prepare?: {
    /**
     * The runtime's own image needs no second pull, scan or registry rule. Give another one, or a `command` that the image
     * knows, when it has no shell.
     * @default the runtime's image
     */
    readonly image?: Input<string>;
    /**
     * Command in exec form. It finds the mount path in `DATA_DIRECTORY` and the names to make in `DATA_SUBDIRECTORIES`, and must fail when
     * it cannot write.
     * @default /bin/sh with a script of eight lines
     */
    readonly command?: readonly string[];
    /** Names of directories below the mount path, without spaces. @default ["state", "workspace"] */
    readonly directories?: readonly string[];
  };
  /** Requests and limits of the preparing step. @default the container's default */
  readonly initResources?: Resources;
  /**
   * Leave the pods running when the StatefulSet object is replaced, for the new one to adopt. Deleting the component on its own
   * then leaves them behind as well, so this is for namespaces that are deleted as a whole.
   * @default false
   */
  readonly keepPodsOnReplacement?: boolean;
}

function runtimeSettings(name: string, args: RuntimeStatefulSetArgs): RuntimeSettings {
  const { prepare = {}, volume } = args;
  return {
    ...workloadSettings(name, args, 3000),
    volume: { ...volume, mountPath: volume.mountPath ?? "/data" },
    prepare: {
      image: prepare.image ?? args.image,
      command: prepare.command ?? ["/bin/sh", "-ec", prepareScript],
      directories: prepare.directories ?? ["state", "workspace"],
      resources: args.initResources ?? defaultResources,
    },
    keepPodsOnReplacement: args.keepPodsOnReplacement ?? false,
  };
}

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
    new kubernetes.apps.v1.StatefulSet(
      `${name}-workload`,
      buildStatefulSet(settings),
      childOptions(this, [account, headless, ...(args.guardrails ?? [])]),
    );
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
