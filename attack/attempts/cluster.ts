import { clusterPolicyApiVersion } from "../../components/manifests/cluster-policy.ts";
import { attempt, type Actor, type AttackRequest, type Attempt, type JsonObject, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const rbac = { kind: "rbac" } as const;

interface ClusterRequest {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** Sent by the administrator it is accepted. */
  readonly request: AttackRequest;
  readonly twinAccepts?: "reached";
}

/** Kinds that rule the whole cluster. For each, the twin is the administrator's same request. */
export function clusterAttempts(pair: Pair): readonly Attempt[] {
  return [
    ...clusterRequests(pair).map((entry) => byActor(entry, "owner")),
    ...reads(pair).flatMap((entry) => [byActor(entry, "runtime"), byActor(entry, "runtime-token")]),
    byActor(
      {
        id: "list-secrets-anonymous",
        title: "list the neighbour's Secrets without a name",
        source: "anonymous access",
        request: requests.get("administrator", requests.pathOf("v1", pair.target.namespace, "secrets")),
      },
      "anonymous",
      { kind: "unauthenticated" },
    ),
  ];
}

function byActor(
  { id, title, source, request, twinAccepts }: ClusterRequest,
  actor: Actor,
  expected: Attempt["expected"] = rbac,
): Attempt {
  const change = { field: "actor", value: actor } as const;
  const accepts = twinAccepts === undefined ? {} : { twinAccepts };
  return attempt("api", { id: `${id}-${actor}`, title, source, twin: request, change, expected, ...accepts });
}

function reads({ target, node }: Pair): readonly ClusterRequest[] {
  const list = (kind: string, version = "v1"): ClusterRequest => ({
    id: `cluster-list-${kind}`,
    title: `list ${kind} of the whole cluster`,
    source: "capsule#18",
    request: requests.get("administrator", requests.pathOf(version, null, kind), { limit: "1" }),
  });
  return [
    ...["secrets", "configmaps", "pods", "namespaces", "nodes", "persistentvolumes", "serviceaccounts"].map((kind) =>
      list(kind),
    ),
    list("networkpolicies", "networking.k8s.io/v1"),
    // Names of all tenants are in them.
    list("clusternetworkpolicies", clusterPolicyApiVersion),
    {
      id: "cluster-watch-secrets",
      title: "watch Secrets of the whole cluster",
      source: "k/k#83465",
      request: requests.watch("administrator", requests.pathOf("v1", null, "secrets")),
    },
    {
      id: "neighbour-namespace",
      title: "read the neighbour's namespace",
      source: "capsule#18",
      request: requests.get("administrator", requests.pathOf("v1", null, "namespaces", target.namespace)),
    },
    {
      id: "node-proxy",
      title: "run commands through a node's proxy",
      source: "k/k#83465: nodes/proxy is exec",
      request: requests.get("administrator", requests.pathOf("v1", null, "nodes", node, "proxy", "pods")),
      twinAccepts: "reached",
    },
    {
      id: "kube-system-secrets",
      title: "list Secrets of kube-system",
      source: "k/k#83465",
      request: requests.get("administrator", requests.pathOf("v1", "kube-system", "secrets"), { limit: "1" }),
    },
  ];
}

/** Makes an object of a cluster-wide kind. */
function make(
  pair: Pair,
  version: string,
  kind: string,
  plural: string,
  body: JsonObject,
  source: string,
): ClusterRequest {
  return {
    id: `create-${plural}`,
    title: `make a ${kind}`,
    source,
    request: requests.post(
      "administrator",
      requests.pathOf(version, null, plural),
      // A definition and a registration have names of their own.
      "metadata" in body
        ? objects.object(pair, version, kind, body)
        : objects.fresh(objects.object(pair, version, kind, body)),
    ),
  };
}

function clusterRequests(pair: Pair): readonly ClusterRequest[] {
  const { run, node } = pair;
  const registration = "admissionregistration.k8s.io/v1";
  const authorization = "rbac.authorization.k8s.io/v1";
  const guardrail = (plural: string): string => requests.pathOf(registration, null, plural, "tenantry-pods");
  const reference = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  const everything = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
  const webhook = {
    webhooks: [
      {
        name: "attack.tenantry.dev",
        clientConfig: { url: "https://attack.invalid" },
        rules: [{ apiGroups: ["attack.invalid"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["none"] }],
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        failurePolicy: "Ignore",
      },
    ],
  };
  const definition = {
    metadata: { name: "attacks.attack.invalid" },
    spec: {
      group: "attack.invalid",
      names: { plural: "attacks", singular: "attack", kind: "Attack", listKind: "AttackList" },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  };
  const apiService = {
    metadata: { name: "v1.attack.invalid" },
    spec: {
      group: "attack.invalid",
      version: "v1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: "runtime", namespace: pair.attacker.namespace, port: 443 },
    },
  };
  const volume = {
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      hostPath: { path: "/" },
      persistentVolumeReclaimPolicy: "Retain",
    },
  };
  return [
    ...reads(pair),
    make(
      pair,
      registration,
      "ValidatingWebhookConfiguration",
      "validatingwebhookconfigurations",
      webhook,
      "CVE-2026-22039",
    ),
    make(
      pair,
      registration,
      "MutatingWebhookConfiguration",
      "mutatingwebhookconfigurations",
      webhook,
      "CVE-2026-22039",
    ),
    make(
      pair,
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      "customresourcedefinitions",
      definition,
      "k/k#83465",
    ),
    make(
      pair,
      "apiregistration.k8s.io/v1",
      "APIService",
      "apiservices",
      apiService,
      "API aggregation as a man in the middle",
    ),
    make(pair, authorization, "ClusterRole", "clusterroles", { rules: everything }, "k/k#83465"),
    make(
      pair,
      authorization,
      "ClusterRoleBinding",
      "clusterrolebindings",
      {
        roleRef: reference,
        subjects: [{ kind: "ServiceAccount", name: "runtime", namespace: pair.attacker.namespace }],
      },
      "k/k#83465",
    ),
    make(pair, "scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", { value: 1_000_000 }, "capsule#257"),
    make(pair, "node.k8s.io/v1", "RuntimeClass", "runtimeclasses", { handler: "unconfined" }, "a weaker sandbox"),
    make(
      pair,
      "storage.k8s.io/v1",
      "StorageClass",
      "storageclasses",
      { provisioner: "attack.invalid/none" },
      "k/k#47326",
    ),
    make(
      pair,
      "networking.k8s.io/v1",
      "IngressClass",
      "ingressclasses",
      { spec: { controller: "attack.invalid/none" } },
      "CVE-2025-1974",
    ),
    make(pair, "v1", "PersistentVolume", "persistentvolumes", volume, "k/k#47326, k/k#65581"),
    make(
      pair,
      "certificates.k8s.io/v1",
      "CertificateSigningRequest",
      "certificatesigningrequests",
      { spec: { request: certificateRequest, signerName: "attack.tenantry.dev/none", usages: ["client auth"] } },
      "certificates of system:masters",
    ),
    {
      id: "approve-certificate",
      title: "approve a certificate of system:masters",
      source: "k/k#83465",
      request: requests.patch(
        "administrator",
        requests.pathOf(
          "certificates.k8s.io/v1",
          null,
          "certificatesigningrequests",
          requests.runName(run),
          "approval",
        ),
        { status: { conditions: [{ type: "Approved", status: "True", reason: "Attack", message: "attack" }] } },
      ),
    },
    ...(["validatingadmissionpolicies", "validatingadmissionpolicybindings"] as const).map((plural) => ({
      id: `delete-${plural}`,
      title: `delete a guardrail's ${plural === "validatingadmissionpolicies" ? "policy" : "binding"}`,
      source: "CVE-2026-22039",
      request: requests.remove("administrator", guardrail(plural)),
    })),
    {
      id: "weaken-guardrail",
      title: "turn a guardrail's refusal into a warning",
      source: "CVE-2026-22039",
      request: requests.patch("administrator", guardrail("validatingadmissionpolicybindings"), {
        spec: { validationActions: ["Warn"] },
      }),
    },
    {
      id: "relabel-node",
      title: "relabel a node",
      source: "CVE-2025-5187",
      request: requests.patch("administrator", requests.pathOf("v1", null, "nodes", node), {
        metadata: { labels: { "tenantry.dev/dedicated": pair.attacker.id } },
      }),
    },
    {
      id: "delete-node",
      title: "delete a node",
      source: "CVE-2025-5187",
      request: requests.remove("administrator", requests.pathOf("v1", null, "nodes", node)),
    },
    {
      id: "steal-lease",
      title: "make a lease among those of the controllers",
      source: "leader election in kube-system",
      request: requests.post("administrator", requests.pathOf("coordination.k8s.io/v1", "kube-system", "leases"), {
        ...objects.fresh(objects.object(pair, "coordination.k8s.io/v1", "Lease")),
        spec: { holderIdentity: "attack" },
      }),
    },
    {
      id: "kube-system-configmap",
      title: "change settings of kube-system",
      source: "coredns#7573",
      request: requests.post(
        "administrator",
        requests.pathOf("v1", "kube-system", "configmaps"),
        objects.configMap(pair),
      ),
    },
  ];
}

/** PEM in base64: a request for CN=attack, O=system:masters, whose key was thrown away. */
export const certificateRequest =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIbU1JR01BZ0VBTUNveEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVE4d0RRWURWUVFEREFaaApkSFJoWTJzd1dUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFSRkN2U2ZPVTVMU0J2bmZRRVNSZU1vCjA4cEpvTlV0R2lqcmh5Y2xUby9oYlhCNDFkak9JbHZyREx1NWI3K1VtVTlFczBiN3pncjFzQzROakcyL3YyTGgKb0FBd0NnWUlLb1pJemowRUF3SURTUUF3UmdJaEFPTFJzaHJMaEp0bnZWNDRQalp4RThVdmZNUm12YlJEK1ByeApRNlBFV3Q0bkFpRUEvNjJkTFh2TkEwUEhac011WHdpRVpRQmZSeElnRVoxVnpoVlptS2lGNVBNPQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K";
