import type { types } from "@pulumi/kubernetes";

import type { Input, InputMap, ServiceManifest, StatefulSetManifest } from "./kubernetes.ts";
import { containerResources, containerSecurity, environmentList, podTemplate, replicas } from "./pod.ts";
import { type Resources, workloadMetadata, workloadSelector, type WorkloadSettings } from "./workload.ts";

/** The step that makes a volume ready before the runtime starts. */
export interface PrepareStep {
  /** Image to run it with. */
  readonly image: Input<string>;
  /** Command in exec form; it finds the mount path in `DATA_DIRECTORY` and the directories to make in `DATA_SUBDIRECTORIES`. */
  readonly command: readonly string[];
  /** Directories below the mount path. */
  readonly directories: readonly string[];
  readonly resources: Resources;
}

/** Everything the runtime's builders need to know. */
export interface RuntimeSettings extends WorkloadSettings {
  readonly volume: { readonly storageClass: Input<string>; readonly size: Input<string>; readonly mountPath: string };
  readonly prepare: PrepareStep;
  /** See `RuntimeStatefulSetArgs.keepPodsOnReplacement`. */
  readonly keepPodsOnReplacement: boolean;
}

const volumeName = "data";

/**
 * Makes the directories and proves that they can be written, so that a wrong volume fails here with one clear line instead of
 * somewhere in the agent. Paths come in by environment variable and are quoted: nothing from a plan becomes shell text.
 */
export const prepareScript = [
  "set -f",
  "for name in $DATA_SUBDIRECTORIES; do",
  '  mkdir -p "$DATA_DIRECTORY/$name"',
  '  probe="$DATA_DIRECTORY/$name/.tenantry-write-check"',
  '  : > "$probe" || { echo "volume: $DATA_DIRECTORY/$name cannot be written by user $(id -u)" >&2; exit 1; }',
  '  rm -f "$probe"',
  "done",
].join("\n");

/** Name of the headless Service that gives each replica a DNS name of its own. */
export function headlessName(settings: WorkloadSettings): string {
  return `${settings.objectName}-headless`;
}

/** The headless Service. Replicas find each other before they are ready, as peers that form a group must. */
export function buildHeadlessService(settings: RuntimeSettings): ServiceManifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: workloadMetadata(settings, headlessName(settings)),
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: workloadSelector(settings),
      ports: [{ name: "http", port: settings.port, targetPort: "http", protocol: "TCP" }],
    },
  };
}

function prepareContainer(settings: RuntimeSettings, environment: InputMap): types.input.core.v1.Container {
  const { prepare, volume } = settings;
  return {
    name: "prepare-volume",
    image: prepare.image,
    imagePullPolicy: settings.pullPolicy,
    command: [...prepare.command],
    env: environmentList({ ...environment, DATA_SUBDIRECTORIES: prepare.directories.join(" ") }),
    resources: containerResources(prepare.resources),
    securityContext: containerSecurity(),
    volumeMounts: [{ name: volumeName, mountPath: volume.mountPath }],
  };
}

/** Immutable in Kubernetes, so it carries identities only: no tier, no label that a person may change. */
function volumeClaim(settings: RuntimeSettings): types.input.core.v1.PersistentVolumeClaim {
  return {
    metadata: { name: volumeName, labels: workloadSelector(settings) },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: settings.volume.storageClass,
      resources: { requests: { storage: settings.volume.size } },
    },
  };
}

/** The agent runtime: one volume per replica, all replicas started and stopped side by side. */
export function buildStatefulSet(settings: RuntimeSettings): StatefulSetManifest {
  const environment = { DATA_DIRECTORY: settings.volume.mountPath };
  const propagation = { "pulumi.com/deletionPropagationPolicy": "orphan" };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: workloadMetadata(settings, settings.objectName, settings.keepPodsOnReplacement ? propagation : {}),
    spec: {
      ...replicas(settings),
      serviceName: headlessName(settings),
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "RollingUpdate" },
      selector: { matchLabels: workloadSelector(settings) },
      // Neither scaling down nor deleting the StatefulSet may cost anybody their data; the namespace takes the claims with it.
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      template: podTemplate(settings, {
        environment,
        mounts: [{ name: volumeName, mountPath: settings.volume.mountPath }],
        initContainers: [prepareContainer(settings, environment)],
        // Replicas are replaced in place, one for one: counting all of them is right whichever revision each has.
        revisionLabels: [],
      }),
      volumeClaimTemplates: [volumeClaim(settings)],
    },
  };
}
