import * as z from "zod";

import { maxTerminationSeconds } from "../termination.ts";
import { preflight } from "./preflight.ts";
import {
  byteAmount,
  cidrText,
  cpuAmount,
  dnsLabel,
  hinted,
  hostName,
  imageReference,
  integer,
  objectName,
  podLabels,
  port,
  portNumber,
  text,
} from "./words.ts";

/** Sizes that the tier table knows. */
export const environmentSizes = ["dev", "prod"] as const;

const podPeer = {
  namespace: dnsLabel.describe("Namespace, selected by kubernetes.io/metadata.name."),
  podLabels: podLabels.optional().describe("Labels of the pods. Default: every pod of that namespace."),
};

const cluster = z
  .strictObject({
    identifier: dnsLabel.describe(
      "Names the cluster for Pulumi's provider; a new value means another cluster and replaces everything.",
    ),
    kubeconfig: text(/^\S(?:.*\S)?$/, 1024, "must be a path", "Leave it out to use KUBECONFIG.")
      .optional()
      .describe(
        "Path of a kubeconfig, seen from the folder of the program. Default: KUBECONFIG, and what docs/clusters.md says after it.",
      ),
    context: text(/^\S(?:.*\S)?$/, 253, "must be a context name", "Leave it out to use the current one.")
      .optional()
      .describe("Context in the kubeconfig. Default: its current one."),
    queriesPerSecond: integer(1, 10_000, "requests per second")
      .default(100)
      .describe("Client-side request rate to the API server, per second."),
    burst: integer(1, 20_000, "requests")
      .default(200)
      .describe("Requests above that rate in one burst; at least queriesPerSecond."),
    podSecurityVersion: text(
      // Pod Security Admission is stable since v1.25.
      /^v1\.(?:2[5-9]|[3-9][0-9]|[1-9][0-9]{2})$/,
      6,
      "must be a pinned version from v1.25 on",
      "Write it like v1.35; latest would change under running pods.",
    )
      .default("v1.35")
      .describe("Version of the Pod Security `restricted` profile."),
    dns: z
      .strictObject(podPeer)
      .default({ namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } })
      .describe("Pods that answer DNS; the only DNS a tenant reaches."),
    privateRanges: z
      .array(cidrText)
      .max(50)
      .default([])
      .describe("More ranges no egress may reach, such as the cluster's own public nodes."),
    clusterNetworkPolicies: z
      .strictObject({
        priority: integer(0, 1000, "priority")
          .default(100)
          .describe(
            "Priority of tenants' policies in the Admin tier, the lowest first; no other policy may have the same.",
          ),
      })
      .optional()
      .describe(
        "Says that the cluster serves ClusterNetworkPolicy (policy.networking.k8s.io/v1alpha2) and that its network plugin enforces it; {} is enough. Each tenant then has one that denies traffic with all other tenants before any NetworkPolicy is asked. Default: between tenants stands NetworkPolicy alone.",
      ),
  })
  .describe("The cluster.");

const capacity = z
  .strictObject({
    cpu: cpuAmount.describe("Cpu that tenants' requests may promise, millicores or cores."),
    memory: byteAmount.describe("Memory that tenants' requests may promise, bytes."),
    ephemeralStorage: byteAmount.describe("Scratch disk that tenants' requests may promise, bytes."),
    storage: byteAmount.describe("Volume storage, bytes."),
    pods: integer(1, 10_000_000, "pods").describe("Pods."),
    volumes: integer(1, 10_000_000, "volumes").optional().describe("Volume claims. Default: not bounded."),
  })
  .describe("What the environment has for tenants. The sum of all quotas, suspended tenants included, must fit.");

const storage = z
  .strictObject({
    default: objectName.describe("Class of volumes that name none; one of classes."),
    classes: z
      .array(objectName)
      .min(1)
      .max(50)
      .describe("Classes that tenants may use, each up to the whole storage of the tenant's quota."),
    closedClasses: z
      .array(objectName)
      .max(50)
      .default([])
      .describe(
        "The cluster's other classes, each with a quota of 0. Kubernetes can close a class only by its name: one that is in neither list is bounded by the tenant's whole storage alone.",
      ),
  })
  .describe("Storage classes of the cluster.");

const gateway = z
  .strictObject({
    name: objectName.describe("Name of the Gateway."),
    namespace: dnsLabel.describe("Namespace of the Gateway."),
    className: objectName.describe("GatewayClass."),
    create: z.boolean().default(false).describe("Make the Gateway; false where another team owns it."),
    listenerSets: z
      .boolean()
      .default(false)
      .describe("A ListenerSet per tenant; false means the shared listener for *.<domain> serves all."),
    tlsSecret: objectName
      .optional()
      .describe(
        "Secret with the certificate for *.<domain> in the Gateway's namespace; where another team owns the Gateway, it says that the shared listener ends TLS. Default: plain HTTP.",
      ),
    listener: objectName
      .optional()
      .describe(
        "Name of the shared listener, which routes attach to where listenerSets is false. Default: https with tlsSecret, http without.",
      ),
    issuer: z
      .strictObject({
        kind: hinted(
          z.enum(["ClusterIssuer", "Issuer"]),
          "must be ClusterIssuer or Issuer",
          "Write the kind of the cert-manager object.",
        ).describe("Kind of the issuer."),
        name: objectName.describe("Name of the issuer."),
      })
      .optional()
      .describe(
        "cert-manager issuer for the tenants' certificates; needs listenerSets. It must use DNS-01 or a CA: what HTTP-01 starts in a tenant's namespace is refused there and cannot be reached.",
      ),
    dataPlaneNamespace: dnsLabel
      .optional()
      .describe("Namespace of the pods that forward requests. Default: namespace."),
    podLabels: podLabels
      .default({})
      .describe("Labels of the pods that forward requests. Default: every pod of that namespace."),
  })
  .describe("The shared Gateway. Default: no edge and no routes.");

