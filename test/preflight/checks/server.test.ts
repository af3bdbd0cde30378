import { expect, test } from "vitest";

import { runPreflight } from "../../../preflight/run.ts";
import { type Answers, fakeCluster, json, planWith, refusal } from "../support/fake-cluster.ts";
import { type Case, forbidden, plan, verdicts } from "../support/verdicts.ts";

const gatewayPath = "we GET /apis/gateway.networking.k8s.io/v1/namespaces/edge/gateways/edge";

const cases: readonly Case[] = [
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
];

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
