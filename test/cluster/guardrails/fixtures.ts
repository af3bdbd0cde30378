import { barePlan } from "../../support/plans.ts";
import * as objects from "./objects.ts";
import type { Json } from "./objects.ts";

/** One field of an accepted object, changed so that a guardrail must refuse it. */
export interface Twin {
  readonly guardrail: string;
  readonly base: Json;
  /** Where the one field is. */
  readonly path: readonly (string | number)[];
  /** Its new value; `undefined` takes it away. */
  readonly value: unknown;
}

function twins(guardrail: string, base: Json, changes: readonly (readonly [string, unknown])[]): readonly Twin[] {
  return changes.map(([path, value]) => ({
    guardrail,
    base,
    // A tilde stands for a dot inside a key, as in JSON Pointer's spirit: labels have dots.
    path: path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll("~", "."))),
    value,
  }));
}

const labelled = "metadata.labels.app~kubernetes~io/managed-by";
const pod = "spec";
const inTemplate = "spec.template.spec";
const inCronJob = "spec.jobTemplate.spec.template.spec";
const tag = "registry.tenantry.example/agents/worker:1";
const foreign = objects.goodImage.replace("registry.tenantry.example", "registry.other.example");
const sibling = objects.goodImage.replace("/agents/", "/agents-evil/");

/** A container that starts before the others and goes on. */
const sidecar = { ...objects.podSpec.containers[0], name: "sidecar", restartPolicy: "Always" };
const probedInit = { ...sidecar, readinessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } };

const hugePages = { cpu: "100m", memory: "128Mi", "hugepages-2Mi": "2Mi" };

