import { describe, expect, test } from "vitest";

import { checks, runPreflight } from "../../preflight/run.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { preflightCheckNames, type PreflightCheckName } from "../../tenants/preflight.ts";
import {
  type Answers,
  daemonSets,
  type FakeDaemonSet,
  fakeCluster,
  json,
  metricsText,
  planWith,
  refusal,
  soundPlugins,
  storageLine,
} from "./support/fake-cluster.ts";

const plan = planWith();
const forbidden = refusal(403, "forbidden: User cannot do that");

async function verdicts(
  changed: Answers = {},
  of: EnvironmentPlan = plan,
): Promise<Partial<Record<PreflightCheckName, string>>> {
  const report = await runPreflight(of, fakeCluster(of, changed));
  return Object.fromEntries(report.checks.map(({ check, verdict }) => [check, verdict]));
}

const metricsWithout = (plugin: string, storage: readonly string[] = []): Answers => ({
  "we GET /metrics": {
    status: 200,
    text: metricsText(
      soundPlugins.filter((name) => name !== plugin),
      storage,
    ),
  },
});
const secretsStored = (...lines: readonly string[]): Answers => ({
  "we GET /metrics": { status: 200, text: metricsText(soundPlugins, lines) },
});
const noGuardrail: Answers = {
  "we GET /apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/tenantry-platform-objects": refusal(
    404,
    "",
  ),
};
const noTrying: Answers = { "we POST /api/v1/namespaces": forbidden };
const ownerConfigMaps = "system:serviceaccount:tenant-acme:owner POST /api/v1/namespaces/tenant-acme/configmaps";
const strangerAsks = "we POST /apis/authorization.k8s.io/v1/subjectaccessreviews";
const selfAsks = "we POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const gatewayPath = "we GET /apis/gateway.networking.k8s.io/v1/namespaces/edge/gateways/edge";
const plugins = (...sets: readonly FakeDaemonSet[]): Answers => ({
  "we GET /apis/apps/v1/daemonsets": daemonSets(...sets),
});
const nodes = (...annotations: readonly object[]): Answers => ({
  "we GET /api/v1/nodes": json(200, { items: annotations.map((each) => ({ metadata: { annotations: each } })) }),
});
const simulated = { "kwok.x-k8s.io/node": "fake" };
const awsNode = (value: string) => ({
  name: "aws-node",
  containers: [{ name: "aws-eks-nodeagent", args: [`--enable-network-policy=${value}`] }],
});

