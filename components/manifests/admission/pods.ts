import { objectNames } from "../../../tenants/names.ts";
import { listParameter, parameterAnnotations } from "./parameters.ts";
import { containers, shared, spec } from "./pod-spec.ts";
import type { Guardrail } from "./policy.ts";

const liesUnder = [
  "place.endsWith('/') ? container.image.startsWith(place)",
  "!place.contains('/') ? container.image.startsWith(place + '/')",
  "(container.image == place || container.image.startsWith(place + '/') || container.image.startsWith(place + ':') || container.image.startsWith(place + '@'))",
].join(" : ");

const setting = (key: string): string =>
  `(has(namespaceObject.metadata.annotations) && '${key}' in namespaceObject.metadata.annotations ? namespaceObject.metadata.annotations['${key}'] : '')`;

/** Images come from allowed places, by digest where the environment says so, and are pulled with the tenant's own credentials. */
export const images: Guardrail = {
  name: "images",
  stops: "Running unknown images, and running a neighbour's private image from a node's cache.",
  ...shared,
  variables: [spec, containers, listParameter("registries")],
  validations: [
    {
      expression: `variables.registries == ['*'] || variables.containers.all(container, variables.registries.exists(place, ${liesUnder}))`,
      message: "image: must lie under one of the environment's registries (images.registries); copy it there",
    },
    {
      expression: `${setting(parameterAnnotations.digests)} == 'any' || variables.containers.all(container, container.image.matches('@sha256:[0-9a-f]{64}$'))`,
      message: "image: this environment requires @sha256:<digest>, because a tag may move",
    },
    {
      expression: `${setting(parameterAnnotations.pulls)} == 'any' || variables.containers.all(container, (has(container.imagePullPolicy) && container.imagePullPolicy == 'Always') || (${setting(parameterAnnotations.pulls)} == 'always-for-tags' && container.image.contains('@sha256:')))`,
      message: "imagePullPolicy: must be Always, so that a node's cache gives nobody an image that he could not pull",
    },
  ],
};