/** Creations that a guardrail must refuse, each one field away from a creation that all accept. */
export const creationTwins: readonly Twin[] = [
  ...twins("platform-objects", objects.configMap, [[labelled, "tenantry"]]),
  ...twins("platform-objects", objects.networkPolicy, [[labelled, "tenantry"]]),

  ...twins("finalizers", objects.configMap, [["metadata.finalizers", ["attack.example/never"]]]),
  ...twins("finalizers", objects.deployment, [["metadata.finalizers", ["attack.example/never"]]]),
  // What only the controller of claims takes off stays for ever on anything else.
  ...twins("finalizers", objects.configMap, [["metadata.finalizers", ["kubernetes.io/pvc-protection"]]]),
  ...twins("finalizers", objects.claim, [["metadata.finalizers", ["attack.example/never"]]]),
  ...twins("pod-finalizers", objects.pod, [
    ["metadata.finalizers", ["attack.example/never"]],
    ["metadata.finalizers", ["kubernetes.io/pvc-protection"]],
  ]),

  ...twins("network-policies", objects.networkPolicy, [
    ["spec.ingress.0.from", []],
    ["spec.ingress.0.from", undefined],
    ["spec.ingress", [{}]],
    ["spec.ingress.0.from.0.namespaceSelector", {}],
    ["spec.ingress.0.from.0.namespaceSelector", { matchLabels: { "kubernetes.io/metadata.name": "tenant-other" } }],
    ["spec.ingress.0.from.0", { ipBlock: { cidr: "0.0.0.0/0" } }],
    ["spec.egress.0.to", undefined],
    ["spec.egress", [{}]],
    ["spec.egress.0.to.0.namespaceSelector", {}],
    ["spec.egress.0.to.0", { ipBlock: { cidr: "169.254.169.254/32" } }],
    ["spec.egress.0.to.0", { ipBlock: { cidr: "0.0.0.0/0" } }],
  ]),

  ...twins("services", objects.service, [
    ["spec.type", "NodePort"],
    ["spec.type", "LoadBalancer"],
    ["spec", { type: "ExternalName", externalName: "metadata.example" }],
    ["spec.externalIPs", ["203.0.113.7"]],
  ]),
  ...twins("endpoints", objects.endpoints, [["metadata.namespace", objects.tenantNamespace]]),
  ...twins("endpoints", objects.endpointSlice, [["metadata.namespace", objects.tenantNamespace]]),

  ...[objects.httpRoute, objects.grpcRoute, objects.tlsRoute].flatMap((route) =>
    twins("route-hosts", route, [
      ["spec.hostnames.0", "agents.other.example"],
      ["spec.hostnames.0", "*.guarded.example"],
      ["spec.rules.0.backendRefs.0.namespace", "tenant-other"],
    ]),
  ),
  ...[objects.httpRoute, objects.grpcRoute].flatMap((route) =>
    twins("route-hosts", route, [
      ["spec.hostnames", []],
      ["spec.hostnames", undefined],
    ]),
  ),
  ...twins("hostless-routes", objects.tcpRoute, [["metadata.namespace", objects.tenantNamespace]]),
  ...twins("listener-hosts", objects.listenerSet, [
    ["spec.listeners.0.hostname", "agents.other.example"],
    ["spec.listeners.0.hostname", undefined],
    ["spec.listeners.0.allowedRoutes.namespaces.from", "All"],
    ["spec.listeners.0.port", 443],
    ["spec.listeners.0.port", 8080],
    ["spec.listeners.0.protocol", "example.com/raw"],
  ]),
  ...twins("ingress-hosts", objects.ingress, [
    ["spec.rules.0.host", "agents.other.example"],
    ["spec.rules.0.host", "*.guarded.example"],
    ["spec.rules.0.host", undefined],
    ["spec.tls.0.hosts.0", "agents.other.example"],
    ["spec.defaultBackend", { service: { name: "worker", port: { number: 80 } } }],
  ]),
  ...[objects.service, objects.ingress, objects.httpRoute].flatMap((object) =>
    twins("edge-annotations", object, [
      ["metadata.annotations", { "external-dns.alpha.kubernetes.io/hostname": "agents.other.example" }],
      ["metadata.annotations", { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" }],
    ]),
  ),
  ...twins("reference-grants", objects.referenceGrant, [["metadata.namespace", objects.tenantNamespace]]),

  ...(
    [
      [objects.pod, pod],
      [objects.deployment, inTemplate],
      [objects.cronJob, inCronJob],
    ] as const
  ).flatMap(([object, at]) => [
    ...twins("images", object, [
      [`${at}.containers.0.image`, foreign],
      [`${at}.containers.0.image`, sibling],
      [`${at}.containers.0.image`, tag],
      [`${at}.containers.0.imagePullPolicy`, "IfNotPresent"],
      [`${at}.containers.0.imagePullPolicy`, "Never"],
    ]),
    ...twins("placement", object, [
      [`${at}.nodeName`, "node-1"],
      [`${at}.schedulerName`, "my-scheduler"],
      [`${at}.nodeSelector`, { "node-role.kubernetes.io/control-plane": "" }],
      [`${at}.tolerations.0`, { operator: "Exists" }],
      [`${at}.tolerations.0.key`, "tenantry.dev/dedicated"],
      [
        `${at}.affinity`,
        nodeAffinity({ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["node-1"] }] }),
      ],
      [`${at}.affinity`, nodeAffinity({ matchFields: [{ key: "metadata.name", operator: "In", values: ["node-1"] }] })],
      [`${at}.affinity`, { podAffinity: podTerm({ namespaceSelector: {} }) }],
      [`${at}.affinity`, { podAntiAffinity: podTerm({ namespaces: ["tenant-other"] }) }],
    ]),
    ...twins("classes", object, [[`${at}.runtimeClassName`, "unconfined"]]),
    ...twins("volumes", object, [
      [`${at}.volumes.0`, { name: "data", csi: { driver: "secrets.example" } }],
      [`${at}.containers.0.volumeMounts.0.subPath`, "inside"],
      [`${at}.containers.0.volumeMounts.0.subPathExpr`, "inside"],
      [`${at}.containers.0.volumeMounts.0`, { name: "data", mountPath: "/data", subPath: "inside", readOnly: true }],
      [`${at}.containers.0.volumeMounts.1.name`, "data"],
      [`${at}.volumes.1.projected.sources.0.serviceAccountToken.expirationSeconds`, 3601],
      // The number by which Kubernetes' own volumes get a token for a year.
      [`${at}.volumes.1.projected.sources.0.serviceAccountToken.expirationSeconds`, 3607],
      [`${at}.volumes.1.projected.sources.0.serviceAccountToken.expirationSeconds`, 4_294_967_296],
      [`${at}.volumes.1.projected.sources.1`, { clusterTrustBundle: { name: "bundle", path: "bundle.pem" } }],
      [
        `${at}.volumes.1.projected.sources.1`,
        { podCertificate: { signerName: "example.com/pods", keyType: "ED25519", credentialBundlePath: "bundle.pem" } },
      ],
    ]),
    ...twins("termination", object, [
      [`${at}.terminationGracePeriodSeconds`, 601],
      [`${at}.containers.0.livenessProbe.terminationGracePeriodSeconds`, 601],
      [`${at}.containers.0.startupProbe.terminationGracePeriodSeconds`, 601],
    ]),
    ...twins("resources", object, [
      [`${at}.containers.0.resources.limits.nvidia~com/gpu`, "1"],
      [`${at}.containers.0.resources`, { requests: hugePages, limits: hugePages }],
      [`${at}.initContainers`, [{ ...sidecar, resources: { requests: hugePages, limits: hugePages } }]],
      [`${at}.resources`, { requests: hugePages, limits: hugePages }],
      [`${at}.resourceClaims`, [{ name: "device", resourceClaimTemplateName: "device" }]],
    ]),
    ...twins("probes", object, [
      [`${at}.containers.0.livenessProbe.httpGet.host`, "169.254.169.254"],
      [`${at}.containers.0.startupProbe.httpGet.host`, "169.254.169.254"],
      [`${at}.containers.0.readinessProbe.tcpSocket.host`, "10.0.0.1"],
      [`${at}.containers.0.lifecycle.postStart.httpGet.host`, "169.254.169.254"],
      [`${at}.containers.0.lifecycle.preStop.httpGet.host`, "169.254.169.254"],
      [`${at}.initContainers`, [probedInit]],
    ]),
    ...twins("pod-identity", object, [
      [`${at}.serviceAccountName`, "default"],
      [`${at}.serviceAccountName`, "owner"],
    ]),
  ]),
  ...(
    [
      [objects.pod, "metadata"],
      [objects.deployment, "spec.template.metadata"],
      [objects.cronJob, "spec.jobTemplate.spec.template.metadata"],
    ] as const
  ).flatMap(([object, at]) =>
    twins("pod-annotations", object, [
      [`${at}.annotations`, { "k8s.v1.cni.cncf.io/networks": "host" }],
      [`${at}.annotations`, { "karpenter.sh/do-not-disrupt": "true" }],
    ]),
  ),
  ...twins("templates", objects.deployment, [["spec.template.metadata.finalizers", ["attack.example/never"]]]),
  ...twins("templates", objects.cronJob, [
    ["spec.jobTemplate.spec.template.metadata.finalizers", ["attack.example/never"]],
    ["spec.jobTemplate.metadata.labels.app~kubernetes~io/managed-by", "tenantry"],
  ]),
  ...twins("templates", objects.pod, [
    [
      `${pod}.volumes.2.ephemeral.volumeClaimTemplate.metadata.annotations`,
      { "volume.beta.kubernetes.io/storage-class": "foreign" },
    ],
    [`${pod}.volumes.2.ephemeral.volumeClaimTemplate.metadata.labels.app~kubernetes~io/managed-by`, "tenantry"],
  ]),
  ...twins("templates", objects.statefulSet, [
    ["spec.template.metadata.finalizers", ["attack.example/never"]],
    ["spec.volumeClaimTemplates.0.metadata.finalizers", ["attack.example/never"]],
    ["spec.volumeClaimTemplates.0.metadata.annotations", { "volume.kubernetes.io/selected-node": "node-1" }],
    ["spec.volumeClaimTemplates.0.metadata.labels.app~kubernetes~io/managed-by", "tenantry"],
  ]),
  ...(
    [
      [objects.pod, "metadata"],
      [objects.deployment, "spec.template.metadata"],
      [objects.statefulSet, "spec.template.metadata"],
      [objects.cronJob, "spec.jobTemplate.spec.template.metadata"],
    ] as const
  ).flatMap(([object, at]) =>
    twins("pod-labels", object, [
      [`${at}.labels.app~kubernetes~io/instance`, barePlan.id],
      [`${at}.labels.app~kubernetes~io/managed-by`, "tenantry"],
    ]),
  ),
  ...twins("classes", objects.deployment, [[`${inTemplate}.priorityClassName`, "system-node-critical"]]),
  ...twins("pod-identity", objects.deployment, [[`${inTemplate}.serviceAccountName`, undefined]]),
  ...twins("pod-identity", objects.pod, [[`${pod}.automountServiceAccountToken`, undefined]]),
  ...twins("resources", objects.pod, [[`${pod}.containers.0.resources`, undefined]]),

  ...twins("claims", objects.claim, [
    ["spec.storageClassName", "foreign"],
    ["spec.volumeName", "left-behind"],
    ["spec.selector", { matchLabels: { app: "other" } }],
    ["spec.volumeAttributesClassName", "gold"],
    ["metadata.annotations", { "volume.beta.kubernetes.io/storage-class": "foreign" }],
    ["metadata.annotations", { "volume.kubernetes.io/selected-node": "node-1" }],
    ["metadata.annotations", { "volume.beta.kubernetes.io/storage-provisioner": "example.com/none" }],
    ["metadata.annotations", { "volume.alpha.kubernetes.io/storage-class": "foreign" }],
  ]),

  ...twins("disruption-budgets", objects.budget, [
    ["spec.maxUnavailable", 0],
    ["spec.maxUnavailable", "0%"],
    ["spec.maxUnavailable", "00%"],
    ["spec.selector.matchLabels.app~kubernetes~io/name", "runtime"],
    ["spec.selector", {}],
    ["metadata.name", "second"],
    ["spec.unhealthyPodEvictionPolicy", undefined],
    ["spec.unhealthyPodEvictionPolicy", "IfHealthyBudget"],
  ]),
  ...twins("autoscalers", objects.autoscaler, [
    ["spec.scaleTargetRef.name", "dashboard"],
    ["spec.scaleTargetRef.kind", "ReplicaSet"],
    ["spec.scaleTargetRef.kind", "ReplicationController"],
  ]),

  ...twins("token-secrets", objects.secret, [["type", "bootstrap.kubernetes.io/token"]]),
  ...twins("service-accounts", objects.serviceAccount, [
    ["automountServiceAccountToken", undefined],
    ["automountServiceAccountToken", true],
    ["metadata.annotations", { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/other" }],
  ]),
  ...twins("roles", objects.role, [
    ["rules.0.verbs.0", "*"],
    ["rules.0.resources.0", "*"],
    ["rules.0.resources.0", "*/scale"],
    ["rules.0.apiGroups.0", "*"],
    ["rules.0.verbs.0", "escalate"],
    ["rules.0.verbs.0", "bind"],
    ["rules.0.verbs.0", "impersonate"],
    ["rules.0.resources.0", "serviceaccounts/token"],
    ["rules.0.resources.0", "pods/ephemeralcontainers"],
  ]),
  ...twins("role-bindings", objects.roleBinding, [
    ["roleRef.kind", "ClusterRole"],
    ["subjects.0", { apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "stranger@other.example" }],
    ["subjects.0", { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "system:authenticated" }],
    ["subjects.0.namespace", "tenant-other"],
  ]),
];

function nodeAffinity(term: Json): Json {
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

function podTerm(term: Json): Json {
  const labelSelector = { matchLabels: { app: "worker" } };
  return {
    requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: "kubernetes.io/hostname", ...term }],
  };
}

/** Objects whose kind is refused in tenants' namespaces altogether: their twin is the same object in a namespace of nobody. */
export const refusedKinds: ReadonlySet<string> = new Set(["endpoints", "hostless-routes", "reference-grants"]);
