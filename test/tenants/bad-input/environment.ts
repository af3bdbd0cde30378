import type { BadInput } from "./case.ts";
import { soundEnvironment } from "../support/project.ts";

/** See bad-input.test.ts. */
export const environmentCases: readonly BadInput[] = [
  {
    name: "an unknown key of the environment",
    environment: soundEnvironment.replace("sizes: dev", "sizes: dev\ncapacities: {}"),
    expected: [
      `Pulumi.dev.yaml:6:5 environment capacities: unknown key "capacities"; allowed here: sizes, domain, protect, cluster, preflight, capacity, storage, classes, gateway, monitoring, images, metrics, sharedServices, autoscaling and termination. Did you mean "capacity"? [unknown-key]`,
    ],
  },
  {
    name: "a check of the preflight that does not exist, beside a misspelt key",
    environment: `${soundEnvironment}\npreflight: { accept: { anonymous-request: agreed }, strikt: false }`,
    expected: [
      `Pulumi.dev.yaml:13:28 environment preflight.accept.anonymous-request: unknown key "anonymous-request"; allowed here: server-version, server-certificate, cluster-owner, kinds, storage-classes, gateway, autoscaling-metrics, admission-policies, pod-security, resource-quota, limit-range, authorization, anonymous-requests, network-policy, cluster-network-policy and encryption-at-rest. Did you mean "anonymous-requests"? [unknown-key]`,
      `Pulumi.dev.yaml:13:57 environment preflight.strikt: unknown key "strikt"; allowed here: strict, stated and accept. Did you mean "strict"? [unknown-key]`,
    ],
  },
  {
    name: "an acceptance without a reason, and a statement about what the cluster shows",
    environment: `${soundEnvironment}\npreflight: { accept: { pod-security: "" }, stated: { gateway: seen } }`,
    expected: [
      `Pulumi.dev.yaml:13:58 environment preflight.stated.gateway: unknown key "gateway"; allowed here: network-policy, cluster-network-policy and encryption-at-rest. Remove it. [unknown-key]`,
      `Pulumi.dev.yaml:13:42 environment preflight.accept.pod-security: ""; must be a reason in one line. Write why, and who has decided or looked, so that a reader can judge it. [malformed]`,
    ],
  },
  {
    name: "unknown sizes",
    environment: soundEnvironment.replace("sizes: dev", "sizes: development"),
    expected: [
      `Pulumi.dev.yaml:5:12 environment sizes: "development"; must be dev or prod. Choose a column of the tier table. [unknown-word]`,
    ],
  },
  {
    name: "a missing capacity",
    environment: soundEnvironment.replace(/^capacity.*$/m, ""),
    expected: [
      `Pulumi.dev.yaml:5:5 environment capacity: missing; required; must be a map of keys and values. Write one \`key: value\` per line below it. [required]`,
    ],
  },
  {
    name: "an environment that is no map",
    environment: soundEnvironment.replace(/[\s\S]*/, "dev"),
    expected: [
      `Pulumi.dev.yaml:5:5 environment: "dev"; must be a map of keys and values. Write one \`key: value\` per line below it. [wrong-type]`,
    ],
  },
  {
    name: "a default storage class that is not listed",
    environment: soundEnvironment.replace("default: standard", "default: standrad"),
    expected: [
      `Pulumi.dev.yaml:10:25 environment storage.default: "standrad"; classes of this environment: standard and fast. Did you mean "standard"? [storage-class]`,
    ],
  },
  {
    name: "a storage class of a tenant that is not listed",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { storageClass: fsat }`,
    expected: [
      `Pulumi.dev.yaml:6:32 tenant acme runtime.storageClass: "fsat"; classes of this environment: standard and fast. Did you mean "fast"? [storage-class]`,
    ],
  },
  {
    name: "images without digest where one is required",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  runtime: { image: registry.example/custom:1 }`,
    environment: soundEnvironment.replace(", requireDigest: false", ""),
    expected: [
      `Pulumi.dev.yaml:15:24 environment images.runtime: "registry.example/runtime:1"; this environment requires a digest, because a tag may move. Append @sha256:<digest>, as the registry reports it for that tag. [image-digest]`,
      `Pulumi.dev.yaml:15:63 environment images.dashboard: "registry.example/dashboard:1"; this environment requires a digest, because a tag may move. Append @sha256:<digest>, as the registry reports it for that tag. [image-digest]`,
      `Pulumi.dev.yaml:6:25 tenant acme runtime.image: "registry.example/custom:1"; this environment requires a digest, because a tag may move. Append @sha256:<digest>, as the registry reports it for that tag. [image-digest]`,
    ],
  },
  {
    name: "an image outside the allowed registries",
    tenants: `
- id: acme
  name: Acme
  tier: pro
  dashboard: { image: registry.example/agents-evil/dashboard:1 }`,
    environment: soundEnvironment.replace(
      "requireDigest: false",
      "requireDigest: false, registries: [registry.example/agents]",
    ),
    expected: [
      `Pulumi.dev.yaml:15:24 environment images.runtime: "registry.example/runtime:1"; must lie under registry.example/agents. Copy the image there, or add its registry to images.registries. [image-registry]`,
      `Pulumi.dev.yaml:15:63 environment images.dashboard: "registry.example/dashboard:1"; must lie under registry.example/agents. Copy the image there, or add its registry to images.registries. [image-registry]`,
      `Pulumi.dev.yaml:6:27 tenant acme dashboard.image: "registry.example/agents-evil/dashboard:1"; must lie under registry.example/agents. Copy the image there, or add its registry to images.registries. [image-registry]`,
    ],
  },
  {
    name: "burst below queries per second",
    environment: soundEnvironment.replace("identifier: test", "identifier: test, queriesPerSecond: 500"),
    expected: [
      `Pulumi.dev.yaml:8:14 environment cluster.burst: burst 200; must be at least queriesPerSecond, which is 500. Raise it to 1000. [client-burst]`,
    ],
  },
  {
    name: "an unpinned Pod Security version",
    environment: soundEnvironment.replace("identifier: test", "identifier: test, podSecurityVersion: latest"),
    expected: [
      `Pulumi.dev.yaml:8:54 environment cluster.podSecurityVersion: "latest"; must be a pinned version from v1.25 on. Write it like v1.35; latest would change under running pods. [malformed]`,
    ],
  },
  {
    name: "a malformed private range",
    environment: soundEnvironment.replace("identifier: test", "identifier: test, privateRanges: [198.51.100.1/24]"),
    expected: [
      `Pulumi.dev.yaml:8:50 environment cluster.privateRanges[0]: "198.51.100.1/24"; must be a range as the API server accepts it, without bits beyond the prefix and without leading zeros. Did you mean 198.51.100.0/24? [cidr]`,
    ],
  },
  {
    name: "an issuer without listener sets",
    environment: soundEnvironment.replace("listenerSets: true", "issuer: { kind: ClusterIssuer, name: ca }"),
    expected: [
      `Pulumi.dev.yaml:11:88 environment gateway.issuer: an issuer without listenerSets; a certificate per tenant needs a listener per tenant. Turn on gateway.listenerSets, or use gateway.tlsSecret with a wildcard certificate. [gateway-tls]`,
    ],
  },
  {
    name: "listener sets beside TLS without an issuer",
    environment: soundEnvironment.replace("listenerSets: true", "listenerSets: true, tlsSecret: wildcard"),
    expected: [
      `Pulumi.dev.yaml:11:111 environment gateway.tlsSecret: listenerSets and tlsSecret without an issuer; tenants' own listeners would be plain HTTP beside an encrypted Gateway. Name gateway.issuer, or turn off gateway.listenerSets. [gateway-tls]`,
    ],
  },
  {
    name: "a preStop sleep beyond the grace period",
    environment: soundEnvironment.replace(
      "sizes: dev",
      "sizes: dev\ntermination: { preStopSeconds: 30, graceSeconds: 30 }",
    ),
    expected: [
      `Pulumi.dev.yaml:6:36 environment termination.preStopSeconds: preStopSeconds 30; must be below graceSeconds, which is 30: SIGKILL would come before SIGTERM. Lower it, or raise graceSeconds above 30. [termination]`,
    ],
  },
  {
    name: "a platform service in a tenant's namespace",
    environment: soundEnvironment.replace(
      "sizes: dev",
      "sizes: dev\nsharedServices: [{ name: model, namespace: tenant-acme, ports: [11434] }]",
    ),
    expected: [
      `Pulumi.dev.yaml:6:48 environment sharedServices[0].namespace: "tenant-acme"; is the namespace of tenant acme; every other tenant would reach it. Name a namespace of the platform; tenants open to each other by peers. [platform-namespace]`,
    ],
  },
  {
    name: "two shared services of one name",
    environment: soundEnvironment.replace(
      "sizes: dev",
      "sizes: dev\nsharedServices:\n  - { name: model, namespace: one, ports: [1] }\n  - { name: model, namespace: two, ports: [2] }",
    ),
    expected: [
      `Pulumi.dev.yaml:8:17 environment sharedServices[1].name: "model" again; each name may stand once; first used in Pulumi.dev.yaml:7. Put all ports into one entry, or give one of the Services another name. [shared-service-repeated]`,
    ],
  },
  {
    name: "a Gateway made in a namespace of Kubernetes",
    environment: soundEnvironment.replace("namespace: edge", "namespace: kube-system"),
    expected: [
      `Pulumi.dev.yaml:11:39 environment gateway.namespace: "kube-system"; belongs to Kubernetes, and gateway.create would manage it and delete it with the environment. Name a namespace for the Gateway alone. [platform-namespace]`,
    ],
  },
  {
    name: "platform services in namespaces that tenants to come will have",
    environment: soundEnvironment
      .replace("identifier: test", "identifier: test, dns: { namespace: tenant-one }")
      .replace("namespace: edge", "namespace: tenant-two")
      .replace("sizes: dev", "sizes: dev\nmonitoring: { namespace: tenant-three }"),
    expected: ["cluster.dns:9:52:one", "gateway:12:39:two", "monitoring:6:30:three"].map((entry) => {
      const [path, line, column, name] = entry.split(":");
      return `Pulumi.dev.yaml:${line}:${column} environment ${path}.namespace: "tenant-${name}"; begins with tenant-, as the namespaces of tenants do; a tenant to come would take it. Name a namespace of the platform; tenants open to each other by peers. [platform-namespace]`;
    }),
  },
  {
    name: "a Pod Security version before there was one",
    environment: soundEnvironment.replace("identifier: test", "identifier: test, podSecurityVersion: v1.24"),
    expected: [
      `Pulumi.dev.yaml:8:54 environment cluster.podSecurityVersion: "v1.24"; must be a pinned version from v1.25 on. Write it like v1.35; latest would change under running pods. [malformed]`,
    ],
  },
  {
    name: "monitoring in a tenant's namespace",
    environment: soundEnvironment.replace("sizes: dev", "sizes: dev\nmonitoring: { namespace: tenant-acme }"),
    expected: [
      `Pulumi.dev.yaml:6:30 environment monitoring.namespace: "tenant-acme"; is the namespace of tenant acme; every other tenant would reach it. Name a namespace of the platform; tenants open to each other by peers. [platform-namespace]`,
    ],
  },
  {
    name: "a storage class that is open and closed",
    environment: soundEnvironment.replace("[standard, fast]", "[standard, fast], closedClasses: [scratch, fast]"),
    expected: [
      `Pulumi.dev.yaml:10:87 environment storage.closedClasses[1]: "fast"; stands in storage.classes as well, which opens it. Keep it in one of the two. [storage-class-closed]`,
    ],
  },
  {
    name: "a problem of one tenant beside those of another and of the environment",
    tenants: `
- { id: acme, name: Acme, tier: gold }
- { id: globex, name: Globex, tier: pro, egress: [{ cidr: 10.0.0.0/8, ports: [443] }] }`,
    environment: soundEnvironment.replace("default: standard", "default: slow"),
    expected: [
      `Pulumi.dev.yaml:3:37 tenant acme tier: "gold"; must be free, pro or enterprise. Choose one of the three. [unknown-word]`,
      `Pulumi.dev.yaml:11:25 environment storage.default: "slow"; classes of this environment: standard and fast. Choose one of them, or add it to storage.classes. [storage-class]`,
      `Pulumi.dev.yaml:4:63 tenant globex egress[0].cidr: 10.0.0.0/8; lies in 10.0.0.0/8: private addresses (RFC 1918). Name the public address; services inside the cluster go under environment.sharedServices. [egress-private]`,
    ],
  },
  {
    name: "tenants with problems in an environment that cannot be read",
    tenants: `
- { id: acme, name: Acme, tier: gold }
- { id: www, name: Globex, tier: pro }`,
    environment: soundEnvironment.replace("sizes: dev", "sizes: tiny"),
    expected: [
      `Pulumi.dev.yaml:6:12 environment sizes: "tiny"; must be dev or prod. Choose a column of the tier table. [unknown-word]`,
      `Pulumi.dev.yaml:3:37 tenant acme tier: "gold"; must be free, pro or enterprise. Choose one of the three. [unknown-word]`,
      `Pulumi.dev.yaml:4:13 tenant www id: "www"; is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry. Choose another id, such as the customer's name. [reserved-id]`,
    ],
  },
];