/** One thing that differs from the sound cluster, and what the check then says. */
const cases: readonly (readonly [PreflightCheckName, string, string, Answers])[] = [
  ["server-version", "not-enforced", "an old server", { "we GET /version": json(200, { gitVersion: "v1.29.9" }) }],
  [
    "server-version",
    "enforced",
    "the oldest that will do",
    { "we GET /version": json(200, { gitVersion: "v1.30.0-eks-1" }) },
  ],
  [
    "server-version",
    "unknown",
    "a server nobody has tested",
    { "we GET /version": json(200, { gitVersion: "v1.36.0" }) },
  ],
  ["server-version", "unknown", "a server that does not say", { "we GET /version": forbidden }],
  ["kinds", "unknown", "no discovery", { "we GET /apis": forbidden }],
  ["kinds", "unknown", "discovery in an old form", { "we GET /apis": json(200, { kind: "APIGroupList", groups: [] }) }],
  [
    "kinds",
    "not-enforced",
    "nothing but the core group",
    { "we GET /apis": json(200, { kind: "APIGroupDiscoveryList", items: [] }) },
  ],
  [
    "storage-classes",
    "not-enforced",
    "another class",
    { "we GET /apis/storage.k8s.io/v1/storageclasses": json(200, { items: [{ metadata: { name: "standrad" } }] }) },
  ],
  ["storage-classes", "unknown", "no right to read", { "we GET /apis/storage.k8s.io/v1/storageclasses": forbidden }],
  ["gateway", "not-enforced", "no Gateway", { [gatewayPath]: refusal(404, "not found") }],
  [
    "gateway",
    "not-enforced",
    "a Gateway of another class",
    { [gatewayPath]: json(200, { spec: { gatewayClassName: "other" } }) },
  ],
  ["gateway", "unknown", "no right to read", { [gatewayPath]: forbidden }],
  [
    "autoscaling-metrics",
    "not-enforced",
    "no metrics",
    { "we GET /apis": json(200, { kind: "APIGroupDiscoveryList", items: [] }) },
  ],
  [
    "autoscaling-metrics",
    "not-enforced",
    "a metrics server that does not answer",
    {
      "we GET /apis": json(200, {
        kind: "APIGroupDiscoveryList",
        items: [
          {
            metadata: { name: "metrics.k8s.io" },
            versions: [
              { version: "v1beta1", freshness: "Stale", resources: [{ responseKind: { kind: "PodMetrics" } }] },
            ],
          },
        ],
      }),
    },
  ],
  [
    "admission-policies",
    "not-enforced",
    "policies that are not served",
    { "we GET /apis": json(200, { kind: "APIGroupDiscoveryList", items: [] }) },
  ],
  ["admission-policies", "not-enforced", "a guardrail that lets everything in", { [ownerConfigMaps]: json(201, {}) }],
  ["admission-policies", "enforced", "no guardrail yet, and the plugin in the metrics", noGuardrail],
  [
    "admission-policies",
    "not-enforced",
    "no guardrail yet, and the plugin not in the metrics",
    { ...noGuardrail, ...metricsWithout("ValidatingAdmissionPolicy") },
  ],
  [
    "admission-policies",
    "unknown",
    "no guardrail yet, and no metrics",
    { ...noGuardrail, "we GET /metrics": forbidden },
  ],
  [
    "admission-policies",
    "unknown",
    "no right to act for an owner, and no metrics",
    { [ownerConfigMaps]: forbidden, "we GET /metrics": forbidden },
  ],
  [
    "pod-security",
    "not-enforced",
    "an impossible level that is let in",
    { "we POST /api/v1/namespaces": json(201, {}) },
  ],
  ["pod-security", "enforced", "no right to try, and the plugin in the metrics", noTrying],
  [
    "pod-security",
    "not-enforced",
    "no right to try, and the plugin not in the metrics",
    { ...noTrying, ...metricsWithout("PodSecurity") },
  ],
  ["pod-security", "unknown", "no right to try, and no metrics", { ...noTrying, "we GET /metrics": forbidden }],
  [
    "pod-security",
    "unknown",
    "a policy that refuses every namespace for another reason",
    { "we POST /api/v1/namespaces": refusal(403, "every namespace needs a cost center"), "we GET /metrics": forbidden },
  ],
  ["resource-quota", "not-enforced", "no plugin", metricsWithout("ResourceQuota")],
  ["resource-quota", "unknown", "no metrics", { "we GET /metrics": forbidden }],
  ["resource-quota", "unknown", "metrics of something else", { "we GET /metrics": { status: 200, text: "up 1\n" } }],
  ["limit-range", "not-enforced", "no plugin", metricsWithout("LimitRanger")],
  [
    "authorization",
    "not-enforced",
    "a stranger who may read Secrets",
    { [strangerAsks]: json(201, { status: { allowed: true } }) },
  ],
  [
    "authorization",
    "enforced",
    "no right to ask about others, and a refusal of one's own",
    { [strangerAsks]: forbidden, [selfAsks]: json(201, { status: { allowed: false } }) },
  ],
  ["authorization", "unknown", "no right to ask about others, and everything allowed", { [strangerAsks]: forbidden }],
  [
    "anonymous-requests",
    "not-enforced",
    "a role that is missing",
    { "nobody GET /api/v1/namespaces": refusal(403, "system:anonymous cannot list") },
  ],
  ["anonymous-requests", "not-enforced", "an open door", { "nobody GET /api/v1/namespaces": json(200, { items: [] }) }],
  [
    "anonymous-requests",
    "enforced",
    "health checks for everybody",
    { "nobody GET /livez": { status: 200, text: "ok" } },
  ],
  [
    "anonymous-requests",
    "unknown",
    "a proxy that fails",
    { "nobody GET /api/v1/namespaces": { status: 502, text: "bad gateway" } },
  ],
  ["network-policy", "unknown", "no plugin", plugins()],
  [
    "network-policy",
    "unknown",
    "a tenant's own idea of a plugin",
    plugins({ name: "cilium", namespace: "tenant-acme" }),
  ],
  ["network-policy", "unknown", "no right to read nodes", { "we GET /api/v1/nodes": forbidden }],
  ["network-policy", "unknown", "no nodes", nodes()],
  ["network-policy", "assumed", "simulated nodes", nodes(simulated, simulated)],
  [
    "network-policy",
    "enforced",
    "a real node among simulated ones",
    { ...nodes(simulated, {}), ...plugins({ name: "calico-node", scheduled: 1 }) },
  ],
  ["network-policy", "not-enforced", "a plugin on one of two nodes", plugins({ name: "antrea-agent", scheduled: 1 })],
  ["network-policy", "not-enforced", "a plugin that is Ready nowhere", plugins({ name: "canal", ready: 0 })],
  ["network-policy", "not-enforced", "a plugin that is Ready on one of two", plugins({ name: "cilium", ready: 1 })],
  ["network-policy", "unknown", "a plugin's name where no plugin lives", plugins({ name: "cilium", namespace: "ci" })],
  ["network-policy", "not-enforced", "Flannel alone", plugins({ name: "kube-flannel-ds", namespace: "kube-flannel" })],
  [
    "network-policy",
    "enforced",
    "Flannel with its policy controller",
    plugins({ name: "kube-flannel-ds", containers: [{ name: "kube-network-policies" }] }),
  ],
  [
    "network-policy",
    "not-enforced",
    "kube-router as a router only",
    plugins({ name: "kube-router", containers: [{ args: ["--run-firewall=F"] }] }),
  ],
  [
    "network-policy",
    "enforced",
    "kube-router",
    plugins({ name: "kube-router", containers: [{ args: ["--run-router=true"] }] }),
  ],
  ["network-policy", "not-enforced", "the VPC CNI as it comes", plugins(awsNode("false"))],
  ["network-policy", "enforced", "the VPC CNI with its policy agent", plugins(awsNode("true"))],
  [
    "network-policy",
    "enforced",
    "a plugin that enforces beside one that does not",
    plugins({ name: "kube-flannel" }, { name: "calico-node" }),
  ],
  ["encryption-at-rest", "unknown", "no metrics", { "we GET /metrics": forbidden }],
  ["encryption-at-rest", "unknown", "no Secret so far", secretsStored()],
  [
    "encryption-at-rest",
    "unknown",
    "another kind that is encrypted",
    secretsStored(storageLine("k8s:enc:aescbc:v1:", "to_storage", "configmaps")),
  ],
  [
    "encryption-at-rest",
    "unknown",
    "old Secrets that are read, and none that was written since",
    secretsStored(storageLine("k8s:enc:kms:v2:", "from_storage")),
  ],
  [
    "encryption-at-rest",
    "not-enforced",
    "new Secrets in clear",
    secretsStored(storageLine("k8s:enc:aesgcm:v1:", "from_storage"), storageLine("", "to_storage")),
  ],
];

