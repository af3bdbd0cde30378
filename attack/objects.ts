/** Objects that are accepted in a tenant's namespace; attempts differ from one of them in one field. */
import type { JsonObject, Pair } from "./attempt.ts";
import { runLabel, runName } from "./requests.ts";

/** An object of the run. The namespace is in the path alone, so that it is one field of the request. */
export function object(pair: Pick<Pair, "run">, apiVersion: string, kind: string, body: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name: runName(pair.run), labels: { [runLabel]: pair.run } }, ...body };
}

/** The object under a name that nothing has yet. */
export function fresh(body: JsonObject): JsonObject {
  return { ...body, metadata: { ...(body["metadata"] as JsonObject), name: "attack-new" } };
}

const amounts = { cpu: "100m", memory: "128Mi", "ephemeral-storage": "64Mi" };

/** A container that Pod Security `restricted` and every guardrail accept. */
export function container({ attacker }: Pick<Pair, "attacker">): JsonObject {
  return {
    name: "main",
    image: attacker.runtime.image,
    imagePullPolicy: "Always",
    resources: { requests: amounts, limits: amounts },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
}

/** The pod inside pods and templates. */
export function podSpec(pair: Pick<Pair, "attacker">): JsonObject {
  return {
    serviceAccountName: "runtime",
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: "RuntimeDefault" } },
    containers: [container(pair)],
    volumes: [{ name: "data", emptyDir: {} }],
  };
}

/** A pod. */
export function pod(pair: Pair): JsonObject {
  return object(pair, "v1", "Pod", { spec: podSpec(pair) });
}

/** A CronJob that never runs: a template that costs no pods, and a kind that every tier has room for. */
export function cronJob(pair: Pair): JsonObject {
  const template = { spec: { ...podSpec(pair), restartPolicy: "Never" } };
  return object(pair, "batch/v1", "CronJob", {
    spec: { schedule: "0 0 31 2 *", suspend: true, jobTemplate: { spec: { template } } },
  });
}

/** Way from the body of a `cronJob` to its pod. */
export const inCronJob = "spec.jobTemplate.spec.template.spec";

/** Settings. */
export function configMap(pair: Pick<Pair, "run">): JsonObject {
  return object(pair, "v1", "ConfigMap", { data: { KEY: "value" } });
}

/** A Service inside the namespace; it selects no pod, so that it takes nobody's traffic. */
export function service(pair: Pick<Pair, "run">): JsonObject {
  return object(pair, "v1", "Service", {
    spec: { type: "ClusterIP", selector: { [runLabel]: pair.run }, ports: [{ port: 80 }] },
  });
}

/** A policy that stays inside the namespace. */
export function networkPolicy(pair: Pick<Pair, "run">): JsonObject {
  const pods = { podSelector: { matchLabels: { [runLabel]: pair.run } } };
  return object(pair, "networking.k8s.io/v1", "NetworkPolicy", {
    spec: {
      ...pods,
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [pods], ports: [{ port: 8080 }] }],
      egress: [{ to: [pods], ports: [{ port: 8080 }] }],
    },
  });
}

/** A Role that gives what its author has. */
export function role(pair: Pick<Pair, "run">): JsonObject {
  return object(pair, "rbac.authorization.k8s.io/v1", "Role", {
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
  });
}

/** Binds the run's own Role to the runtime. */
export function roleBinding(pair: Pick<Pair, "run" | "attacker">): JsonObject {
  return object(pair, "rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: runName(pair.run) },
    subjects: [{ kind: "ServiceAccount", name: "runtime", namespace: pair.attacker.namespace }],
  });
}

/** A claim of the tenant's own class. */
export function claim({ run, attacker }: Pick<Pair, "run" | "attacker">): JsonObject {
  return object({ run }, "v1", "PersistentVolumeClaim", {
    spec: {
      storageClassName: attacker.runtime.volume.storageClass,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: attacker.limitRange.volume.min } },
    },
  });
}