const seconds = (maximum: number, minimum = 0) => integer(minimum, maximum, "seconds").optional();

const scaling = z.strictObject({
  stabilizationSeconds: seconds(3600).describe("How long recommendations are looked back on, 0 to 3600 s."),
  periodSeconds: seconds(1800, 1).describe("Length of a step's period, 1 to 1800 s."),
});

/** `tenantry:environment`. */
export const environmentSchema = z
  .strictObject({
    sizes: hinted(z.enum(environmentSizes), "must be dev or prod", "Choose a column of the tier table.").describe(
      "Column of the tier table: how big a tenant's pods are.",
    ),
    domain: hostName.describe("Zone of the environment; each tenant has <id>.<domain>."),
    protect: z
      .boolean()
      .default(true)
      .describe(
        "Refuse to delete tenants' namespaces, and with them all volumes, and the StatefulSets that own their claims, unless a record says otherwise.",
      ),
    cluster,
    preflight: preflight.default({ strict: true, stated: {}, accept: {} }),
    capacity,
    storage,
    classes: z
      .strictObject({
        priority: z.array(objectName).max(50).default([]).describe("Priority classes that tenants' own pods may name."),
        runtime: z.array(objectName).max(50).default([]).describe("Runtime classes that tenants' own pods may name."),
      })
      .default({ priority: [], runtime: [] })
      .describe(
        "Classes that tenants' own pods may name. Default: none, which is the cluster's default priority and runtime.",
      ),
    gateway: gateway.optional(),
    monitoring: z.strictObject(podPeer).optional().describe("Where metrics are scraped from. Default: nobody may."),
    images: z
      .strictObject({
        runtime: imageReference.describe("Image of runtimes that name none."),
        dashboard: imageReference.describe("Image of dashboards that name none."),
        requireDigest: z.boolean().default(true).describe("Refuse images without @sha256 digest."),
        registries: z
          .array(
            text(
              /^[a-z0-9][a-z0-9./:_-]*$/,
              255,
              "must be the beginning of an image reference",
              "Write a registry or a path in it, such as registry.example/agents.",
            ),
          )
          .min(1)
          .max(50)
          .optional()
          .describe("Image references must lie under one of these. Default: any."),
        pullPolicy: hinted(
          z.enum(["Always", "IfNotPresent"]),
          "must be Always or IfNotPresent",
          "Leave it out: digests are then IfNotPresent, tags Always.",
        )
          .optional()
          .describe("Default: IfNotPresent for digests, Always for tags."),
      })
      .describe("Images."),
    metrics: z
      .strictObject({
        requestsPerSecond: text(
          /^[a-zA-Z_:][a-zA-Z0-9_:]*$/,
          128,
          "must be the name of a pods metric",
          "Write it as the custom metrics API names it.",
        ).describe("Pods metric of the custom metrics API, in requests per second."),
      })
      .optional()
      .describe("Metrics that autoscalers may use. Default: cpu and memory only."),
    sharedServices: z
      .array(
        z.strictObject({
          name: dnsLabel.describe(
            "Name of the Service; unique here, because tenants find its address as <NAME>_ADDRESS.",
          ),
          ...podPeer,
          ports: z.array(port).min(1).max(20).describe("Ports of the pods, which is what network policies act on."),
          servicePort: portNumber
            .optional()
            .describe("Port of the Service, which <NAME>_ADDRESS carries. Default: the first of ports."),
        }),
      )
      .max(50)
      .default([])
      .describe("Platform services that every tenant may call, such as a model server."),
    autoscaling: z
      .strictObject({
        scaleUp: scaling.optional().describe("Adding pods."),
        scaleDown: scaling.optional().describe("Removing pods."),
      })
      .default({})
      .describe("What differs from the autoscalers' usual pace (up after 60 s, down after 300 s)."),
    termination: z
      .strictObject({
        preStopSeconds: integer(0, 300, "seconds").describe("Sleep before SIGTERM while endpoints are withdrawn."),
        graceSeconds: integer(1, maxTerminationSeconds, "seconds").describe(
          "From the delete until SIGKILL, the sleep included.",
        ),
      })
      .optional()
      .describe("Graceful termination. Default: 2 and 8 s in dev sizes, 10 and 45 s in prod sizes."),
  })
  .describe("Where the tenants live and how big things are there.");

/** An environment as parsed, all defaults of the schema applied. */
export type EnvironmentSpec = z.output<typeof environmentSchema>;
