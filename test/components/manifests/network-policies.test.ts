import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { buildDefaultDeny, buildOpenings } from "../../../components/manifests/network-policies.ts";
import { trafficRule } from "../../../components/manifests/network-rule.ts";
import type { NetworkPlan, PodPeer, PortPlan, TenantId, TenantPlan } from "../../../tenants/model.ts";
import { barePlan, fullPlan } from "../../support/plans.ts";
import type { Rule, Selector } from "../../tenants/support/reach.ts";

interface Policy {
  readonly name: string;
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** The policies as the API server would read them. */
function openings(plan: TenantPlan): Policy[] {
  return buildOpenings(plan, plan.namespace).map(({ manifest }) => ({
    name: manifest.metadata.name,
    ...(JSON.parse(JSON.stringify(manifest.spec)) as Omit<Policy, "name">),
  }));
}

function opening(plan: TenantPlan, name: string): Policy | undefined {
  return openings(plan).find((policy) => policy.name === name);
}

function withNetwork(network: Partial<NetworkPlan>): TenantPlan {
  return { ...fullPlan, network: { ...fullPlan.network, ...network } };
}

test("default-deny selects every pod in both directions and allows nothing", () => {
  expect(buildDefaultDeny(barePlan, "tenant-acme").spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
});

test("DNS goes to the DNS pods of one namespace, over both protocols, and nowhere else", () => {
  expect(opening(barePlan, "allow-dns")).toEqual({
    name: "allow-dns",
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
            podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
          },
        ],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ],
  });
});

test("the tenant's own namespace is named, not implied", () => {
  const self = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tenant-acme" } },
    podSelector: {},
  };
  expect(opening(barePlan, "allow-same-namespace")).toMatchObject({
    ingress: [{ from: [self] }],
    egress: [{ to: [self] }],
  });
});

test("the edge reaches each workload on its own port only", () => {
  const { podSelector, ingress, policyTypes } = opening(fullPlan, "allow-edge-runtime") ?? {};
  expect(podSelector).toEqual({
    matchLabels: { "app.kubernetes.io/name": "runtime", "app.kubernetes.io/instance": "acme" },
  });
  expect(policyTypes).toEqual(["Ingress"]);
  expect(ingress?.[0]?.ports).toEqual([{ protocol: "TCP", port: 3000 }]);
  expect(opening(fullPlan, "allow-edge-dashboard")?.ingress?.[0]?.ports).toEqual([{ protocol: "TCP", port: 3001 }]);
});

test("consented peers are runtime to runtime, each direction on its own ports", () => {
  expect(opening(fullPlan, "allow-peers")).toMatchObject({
    podSelector: { matchLabels: { "app.kubernetes.io/name": "runtime" } },
    ingress: [{ ports: [{ port: 3000 }] }],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tenant-globex" } },
            podSelector: {
              matchLabels: { "app.kubernetes.io/name": "runtime", "app.kubernetes.io/instance": "globex" },
            },
          },
        ],
        ports: [{ port: 8080 }],
      },
    ],
  });
});

test("declared egress keeps its exceptions", () => {
  expect(opening(fullPlan, "allow-egress")?.egress).toEqual([
    {
      to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16"] } }],
      ports: [{ protocol: "TCP", port: 443 }],
    },
  ]);
});

