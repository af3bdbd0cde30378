/** Plans for the tests of components: the bare tenant, and one that has everything. */
import type {
  AutoscalerPlan,
  ByteQuantity,
  ContainerResources,
  CpuQuantity,
  PlatformPlan,
  ResourceAmounts,
  TenantId,
  TenantPlan,
} from "../../tenants/model.ts";
import { preflightCheckNames, type PreflightPlan } from "../../tenants/preflight.ts";

/** An environment that says nothing about its preflight. */
export const silentPreflight: PreflightPlan = {
  strict: true,
  stated: { "network-policy": null, "cluster-network-policy": null, "encryption-at-rest": null },
  accepted: Object.fromEntries(preflightCheckNames.map((name) => [name, null])) as PreflightPlan["accepted"],
  storageClasses: ["standard"],
};

function amounts(cpu: string, memory: string, ephemeralStorage: string): ResourceAmounts {
  return {
    cpu: cpu as CpuQuantity,
    memory: memory as ByteQuantity,
    ephemeralStorage: ephemeralStorage as ByteQuantity,
  };
}

const resources: ContainerResources = {
  requests: amounts("100m", "256Mi", "64Mi"),
  limits: amounts("500m", "512Mi", "256Mi"),
};

const smallest: ContainerResources = {
  requests: amounts("100m", "128Mi", "32Mi"),
  limits: amounts("100m", "128Mi", "32Mi"),
};

const autoscaler: AutoscalerPlan = {
  replicas: { min: 1, max: 3 },
  cpuPercent: 70,
  memoryPercent: null,
  requestsPerSecond: null,
  scaleUp: { stabilizationSeconds: 60, percent: 100, pods: 2, periodSeconds: 30 },
  scaleDown: { stabilizationSeconds: 300, percent: 50, pods: null, periodSeconds: 60 },
};

const workload = {
  pullPolicy: "IfNotPresent",
  healthPath: "/health",
  resources,
  maxUnavailable: 1,
  preStopSeconds: 2,
  terminationGraceSeconds: 8,
} as const;

/** The least a tenant can be: no owners, no domains, no egress, no secrets, no edge. */
export const barePlan: TenantPlan = {
  environment: "test",
  id: "acme" as TenantId,
  cell: 0,
  name: "Acme Corporation",
  tier: "free",
  isolation: { runtime: "namespace", dashboard: "namespace", data: "namespace" },
  status: "active",
  namespace: "tenant-acme",
  labels: {},
  protect: true,
  podSecurityVersion: "v1.35",
  owners: [],
  quota: { pods: "10", "requests.cpu": "2", "services.nodeports": "0", "services.loadbalancers": "0" },
  limitRange: {
    container: {
      default: amounts("500m", "1Gi", "256Mi"),
      defaultRequest: amounts("250m", "512Mi", "64Mi"),
      min: amounts("100m", "128Mi", "32Mi"),
      max: amounts("4", "8Gi", "2Gi"),
    },
    pod: { max: amounts("4", "8Gi", "2Gi") },
    volume: { min: "1Gi" as ByteQuantity, max: "20Gi" as ByteQuantity },
  },
  guardrails: {
    hosts: [],
    registries: "any",
    digests: "any",
    pulls: "always-for-tags",
    storageClasses: ["standard"],
    priorityClasses: [],
    runtimeClasses: [],
  },
  network: {
    dns: { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    edge: null,
    monitoring: null,
    sharedServices: [],
    egress: [],
    peers: [],
    clusterPolicy: null,
  },
  runtime: {
    ...workload,
    image: "registry.tenantry.example/runtime:1",
    port: 3000,
    autoscaler,
    initResources: smallest,
    volume: { storageClass: "standard", size: "1Gi" as ByteQuantity, mountPath: "/data" },
  },
  dashboard: { ...workload, image: "registry.tenantry.example/dashboard:1", port: 3001, autoscaler, maxSurge: 1 },
  route: null,
  config: { TENANT_ID: "acme" },
  secrets: { generated: [], provided: [], rotation: 1 },
};

/** A tenant with one of everything. */
export const fullPlan: TenantPlan = {
  ...barePlan,
  tier: "enterprise",
  labels: { "cost-center": "cc-17" },
  owners: [
    { kind: "Group", name: "acme-admins" },
    { kind: "User", name: "jo@acme.example" },
  ],
  network: {
    ...barePlan.network,
    edge: { namespace: "tenantry-edge", podLabels: { app: "gateway" } },
    monitoring: { namespace: "monitoring", podLabels: { app: "prometheus" } },
    sharedServices: [
      { name: "ollama", namespace: "models", podLabels: { app: "ollama" }, ports: [{ protocol: "TCP", port: 11434 }] },
    ],
    egress: [
      {
        cidr: "0.0.0.0/0",
        except: ["10.0.0.0/8", "169.254.0.0/16"],
        ports: [{ protocol: "TCP", port: 443 }],
      },
    ],
    peers: [{ tenant: "globex" as TenantId, namespace: "tenant-globex", egressPorts: [8080], ingressPorts: [3000] }],
    clusterPolicy: { name: "tenantry-tenant-acme", priority: 100 },
  },
  runtime: {
    ...barePlan.runtime,
    autoscaler: {
      ...autoscaler,
      replicas: { min: 2, max: 6 },
      memoryPercent: 80,
      requestsPerSecond: { metric: "http_requests_per_second", averageValue: 100 },
    },
  },
  route: {
    gateway: { name: "tenantry-edge", namespace: "tenantry-edge", listener: "https" },
    listenerSet: true,
    issuer: { kind: "ClusterIssuer", name: "letsencrypt" },
    hosts: [
      { host: "acme.tenantry.example", tlsSecret: "tls-acme", url: "https://acme.tenantry.example" },
      { host: "agents.acme.example", tlsSecret: "tls-agents", url: "https://agents.acme.example" },
    ],
  },
  secrets: { generated: [{ name: "SESSION_KEY", length: 32 }], provided: ["MODEL_TOKEN"], rotation: 1 },
};

/** The bare tenant, suspended. */
export const suspendedPlan: TenantPlan = {
  ...barePlan,
  status: "suspended",
  runtime: { ...barePlan.runtime, autoscaler: null, maxUnavailable: null },
  dashboard: { ...barePlan.dashboard, autoscaler: null, maxUnavailable: null },
};

/** An environment that makes its own Gateway, on which tenants bring their listeners. */
export const platformPlan: PlatformPlan = {
  clusterIdentifier: "test",
  kubeconfig: null,
  context: null,
  client: { queriesPerSecond: 50, burst: 100 },
  clusterNetworkPolicies: { priority: 100 },
  gateway: {
    create: true,
    name: "tenantry-edge",
    namespace: "tenantry-edge",
    className: "tenantry",
    tlsSecret: null,
    listener: "http",
    listenerSets: true,
    domain: "tenantry.example",
  },
};
