import type { Cluster, ClusterAnswer, ClusterRequest } from "../../../preflight/cluster.ts";
import { plannedKinds } from "../../../preflight/planned-kinds.ts";
import { loadedOf, roomyEnvironment } from "../../tenants/support/fleet.ts";
import type { EnvironmentPlan } from "../../../tenants/model.ts";
import { planEnvironment } from "../../../tenants/plan.ts";

/** Answers by `<who> <method> <path without query>`; who is `we`, `nobody` or the account acted for. */
export type Answers = Readonly<Record<string, ClusterAnswer | ((request: ClusterRequest) => ClusterAnswer)>>;

/** An answer with a JSON body. */
export function json(status: number, body: unknown): ClusterAnswer {
  return { status, text: JSON.stringify(body) };
}

/** A refusal, as the API server words it. */
export function refusal(status: number, message: string): ClusterAnswer {
  return json(status, { kind: "Status", status: "Failure", message, code: status });
}

/** A plan of two tenants, whose environment may say more. */
export function planWith(environment: object = {}): EnvironmentPlan {
  const records = ["acme", "globex"].map((id) => ({ id, name: id, tier: "pro", owners: [{ group: `${id}-admins` }] }));
  return planEnvironment(loadedOf(records, { ...roomyEnvironment, ...environment }));
}

/** Lines of /metrics that a server has whose requests pass these plugins. */
export function metricsText(plugins: readonly string[], storage: readonly string[] = []): string {
  const admission = plugins.map(
    (name) =>
      `apiserver_admission_controller_admission_duration_seconds_count{name="${name}",operation="CREATE",rejected="false",type="validate"} 7`,
  );
  return ["# TYPE some histogram", ...admission, ...storage, "workqueue_depth 0", ""].join("\n");
}

/** A line of /metrics about how Secrets were stored. */
export function storageLine(prefix: string, direction: "to_storage" | "from_storage", resource = "secrets"): string {
  return `apiserver_storage_transformation_operations_total{resource="${resource}",status="OK",transformation_type="${direction}",transformer_prefix="${prefix}"} 3`;
}

/** Admission plugins that a sound server has. */
export const soundPlugins = ["LimitRanger", "ResourceQuota", "PodSecurity", "ValidatingAdmissionPolicy"];

function discovery(plan: EnvironmentPlan, core: boolean): ClusterAnswer {
  const served = [...plannedKinds(plan), { apiVersion: "metrics.k8s.io/v1beta1", kind: "PodMetrics" }];
  const items = served
    .map(({ apiVersion, kind }) => ({ parts: apiVersion.split("/"), kind }))
    .filter(({ parts }) => (parts.length === 1) === core)
    .map(({ parts, kind }) => ({
      metadata: core ? {} : { name: parts[0] },
      versions: [{ version: parts.at(-1), freshness: "Current", resources: [{ responseKind: { kind } }] }],
    }));
  return json(200, { kind: "APIGroupDiscoveryList", items });
}

const named = (...names: readonly string[]) => json(200, { items: names.map((name) => ({ metadata: { name } })) });

/** Where the platform says whose it is. */
export const platformRole = "/apis/rbac.authorization.k8s.io/v1/clusterroles/tenantry-guardrails-administrator";

/** The platform of an environment. */
export function owned(identifier: string): ClusterAnswer {
  return json(200, { metadata: { annotations: { "tenantry.dev/cluster": identifier } } });
}

/** A cluster on which everything holds, and where the guardrails are there already. */
function soundAnswers(plan: EnvironmentPlan): Answers {
  const review = "we POST /apis/authorization.k8s.io/v1";
  const admission = "we GET /apis/admissionregistration.k8s.io/v1";
  const allowed = (value: boolean) => json(201, { status: { allowed: value } });
  return {
    "we GET /version": json(200, { gitVersion: "v1.35.4" }),
    "we GET /api": discovery(plan, true),
    "we GET /apis": discovery(plan, false),
    "we GET /metrics": {
      status: 200,
      text: metricsText(soundPlugins, [
        storageLine("k8s:enc:secretbox:v1:", "to_storage"),
        storageLine("local:", "to_storage"),
      ]),
    },
    [`we GET ${platformRole}`]: owned(plan.platform.clusterIdentifier),
    "we GET /apis/storage.k8s.io/v1/storageclasses": named("standard"),
    "we GET /apis/gateway.networking.k8s.io/v1/namespaces/edge/gateways/edge": json(200, {
      spec: { gatewayClassName: "edge" },
    }),
    [`${admission}/validatingadmissionpolicies/tenantry-platform-objects`]: json(200, {}),
    [`${admission}/validatingadmissionpolicybindings/tenantry-platform-objects`]: json(200, {}),
    "we GET /api/v1/namespaces": named("tenant-acme"),
    "system:serviceaccount:tenant-acme:owner POST /api/v1/namespaces/tenant-acme/configmaps": ({ body }) =>
      JSON.stringify(body).includes("managed-by")
        ? refusal(403, "ValidatingAdmissionPolicy 'tenantry-platform-objects' with binding ... denied request")
        : json(201, {}),
    "we POST /api/v1/namespaces": ({ body }) =>
      JSON.stringify(body).includes("impossible")
        ? refusal(422, 'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "impossible"')
        : json(201, {}),
    [`${review}/selfsubjectaccessreviews`]: allowed(true),
    [`${review}/subjectaccessreviews`]: allowed(false),
    "nobody GET /api/v1/namespaces": refusal(401, "Unauthorized"),
    "nobody GET /livez": refusal(401, "Unauthorized"),
    "we GET /api/v1/nodes": named("node-1", "node-2"),
    "we GET /apis/apps/v1/daemonsets": daemonSets({ name: "cilium" }),
  };
}

/** A DaemonSet; Ready on both nodes unless said otherwise. */
export interface FakeDaemonSet {
  readonly name: string;
  readonly namespace?: string;
  readonly scheduled?: number;
  readonly ready?: number;
  readonly containers?: readonly object[];
}

/** The list of a cluster's DaemonSets. */
export function daemonSets(...sets: readonly FakeDaemonSet[]): ClusterAnswer {
  return json(200, {
    items: sets.map(({ name, namespace = "kube-system", scheduled = 2, ready = scheduled, containers = [] }) => ({
      metadata: { name, namespace },
      spec: { template: { spec: { containers } } },
      status: { desiredNumberScheduled: scheduled, numberReady: ready },
    })),
  });
}

/** A cluster that answers as told, and soundly where nothing is told. Unknown questions fail the test. */
export function fakeCluster(
  plan: EnvironmentPlan,
  changed: Answers = {},
  isVerified = true,
): Cluster & { readonly asked: string[] } {
  const answers: Answers = { ...soundAnswers(plan), ...changed };
  const asked: string[] = [];
  return {
    server: "https://api.example:6443",
    context: "example",
    isVerified,
    asked,
    close: () => asked.push("closed"),
    ask: (request) => {
      const { method, path, as } = request;
      const who = as === undefined ? "we" : as === "anonymous" ? "nobody" : as.user;
      const [bare = "", query = ""] = path.split("?");
      const key = `${who} ${method} ${bare}`;
      asked.push(`${key}${query.includes("dryRun=All") ? " (dry run)" : ""}`);
      const answer = answers[key];
      if (answer === undefined) throw new Error(`nobody said what to answer to ${key}`);
      return Promise.resolve(typeof answer === "function" ? answer(request) : answer);
    },
  };
}