/** Each trap differs from its twin in one field: the twin opens something, the trap must open nothing. */
describe("an empty list opens nothing", () => {
  const service = { name: "ollama", namespace: "models", podLabels: { app: "ollama" } };
  const range = { cidr: "203.0.113.0/24", except: [] };
  const peer = { tenant: "globex" as TenantId, namespace: "tenant-globex" };
  const https: PortPlan[] = [{ protocol: "TCP", port: 443 }];
  const edge: PodPeer = { namespace: "edge", podLabels: {} };
  const cases: [string, string, Partial<NetworkPlan>, Partial<NetworkPlan>][] = [
    [
      "shared services",
      "allow-shared-services",
      { sharedServices: [{ ...service, ports: https }] },
      { sharedServices: [] },
    ],
    [
      "ports of a shared service",
      "allow-shared-services",
      { sharedServices: [{ ...service, ports: https }] },
      { sharedServices: [{ ...service, ports: [] }] },
    ],
    ["egress", "allow-egress", { egress: [{ ...range, ports: https }] }, { egress: [] }],
    [
      "ports of egress",
      "allow-egress",
      { egress: [{ ...range, ports: https }] },
      { egress: [{ ...range, ports: [] }] },
    ],
    ["peers", "allow-peers", { peers: [{ ...peer, egressPorts: [1], ingressPorts: [] }] }, { peers: [] }],
    [
      "ports of a peer",
      "allow-peers",
      { peers: [{ ...peer, egressPorts: [1], ingressPorts: [] }] },
      { peers: [{ ...peer, egressPorts: [], ingressPorts: [] }] },
    ],
    ["the edge", "allow-edge-runtime", { edge }, { edge: null }],
    ["monitoring", "allow-monitoring-runtime", { monitoring: edge }, { monitoring: null }],
  ];

  test.each(cases)("%s", (_name, policy, twin, trap) => {
    expect(opening(withNetwork(twin), policy)).toBeDefined();
    expect(opening(withNetwork(trap), policy)).toBeUndefined();
  });

  test("one direction of a peer without the other", () => {
    const oneWay = opening(withNetwork({ peers: [{ ...peer, egressPorts: [1], ingressPorts: [] }] }), "allow-peers");
    expect(oneWay).toMatchObject({ policyTypes: ["Egress"] });
    expect(oneWay).not.toHaveProperty("ingress");
  });

  test("a tenant without a route is not reached from the edge", () => {
    expect(opening({ ...fullPlan, route: null }, "allow-edge-runtime")).toBeUndefined();
    expect(opening(fullPlan, "allow-edge-runtime")).toBeDefined();
  });

  test("a rule without peers or ports is no rule", () => {
    expect(trafficRule([], https)).toBeNull();
    expect(trafficRule([edge], [])).toBeNull();
    expect(trafficRule([edge], https)).not.toBeNull();
  });
});

test("no plan whatever gives a rule that means everything", () => {
  const label = fc.constantFrom("app", "k8s-app");
  const peer: fc.Arbitrary<PodPeer> = fc.record({
    namespace: fc.constantFrom("kube-system", "edge", "models"),
    podLabels: fc.dictionary(label, fc.constantFrom("a", "b"), { maxKeys: 2 }),
  });
  const ports = fc.array(fc.record({ protocol: fc.constantFrom("TCP", "UDP"), port: fc.nat(65535) }), { maxLength: 3 });
  const numbers = fc.array(fc.nat(65535), { maxLength: 2 });
  const network = fc.record({
    dns: peer,
    edge: fc.option(peer),
    monitoring: fc.option(peer),
    sharedServices: fc.array(
      fc.tuple(peer, ports).map(([to, list]) => ({ name: "service", ...to, ports: list })),
      { maxLength: 2 },
    ),
    egress: fc.array(
      ports.map((list) => ({ cidr: "203.0.113.0/24", except: [], ports: list })),
      { maxLength: 2 },
    ),
    peers: fc.array(
      fc.tuple(numbers, numbers).map(([egressPorts, ingressPorts]) => ({
        tenant: "globex" as TenantId,
        namespace: "tenant-globex",
        egressPorts,
        ingressPorts,
      })),
      { maxLength: 2 },
    ),
  });
  fc.assert(
    fc.property(network, (generated) => {
      for (const policy of openings(withNetwork(generated))) {
        for (const rule of [...(policy.ingress ?? []), ...(policy.egress ?? [])]) {
          const peers = [...(rule.from ?? []), ...(rule.to ?? [])];
          expect(peers.length).toBeGreaterThan(0);
          // "All ports" is for the tenant's own namespace alone.
          if (policy.name !== "allow-same-namespace") expect(rule.ports?.length ?? 0).toBeGreaterThan(0);
          for (const { ipBlock, namespaceSelector, podSelector } of peers) {
            if (ipBlock !== undefined) continue;
            expect(Object.keys(namespaceSelector?.matchLabels ?? {})).toEqual(["kubernetes.io/metadata.name"]);
            expect(podSelector).toBeDefined();
          }
        }
        expect(policy.policyTypes).toEqual([
          ...(policy.ingress === undefined ? [] : ["Ingress"]),
          ...(policy.egress === undefined ? [] : ["Egress"]),
        ]);
      }
    }),
  );
});
