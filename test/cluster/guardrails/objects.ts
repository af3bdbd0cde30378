/** Objects that every guardrail accepts; a twin differs from one of them in one field. */

/** The tenant's namespace of these tests, and one that is nobody's. */
export const tenantNamespace = "tenant-guarded";
export const otherNamespace = "unguarded";

/** A JSON object. */
export type Json = { readonly [key: string]: unknown };

const digest = "a".repeat(64);
/** An image as the tests' tenant must name it. */
export const goodImage = `registry.tenantry.example/agents/worker@sha256:${digest}`;

/** As long as a pod may take to end. */
const ends = { terminationGracePeriodSeconds: 600 };
const probe = { httpGet: { port: 8080 }, ...ends };
const amounts = { cpu: "100m", memory: "128Mi" };

const claimSpec = {
  storageClassName: "standard",
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "1Gi" } },
};

/** The pod inside templates and pods. */
export const podSpec = {
  serviceAccountName: "worker",
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
  tolerations: [{ key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" }],
  nodeSelector: { "kubernetes.io/arch": "amd64" },
  ...ends,
  containers: [
    {
      name: "main",
      image: goodImage,
      imagePullPolicy: "Always",
      resources: { requests: amounts, limits: amounts },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      livenessProbe: probe,
      startupProbe: probe,
      readinessProbe: { tcpSocket: { port: 8080 } },
      lifecycle: { postStart: { httpGet: { port: 8080 } }, preStop: { httpGet: { port: 8080 } } },
      volumeMounts: [
        { name: "data", mountPath: "/data" },
        { name: "given", mountPath: "/given", subPath: "settings" },
        { name: "given", mountPath: "/named", subPathExpr: "settings" },
      ],
    },
  ],
  volumes: [
    { name: "data", emptyDir: {} },
    {
      name: "given",
      projected: {
        sources: [
          { serviceAccountToken: { path: "token", audience: "vault.example", expirationSeconds: 3600 } },
          { configMap: { name: "settings" } },
          { secret: { name: "worker" } },
          { downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
        ],
      },
    },
    { name: "scratch", ephemeral: { volumeClaimTemplate: { spec: claimSpec } } },
  ],
};

function object(apiVersion: string, kind: string, name: string, body: Json): Json {
  return { apiVersion, kind, metadata: { name, namespace: tenantNamespace, labels: { app: name } }, ...body };
}

/** A name of the platform's, and the id of another's; the tenant's own id beside it would make it the platform's pod. */
const named = { app: "worker", "app.kubernetes.io/name": "runtime", "app.kubernetes.io/instance": "worker" };
const template = { metadata: { labels: named }, spec: podSpec };
const selector = { matchLabels: { app: "worker" } };

export const pod: Json = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "worker", namespace: tenantNamespace, labels: named },
  spec: podSpec,
};
export const deployment = object("apps/v1", "Deployment", "worker", { spec: { selector, template } });
export const cronJob = object("batch/v1", "CronJob", "worker", {
  spec: {
    schedule: "0 3 * * *",
    jobTemplate: { spec: { template: { ...template, spec: { ...podSpec, restartPolicy: "Never" } } } },
  },
});
export const statefulSet = object("apps/v1", "StatefulSet", "worker", {
  spec: {
    selector,
    serviceName: "worker",
    template,
    volumeClaimTemplates: [{ metadata: { name: "state" }, spec: claimSpec }],
  },
});
export const configMap = object("v1", "ConfigMap", "settings", { data: { KEY: "value" } });
export const service = object("v1", "Service", "worker", {
  spec: { type: "ClusterIP", selector: { app: "worker" }, ports: [{ port: 80, targetPort: 8080 }] },
});
export const networkPolicy = object("networking.k8s.io/v1", "NetworkPolicy", "worker", {
  spec: {
    podSelector: { matchLabels: { app: "worker" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "front" } } }], ports: [{ port: 8080 }] }],
    egress: [{ to: [{ podSelector: { matchLabels: { app: "store" } } }], ports: [{ port: 5432 }] }],
  },
});
const parentRefs = [{ group: "gateway.networking.k8s.io", kind: "ListenerSet", name: "tenant" }];
export const httpRoute = object("gateway.networking.k8s.io/v1", "HTTPRoute", "worker", {
  spec: { parentRefs, hostnames: ["agents.guarded.example"], rules: [{ backendRefs: [{ name: "worker", port: 80 }] }] },
});
export const grpcRoute = object("gateway.networking.k8s.io/v1", "GRPCRoute", "worker", {
  spec: { parentRefs, hostnames: ["agents.guarded.example"], rules: [{ backendRefs: [{ name: "worker", port: 80 }] }] },
});
export const tlsRoute = object("gateway.networking.k8s.io/v1", "TLSRoute", "worker", {
  spec: { parentRefs, hostnames: ["agents.guarded.example"], rules: [{ backendRefs: [{ name: "worker", port: 80 }] }] },
});
export const tcpRoute = object("gateway.networking.k8s.io/v1", "TCPRoute", "worker", {
  spec: { parentRefs, rules: [{ backendRefs: [{ name: "worker", port: 80 }] }] },
});
export const listenerSet = object("gateway.networking.k8s.io/v1", "ListenerSet", "worker", {
  spec: {
    parentRef: { name: "tenantry-edge", namespace: "tenantry-edge" },
    listeners: [
      {
        name: "agents",
        hostname: "agents.guarded.example",
        port: 80,
        protocol: "HTTP",
        allowedRoutes: { namespaces: { from: "Same" } },
      },
    ],
  },
});
export const ingress = object("networking.k8s.io/v1", "Ingress", "worker", {
  spec: {
    tls: [{ hosts: ["agents.guarded.example"], secretName: "tls" }],
    rules: [
      {
        host: "agents.guarded.example",
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "worker", port: { number: 80 } } } }],
        },
      },
    ],
  },
});
export const referenceGrant = object("gateway.networking.k8s.io/v1", "ReferenceGrant", "worker", {
  spec: {
    from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "elsewhere" }],
    to: [{ group: "", kind: "Service" }],
  },
});
export const endpoints = object("v1", "Endpoints", "worker", {
  subsets: [{ addresses: [{ ip: "203.0.113.7" }], ports: [{ port: 80 }] }],
});
export const endpointSlice = object("discovery.k8s.io/v1", "EndpointSlice", "worker", {
  addressType: "IPv4",
  endpoints: [{ addresses: ["203.0.113.7"] }],
  ports: [{ port: 80, name: "http", protocol: "TCP" }],
});
/** Kubernetes puts its own finalizer on every claim; whoever applies what he has read sends it along. */
export const claim: Json = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {
    name: "data",
    namespace: tenantNamespace,
    labels: { app: "data" },
    finalizers: ["kubernetes.io/pvc-protection"],
  },
  spec: claimSpec,
};
export const secret = object("v1", "Secret", "worker", { type: "Opaque", stringData: { KEY: "value for tests" } });
export const serviceAccount = object("v1", "ServiceAccount", "helper", { automountServiceAccountToken: false });
export const role = object("rbac.authorization.k8s.io/v1", "Role", "worker", {
  rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
});
export const roleBinding = object("rbac.authorization.k8s.io/v1", "RoleBinding", "worker", {
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "worker" },
  subjects: [{ kind: "ServiceAccount", name: "worker", namespace: tenantNamespace }],
});
export const budget = object("policy/v1", "PodDisruptionBudget", "worker", {
  spec: {
    maxUnavailable: 1,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: { "app.kubernetes.io/name": "worker" } },
  },
});
export const autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", "worker", {
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "worker" },
    maxReplicas: 2,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
  },
});

/** A policy of the whole cluster, about no pods at all. */
export const clusterPolicy: Json = {
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: "guarded", labels: { test: "guardrails" } },
  spec: {
    tier: "Admin",
    priority: 0,
    subject: { namespaces: { matchLabels: { test: "nothing" } } },
    ingress: [{ action: "Accept", from: [{ namespaces: {} }] }],
  },
};
