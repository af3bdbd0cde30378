/** The hardened pod that both workloads share. It satisfies Pod Security `restricted`, and more. */
import type { types } from "@pulumi/kubernetes";

import { resourceList } from "./quota.ts";
import type { InputMap } from "./kubernetes.ts";
import { type Resources, workloadSelector, type WorkloadSettings } from "./workload.ts";

type PodSpec = types.input.core.v1.PodSpec;
type PodTemplate = types.input.core.v1.PodTemplateSpec;
type Container = types.input.core.v1.Container;
type Mount = types.input.core.v1.VolumeMount;

/**
 * Where the tenant's secrets appear, one file per name. Files and not environment variables: an agent runs tools, every child
 * process inherits the environment, and crash reports print it.
 */
export const secretsDirectory = "/var/run/secrets/tenantry";

/** A pod and its parts that only one of the workloads has. */
export interface PodParts {
  readonly environment: InputMap;
  readonly mounts: readonly Mount[];
  readonly initContainers: readonly Container[];
  /** Labels that pods of different revisions differ in, so that the spread of one does not count the pods of another. */
  readonly revisionLabels: readonly string[];
}

const temporaryMount: Mount = { name: "tmp", mountPath: "/tmp" };

/** Fields that Pod Security checks on every container, and a root file system that cannot be written. */
export function containerSecurity(): types.input.core.v1.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
  };
}

/** Requests and limits in the API server's words. */
export function containerResources({ requests, limits }: Resources): types.input.core.v1.ResourceRequirements {
  return { requests: resourceList(requests), limits: resourceList(limits) };
}

/** Environment variables in a fixed order, so that the order in which they were written rolls no pods. */
export function environmentList(values: InputMap): types.input.core.v1.EnvVar[] {
  return Object.keys(values)
    .sort()
    .map((name) => ({ name, value: values[name] }));
}

function probes({
  healthPath,
}: WorkloadSettings): Pick<Container, "startupProbe" | "readinessProbe" | "livenessProbe"> {
  const probe = { httpGet: { path: healthPath, port: "http" }, timeoutSeconds: 3 };
  return {
    // 60 s to come up (Agentik OS asks for pods that are ready within 60 s), asked often so that a quick start is seen quickly.
    startupProbe: { ...probe, periodSeconds: 2, failureThreshold: 30 },
    readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 2 },
    // Slower than readiness: a busy pod should lose its traffic first and its life only when it stays unwell.
    livenessProbe: { ...probe, periodSeconds: 10, failureThreshold: 6 },
  };
}

function lifecycle({ preStopSeconds }: WorkloadSettings): Pick<Container, "lifecycle"> {
  // The kubelet's own sleep (stable since Kubernetes 1.34) needs no shell in the image.
  return preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } };
}

function mainContainer(settings: WorkloadSettings, parts: PodParts): Container {
  const { config, secrets } = settings;
  const secretMount: Mount = { name: "secrets", mountPath: secretsDirectory, readOnly: true };
  return {
    name: settings.objectName,
    image: settings.image,
    imagePullPolicy: settings.pullPolicy,
    ports: [{ name: "http", containerPort: settings.port, protocol: "TCP" }],
    env: environmentList({
      PORT: String(settings.port),
      ...(secrets === null ? {} : { SECRETS_DIRECTORY: secretsDirectory }),
      ...parts.environment,
      ...settings.environment,
    }),
    ...(config === null ? {} : { envFrom: [{ configMapRef: { name: config.name } }] }),
    resources: containerResources(settings.resources),
    ...probes(settings),
    ...lifecycle(settings),
    securityContext: containerSecurity(),
    volumeMounts: [...parts.mounts, temporaryMount, ...(secrets === null ? [] : [secretMount])],
  };
}

function volumes({ secrets, resources }: WorkloadSettings): types.input.core.v1.Volume[] {
  return [
    // Counts against the container's ephemeral storage anyway, so that limit is the one number there is.
    { name: "tmp", emptyDir: { sizeLimit: resources.limits.ephemeralStorage } },
    // 0440: the volume group of the pod can read it, nobody can write it.
    ...(secrets === null ? [] : [{ name: "secrets", secret: { secretName: secrets.name, defaultMode: 0o440 } }]),
  ];
}

/**
 * Spreads over zones and nodes as a preference. `DoNotSchedule` could strand a replica for good: its volume pins it to a zone,
 * and after another zone has failed and come back the skew may forbid exactly that zone.
 */
function spread(
  settings: WorkloadSettings,
  { revisionLabels }: PodParts,
): types.input.core.v1.TopologySpreadConstraint[] {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: workloadSelector(settings) },
    ...(revisionLabels.length === 0 ? {} : { matchLabelKeys: [...revisionLabels] }),
  }));
}

function podSpec(settings: WorkloadSettings, parts: PodParts): PodSpec {
  const { userId } = settings;
  return {
    serviceAccountName: settings.objectName,
    automountServiceAccountToken: false,
    // Service links would put the address of every Service of the namespace into the environment.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: settings.terminationGraceSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      // Walking a large volume on every start would cost minutes; the root tells whether it is needed.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: spread(settings, parts),
    ...(parts.initContainers.length === 0 ? {} : { initContainers: [...parts.initContainers] }),
    containers: [mainContainer(settings, parts)],
    volumes: volumes(settings),
  };
}

/** The pod template. Its annotations change with config and secrets, and so roll the pods. */
export function podTemplate(settings: WorkloadSettings, parts: PodParts): PodTemplate {
  const { config, secrets, labels } = settings;
  return {
    metadata: {
      labels: { ...labels, ...workloadSelector(settings) },
      annotations: {
        ...(config === null ? {} : { "checksum/config": config.checksum }),
        ...(secrets === null ? {} : { "checksum/secrets": secrets.version }),
      },
    },
    spec: podSpec(settings, parts),
  };
}

/**
 * `replicas` of a workload: absent where an autoscaler owns it (a number here would undo its work at every update), 0 where
 * there is none, which is what suspended means.
 */
export function replicas({ autoscaler }: WorkloadSettings): { replicas?: number } {
  return autoscaler === null ? { replicas: 0 } : {};
}