const placeKeys = [
  "kubernetes.io/arch",
  "kubernetes.io/os",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
];
const quoted = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(", ")}]`;
const nodeTerms = (path: string): string =>
  `(!has(term${path}.matchFields) && (!has(term${path}.matchExpressions) || term${path}.matchExpressions.all(expression, expression.key in ${quoted(placeKeys)})))`;
const podTerms = (kind: "podAffinity" | "podAntiAffinity"): string => {
  const own = (path: string): string =>
    `(!has(term${path}.namespaceSelector) && (!has(term${path}.namespaces) || term${path}.namespaces.all(name, name == request.namespace)))`;
  const base = `variables.pod.affinity.${kind}`;
  const required = `${base}.requiredDuringSchedulingIgnoredDuringExecution`;
  const preferred = `${base}.preferredDuringSchedulingIgnoredDuringExecution`;
  return `(!has(variables.pod.affinity) || !has(${base}) || ((!has(${required}) || ${required}.all(term, ${own("")})) && (!has(${preferred}) || ${preferred}.all(term, ${own(".podAffinityTerm")}))))`;
};

/** The scheduler places tenants' pods, on the nodes that are for them. */
export const placement: Guardrail = {
  name: "placement",
  stops:
    "Choosing nodes: dedicated ones by tolerations (aws/karpenter-provider-aws#9467), control planes by nodeName, a neighbour's by affinity.",
  ...shared,
  variables: [spec],
  validations: [
    {
      // A bound pod has it; what is refused is a pod that begins with it.
      expression:
        "(object.kind == 'Pod' && request.operation == 'UPDATE') || !has(variables.pod.nodeName) || variables.pod.nodeName == ''",
      message: "nodeName: pods are placed by the scheduler",
    },
    {
      expression: "!has(variables.pod.schedulerName) || variables.pod.schedulerName == 'default-scheduler'",
      message: "schedulerName: only the default scheduler",
    },
    {
      expression: `!has(variables.pod.nodeSelector) || variables.pod.nodeSelector.all(key, key in ${quoted(placeKeys)})`,
      message: `nodeSelector: only ${placeKeys.join(", ")}`,
    },
    {
      expression: `!has(variables.pod.affinity) || !has(variables.pod.affinity.nodeAffinity) || ((!has(variables.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution) || variables.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.all(term, ${nodeTerms("")})) && (!has(variables.pod.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution) || variables.pod.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.all(term, ${nodeTerms(".preference")})))`,
      message: `nodeAffinity: only ${placeKeys.join(", ")}`,
    },
    {
      expression: `${podTerms("podAffinity")} && ${podTerms("podAntiAffinity")}`,
      message: "podAffinity and podAntiAffinity: only towards pods of the same namespace",
    },
    {
      expression:
        "!has(variables.pod.tolerations) || variables.pod.tolerations.all(toleration, has(toleration.key) && toleration.key in ['node.kubernetes.io/memory-pressure', 'node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'])",
      message: "tolerations: taints keep nodes for others; only not-ready, unreachable and memory-pressure",
    },
  ],
};

/** Classes that the environment gave the tenant. */
export const classes: Guardrail = {
  name: "classes",
  stops: "Pushing others off their nodes by priority (capsule#257, k/k#65557), or choosing a weaker sandbox.",
  ...shared,
  variables: [spec, listParameter("priorityClasses"), listParameter("runtimeClasses")],
  validations: [
    {
      expression:
        "!has(variables.pod.priorityClassName) || variables.pod.priorityClassName == '' || variables.pod.priorityClassName in variables.priorityClasses",
      message: "priorityClassName: not one of the environment's classes for tenants",
    },
    {
      expression: "!has(variables.pod.runtimeClassName) || variables.pod.runtimeClassName in variables.runtimeClasses",
      message: "runtimeClassName: not one of the environment's classes for tenants",
    },
  ],
};

const volumeKinds = [
  "configMap",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** Kinds whose files the kubelet alone writes, so that no link in them leads out of the volume. */
const writtenByNode = ["configMap", "downwardAPI", "projected", "secret"];
const anyOf = (holder: string, kinds: readonly string[]): string =>
  kinds.map((kind) => `has(${holder}.${kind})`).join(" || ");

/**
 * Tokens of a projected volume live as long as those that Kubernetes mounts by itself. 3607 is what it asks for these, and a sign to the
 * API server: it then issues a token for a year (kube-apiserver, --service-account-extend-token-expiration). A volume of that name is the
 * business of the guardrail on identities.
 */
const tokenExpires =
  "(!has(source.serviceAccountToken.expirationSeconds) || source.serviceAccountToken.expirationSeconds <= 3600 || (volume.name.startsWith('kube-api-access-') && source.serviceAccountToken.expirationSeconds == 3607))";

/** Volumes hold the tenant's own data and nothing of the node. */
export const volumes: Guardrail = {
  name: "volumes",
  stops:
    "Reaching the node's files by a volume or by subPath (CVE-2021-25741, CVE-2024-10220), or a token that lasts for years.",
  ...shared,
  variables: [
    spec,
    containers,
    {
      name: "volumesOfTheNode",
      expression: `has(variables.pod.volumes) ? variables.pod.volumes.filter(volume, ${anyOf("volume", writtenByNode)}).map(volume, volume.name) : []`,
    },
  ],
  validations: [
    {
      expression: `!has(variables.pod.volumes) || variables.pod.volumes.all(volume, ${anyOf("volume", volumeKinds)})`,
      message: `volumes: only ${volumeKinds.join(", ")}`,
    },
    {
      // A certificate of a pod is an identity that no other guardrail looks at; bundles are the cluster's to give.
      expression: `!has(variables.pod.volumes) || variables.pod.volumes.all(volume, !has(volume.projected) || !has(volume.projected.sources) || volume.projected.sources.all(source, ${anyOf("source", ["configMap", "downwardAPI", "secret", "serviceAccountToken"])}))`,
      message: "projected: only configMap, downwardAPI, secret and serviceAccountToken",
    },
    {
      expression: `!has(variables.pod.volumes) || variables.pod.volumes.all(volume, !has(volume.projected) || !has(volume.projected.sources) || volume.projected.sources.all(source, !has(source.serviceAccountToken) || ${tokenExpires}))`,
      message: "serviceAccountToken: expirationSeconds is at most 3600; the kubelet renews the file in time",
    },
    {
      // Mounting read-only is not enough: who writes the volume elsewhere places the link that leads out of it.
      expression:
        "variables.containers.all(container, !has(container.volumeMounts) || container.volumeMounts.all(mount, (!has(mount.subPath) && !has(mount.subPathExpr)) || mount.name in variables.volumesOfTheNode))",
      message: `volumeMounts: subPath only in volumes of ${writtenByNode.join(", ")} (CVE-2021-25741); mount the whole volume instead`,
    },
  ],
};

const countedResources = ["cpu", "memory", "ephemeral-storage"];
const onlyCounted = (holder: string): string =>
  `(!has(${holder}.resources) || ['requests', 'limits'].all(bound, !(bound in ${holder}.resources) || ${holder}.resources[bound].all(name, name in ${quoted(countedResources)})))`;

/**
 * What a container may use is stated, so that the quota counts it. The LimitRange fills in what nobody wrote. Nothing bounds devices and
 * huge pages: a quota names each one, and their names are a node's.
 */
export const resources: Guardrail = {
  name: "resources",
  stops:
    "Running without requests and limits where the defaults are missing, or taking devices and huge pages, which no quota bounds.",
  ...shared,
  variables: [spec, containers],
  validations: [
    {
      expression:
        // Not in templates: what they leave out, the LimitRange fills in when the pod is made.
        "object.kind != 'Pod' || variables.containers.all(container, has(container.resources) && ['requests', 'limits'].all(bound, bound in container.resources && ['cpu', 'memory'].all(name, name in container.resources[bound])))",
      message: "resources: every container needs requests and limits of cpu and memory",
    },
    {
      expression: `variables.containers.all(container, ${onlyCounted("container")}) && ${onlyCounted("variables.pod")}`,
      message: `resources: only ${countedResources.join(", ")}; devices and huge pages are not offered`,
    },
    {
      expression: "!has(variables.pod.resourceClaims)",
      message: "resourceClaims: devices are not offered",
    },
  ],
};

/** Tokens are for those who ask: a pod that says nothing gets none. */
export const podIdentity: Guardrail = {
  name: "pod-identity",
  stops: "Stealing a token that nobody needed from an agent that was talked into it (the default mounts one).",
  ...shared,
  variables: [spec],
  validations: [
    {
      expression: `has(variables.pod.serviceAccountName) && !(variables.pod.serviceAccountName in ['', 'default', '${objectNames.owner}'])`,
      message: "serviceAccountName: name an account of the workload; `default` is nobody's and `owner` is for people",
    },
    {
      expression:
        "!has(variables.pod.volumes) || !variables.pod.volumes.exists(volume, volume.name.startsWith('kube-api-access-')) || (has(variables.pod.automountServiceAccountToken) && variables.pod.automountServiceAccountToken)",
      message:
        "the service account mounts its token into every pod; set automountServiceAccountToken: false on the account, and true on the one pod that needs it",
    },
  ],
};

/** A container added to a running pod passes by what was checked when the pod was made. */
export const ephemeralContainers: Guardrail = {
  name: "ephemeral-containers",
  stops: "Adding a container to a running pod past the checks on pods (CVE-2023-2727, CVE-2023-2728, CVE-2024-3177).",
  rules: [{ groups: [""], resources: ["pods/ephemeralcontainers"], operations: ["UPDATE"] }],
  audience: "tenants",
  validations: [
    { expression: "false", message: "ephemeral containers are not offered; debug by exec or by a pod of your own" },
  ],
};
