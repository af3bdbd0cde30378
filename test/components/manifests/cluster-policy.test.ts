import { expect, test } from "vitest";

import { buildClusterPolicy } from "../../../components/manifests/cluster-policy.ts";
import type { NetworkPlan, TenantId, TenantPlan } from "../../../tenants/model.ts";
import { tenantSchema } from "../../../tenants/schema.ts";
import { barePlan, fullPlan } from "../../support/plans.ts";

function built(network: Partial<NetworkPlan> = {}) {
  const plan: TenantPlan = { ...fullPlan, network: { ...fullPlan.network, ...network } };
  const policy = buildClusterPolicy(plan);
  if (policy === null) throw new Error("no policy");
  return policy;
}

const others = {
  namespaces: {
    matchExpressions: [
      { key: "tenantry.dev/tenant", operator: "Exists" },
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["tenant-acme"] },
    ],
  },
};
const globex = {
  pods: {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tenant-globex" } },
    podSelector: { matchLabels: { "app.kubernetes.io/name": "runtime", "app.kubernetes.io/instance": "globex" } },
  },
};
const tcp = (number: number) => ({ tcp: { destinationPort: { number } } });

test("there is none where the plan has none", () => {
  expect(buildClusterPolicy(barePlan)).toBeNull();
});

test("it belongs to the cluster, carries the tenant's labels and is about the tenant's namespace alone", () => {
  const { metadata, spec } = built();
  expect(metadata).not.toHaveProperty("namespace");
  expect(metadata).toMatchObject({ name: "tenantry-tenant-acme", labels: { "tenantry.dev/tenant": "acme" } });
  expect(spec).toMatchObject({ tier: "Admin", priority: 100 });
  expect(spec.subject).toEqual({ namespaces: { matchLabels: { "kubernetes.io/metadata.name": "tenant-acme" } } });
});

test("without peers it denies and does nothing else", () => {
  const { spec } = built({ peers: [] });
  expect(spec.ingress).toEqual([{ name: "other-tenants", action: "Deny", from: [others] }]);
  expect(spec.egress).toEqual([
    {
      name: "metadata-addresses",
      action: "Deny",
      to: [{ networks: ["169.254.0.0/16", "fd00:ec2::254/128"] }],
    },
    { name: "other-tenants", action: "Deny", to: [others] },
  ]);
});

test("a consented opening is passed on before the deny, for its runtime and ports only, each direction by itself", () => {
  const { spec } = built();
  expect(spec.ingress).toEqual([
    { name: "consented-globex", action: "Pass", from: [globex], protocols: [tcp(3000)] },
    { name: "other-tenants", action: "Deny", from: [others] },
  ]);
  expect(spec.egress.slice(1)).toEqual([
    { name: "consented-globex", action: "Pass", to: [globex], protocols: [tcp(8080)] },
    { name: "other-tenants", action: "Deny", to: [others] },
  ]);
});

test("as many peers and ports as a record may have fit the 25 rules and 25 protocols that the kind allows", () => {
  const record = (peers: number, ports: number) => ({
    id: "acme",
    name: "Acme",
    tier: "free",
    peers: Array.from({ length: peers }, (_, index) => ({
      tenant: `peer${index}`,
      ports: Array.from({ length: ports }, (_each, port) => 3000 + port),
    })),
  });
  for (const [peers, ports] of [
    [21, 20],
    [20, 21],
  ] as const) {
    expect(tenantSchema.safeParse(record(peers, ports)).success).toBe(false);
  }
  const peers = tenantSchema.parse(record(20, 20)).peers.map(({ tenant, ports }) => ({
    tenant,
    namespace: `tenant-${tenant}`,
    egressPorts: ports,
    ingressPorts: ports,
  }));
  const { ingress, egress } = built({ peers }).spec;
  expect([ingress.length, egress.length]).toEqual([21, 22]);
  const protocols = [...ingress, ...egress].map((rule) => ("protocols" in rule ? rule.protocols.length : 0));
  expect(Math.max(...protocols)).toBe(20);
});

test("a peer without ports is no rule: one without protocols would be about all of them", () => {
  const peer = { tenant: "globex" as TenantId, namespace: "tenant-globex", egressPorts: [], ingressPorts: [] };
  const { spec } = built({ peers: [peer] });
  expect([...spec.ingress, ...spec.egress].map(({ action }) => action)).toEqual(["Deny", "Deny", "Deny"]);
});
