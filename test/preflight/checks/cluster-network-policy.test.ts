import { describe, expect, test } from "vitest";

import { runPreflight } from "../../../preflight/run.ts";
import { type Answers, type FakeDaemonSet, fakeCluster, json, planWith } from "../support/fake-cluster.ts";
import { forbidden, nodes, plugins, simulated, verdicts } from "../support/verdicts.ts";

const plan = planWith({ cluster: { identifier: "test", clusterNetworkPolicies: { priority: 100 } } });

const of = (name: string, container: string, image: string, more: Partial<FakeDaemonSet> = {}): Answers =>
  plugins({ name, containers: [{ name: container, image }], ...more });
const calico = (image: string, more?: Partial<FakeDaemonSet>) =>
  of("calico-node", "calico-node", image, { namespace: "calico-system", ...more });
const cilium = (image: string) => of("cilium", "cilium-agent", image);
const settings = (value: string): Answers => ({
  "we GET /api/v1/namespaces/kube-system/configmaps/cilium-config": json(200, {
    data: { "enable-k8s-cluster-network-policy": value },
  }),
});
const knp = (image: string) => of("kube-network-policies", "kube-network-policies", image);
const current = "quay.io/cilium/cilium:v1.20.1@sha256:0123456789abcdef";
const process = { "tenantry.dev/network-policy-enforcer": "kube-router" };

const cases: readonly (readonly [string, string, Answers])[] = [
  ["enforced", "Calico that has it", calico("quay.io/calico/node:v3.32.0")],
  ["not-enforced", "Calico from before", calico("quay.io/calico/node:v3.31.4")],
  ["not-enforced", "a pre-release of Calico", calico("quay.io/calico/node:v3.32.0-0.dev")],
  ["not-enforced", "Calico on one of two nodes", calico("quay.io/calico/node:v3.33.1", { scheduled: 1 })],
  ["not-enforced", "Calico that is not Ready everywhere", calico("quay.io/calico/node:v3.33.1", { ready: 1 })],
  ["unknown", "Calico by digest alone", calico("quay.io/calico/node@sha256:0123456789abcdef")],
  ["unknown", "Calico of a registry with a port, and no tag", calico("registry.example:5000/calico/node")],
  ["enforced", "Cilium with the setting", { ...cilium(current), ...settings("true") }],
  ["not-enforced", "Cilium with the setting off", { ...cilium(current), ...settings("false") }],
  ["not-enforced", "Cilium from before", { ...cilium("quay.io/cilium/cilium:v1.19.7"), ...settings("true") }],
  [
    "unknown",
    "Cilium whose settings may not be read",
    { ...cilium(current), "we GET /api/v1/namespaces/kube-system/configmaps/cilium-config": forbidden },
  ],
  [
    "enforced",
    "kube-network-policies of the build for it",
    knp("registry.k8s.io/networking/kube-network-policies:v1.1.1-npa-v1alpha2"),
  ],
  [
    "not-enforced",
    "kube-network-policies of the usual build",
    knp("registry.k8s.io/networking/kube-network-policies:v1.1.1"),
  ],
  [
    "unknown",
    "a plugin that enforces NetworkPolicies, and nobody knows more",
    of("antrea-agent", "antrea-agent", "a:1"),
  ],
  ["unknown", "no plugin, whatever is served", plugins()],
  ["unknown", "a process that the nodes name", { ...nodes(process, process), ...plugins() }],
  ["unknown", "no right to read nodes", { "we GET /api/v1/nodes": forbidden }],
  ["assumed", "simulated nodes", nodes(simulated)],
];

test.each(cases)("it is %s: %s", async (verdict, _what, changed) => {
  expect((await verdicts(changed, plan))["cluster-network-policy"]).toBe(verdict);
});

describe("the environment", () => {
  test("is asked only where it relies on the kind", async () => {
    expect(await verdicts({})).not.toHaveProperty("cluster-network-policy");
  });

  test("is refused where it is strict and nobody knows, unless it says how it is known", async () => {
    const outcomeOf = async (preflight: object) => {
      const cluster = { identifier: "test", clusterNetworkPolicies: { priority: 100 } };
      const strict = planWith({ cluster, preflight });
      const report = await runPreflight(strict, fakeCluster(strict, of("antrea-agent", "antrea-agent", "a:1")));
      return report.checks.find(({ check }) => check === "cluster-network-policy")?.outcome;
    };
    expect(await outcomeOf({})).toBe("refused");
    const reason = { "cluster-network-policy": "the feature gate is on, seen on 3 November" };
    expect(await outcomeOf({ stated: reason })).toBe("ok");
    expect(await outcomeOf({ accept: reason })).toBe("accepted");
    expect(await outcomeOf({ stated: { "network-policy": "another thing" } })).toBe("refused");
  });
});