describe("the checks", () => {
  test("all hold on a sound cluster, and each has its name in the configuration", async () => {
    const found = await verdicts();
    expect(found).toEqual(Object.fromEntries(preflightCheckNames.map((name) => [name, "enforced"])));
    expect(checks.map(({ name }) => name)).toEqual(preflightCheckNames);
  });

  test.each(cases)("%s is %s: %s", async (name, verdict, _what, changed) => {
    expect((await verdicts(changed))[name]).toBe(verdict);
  });

  test("name every missing kind and a class that was probably meant", async () => {
    const changed: Answers = {
      "we GET /apis": json(200, { kind: "APIGroupDiscoveryList", items: [] }),
      "we GET /apis/storage.k8s.io/v1/storageclasses": json(200, { items: [{ metadata: { name: "standrad" } }] }),
    };
    const report = await runPreflight(plan, fakeCluster(plan, changed));
    const kinds = report.checks.find(({ check }) => check === "kinds");
    expect(kinds?.found).toMatch(/ListenerSet \(gateway\.networking\.k8s\.io\/v1\)/);
    expect(kinds?.found).toMatch(/NetworkPolicy \(networking\.k8s\.io\/v1\)/);
    expect(kinds?.found).not.toContain("ConfigMap");
    const classes = report.checks.find(({ check }) => check === "storage-classes");
    expect(classes?.remedy).toMatch(/Did you mean "standrad"\?/);
  });

  test("look for the class where the Gateway is to be made, and for nothing where there is none", async () => {
    const made = planWith({ gateway: { name: "edge", namespace: "edge", className: "envoy", create: true } });
    const path = "we GET /apis/gateway.networking.k8s.io/v1/gatewayclasses/envoy";
    expect((await verdicts({ [path]: json(200, {}) }, made)).gateway).toBe("enforced");
    expect((await verdicts({ [path]: refusal(404, "") }, made)).gateway).toBe("not-enforced");
    expect(await verdicts({}, planWith({ gateway: undefined }))).not.toHaveProperty("gateway");
  });

  test("ask for custom metrics where autoscalers read them", async () => {
    const custom = planWith({ metrics: { requestsPerSecond: "http_requests_per_second" } });
    expect((await verdicts({}, custom))["autoscaling-metrics"]).toBe("not-enforced");
  });

  test("believe no server that nobody has verified", async () => {
    const { checks: found } = await runPreflight(plan, fakeCluster(plan, {}, false));
    expect(found.filter(({ outcome }) => outcome === "refused").map(({ check }) => check)).toEqual([
      "server-certificate",
    ]);
  });

  test("say that a guardrail is gone, and let the update bring it back", async () => {
    const gone = await runPreflight(plan, fakeCluster(plan, noGuardrail));
    expect(gone.passed).toBe(true);
    expect(gone.hints).toEqual([
      expect.stringContaining("tenantry-platform-objects is not there, though tenant-acme is"),
    ]);
    const first = await runPreflight(
      plan,
      fakeCluster(plan, { ...noGuardrail, "we GET /api/v1/namespaces": json(200, { items: [] }) }),
    );
    expect(first.hints).toEqual([]);
  });

  test("see a guardrail that lets everything in also where its twin is refused", async () => {
    const full: Answers = {
      [ownerConfigMaps]: ({ body }) =>
        JSON.stringify(body).includes("managed-by") ? json(201, {}) : refusal(403, "exceeded quota: tenant"),
    };
    expect((await verdicts(full))["admission-policies"]).toBe("not-enforced");
  });

  test("store nothing, and ask nothing twice", async () => {
    const cluster = fakeCluster(plan);
    await runPreflight(plan, cluster);
    const writes = cluster.asked.filter((line) => line.includes(" POST ") && !line.includes("accessreviews"));
    expect(writes).toHaveLength(4);
    expect(writes.filter((line) => !line.endsWith("(dry run)"))).toEqual([]);
    const reads = cluster.asked.filter((line) => line.includes(" GET "));
    expect(new Set(reads).size).toBe(reads.length);
  });
});
