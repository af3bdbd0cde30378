/**
 * Objects as large as people make them, and larger. The API server gives each policy a budget for its expressions, by the size of what
 * they go through, and refuses what exceeds it: a guardrail that grew too dear would refuse these, and no small object.
 */
import * as objects from "./objects.ts";
import type { Json } from "./objects.ts";

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const [container] = objects.podSpec.containers;
const volumes = times(30, (index) => ({
  name: `given-${index}`,
  projected: {
    sources: times(6, (source) => ({ configMap: { name: `settings-${source}` } })),
  },
}));
const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}`, subPath: "settings" }));
const filled = (name: string): Json => ({ ...container, name, volumeMounts });

const spec = {
  ...objects.podSpec,
  containers: times(30, (index) => filled(`main-${index}`)),
  initContainers: times(10, (index) => ({ ...filled(`first-${index}`), restartPolicy: "Always" })),
  volumes: [...objects.podSpec.volumes, ...volumes],
};

const withSpec = (object: Json, value: Json): Json => ({ ...object, spec: { ...(object["spec"] as Json), ...value } });
const peers = times(50, (index) => ({ podSelector: { matchLabels: { app: `front-${index}` } } }));

/** Each is accepted. */
export const largeObjects: readonly Json[] = [
  withSpec(objects.pod, spec),
  withSpec(objects.deployment, { template: { metadata: { labels: { app: "worker" } }, spec } }),
  withSpec(objects.networkPolicy, {
    ingress: times(50, () => ({ from: peers })),
    egress: times(50, () => ({ to: peers })),
  }),
  {
    ...objects.role,
    rules: times(200, () => ({
      apiGroups: [""],
      resources: ["configmaps", "secrets", "services", "pods", "persistentvolumeclaims"],
      verbs: ["get", "list", "watch", "create", "update", "patch", "delete"],
    })),
  },
];
