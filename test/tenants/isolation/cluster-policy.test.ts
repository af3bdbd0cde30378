import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { proveIsolation } from "../../../tenants/isolation.ts";
import { explainPair } from "../../../tenants/isolation/explain.ts";
import { factsOf } from "../../../tenants/isolation/facts.ts";
import type { ClusterPolicyPlan, EnvironmentPlan } from "../../../tenants/model.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { adminPoliciesOf, connectsByAdminTier } from "../support/admin-tier.ts";
import { loadedOf, roomyEnvironment } from "../support/fleet.ts";
import { podsOf } from "../support/reach.ts";
import { tampered } from "../support/tampered.ts";

const records = [
  { id: "acme", name: "Acme", tier: "free", peers: [{ tenant: "globex", ports: [3000] }] },
  { id: "globex", name: "Globex", tier: "free", peers: [{ tenant: "acme", ports: [3000] }] },
  { id: "initech", name: "Initech", tier: "free" },
];
const served = { ...roomyEnvironment, cluster: { identifier: "test", clusterNetworkPolicies: { priority: 40 } } };
const layered = planEnvironment(loadedOf(records, served));
const plain = planEnvironment(loadedOf(records));

function answers(plan: EnvironmentPlan, from: string, to: string): readonly string[] {
  const facts = factsOf(plan);
  const [one, other] = [facts.byId.get(from), facts.byId.get(to)];
  if (one === undefined || other === undefined) throw new Error("no such tenant");
  return explainPair(facts, proveIsolation(plan).violations, one, other)
    .filter(({ plane }) => plane === "network")
    .map(({ question, verdict, because }) => `${question}: ${verdict}. ${because}`);
}

test("the plan has it where the environment says that the cluster does", () => {
  expect(layered.platform.clusterNetworkPolicies).toEqual({ priority: 40 });
  expect(layered.tenants.map(({ network }) => network.clusterPolicy)).toEqual([
    { name: "tenantry-tenant-acme", priority: 40 },
    { name: "tenantry-tenant-globex", priority: 40 },
    { name: "tenantry-tenant-initech", priority: 40 },
  ]);
  expect(plain.platform.clusterNetworkPolicies).toBeNull();
  expect(plain.tenants.map(({ network }) => network.clusterPolicy)).toEqual([null, null, null]);
});

describe("with it", () => {
  test("the proof has a second layer and says what that takes on trust", () => {
    const { holds, steps, notCovered } = proveIsolation(layered);
    expect(holds).toBe(true);
    const second = steps.filter(({ claim }) => claim.startsWith("A second layer"));
    expect(second).toHaveLength(1);
    expect(second[0]?.because).toMatch(
      /^Each of 3 tenants .* priority 40, .*tenantry-platform-objects.*tenantry-cluster-policies/,
    );
    expect(notCovered.join(" ")).toContain("with a priority below 40 are asked first");
    expect(notCovered.join(" ")).not.toContain("NetworkPolicy alone: the environment does not say");
  });

  test("an answer names both policies", () => {
    const names = "ClusterNetworkPolicy tenantry-tenant-acme and tenantry-tenant-initech";
    expect(answers(layered, "acme", "initech")[0]).toContain(`either. ${names} deny the same by themselves`);
    expect(answers(layered, "acme", "globex")[0]).toMatch(/consented\..* let these ports .* pass on to NetworkPolicy/);
    const metadata = answers(layered, "acme", "initech").find((answer) => answer.includes("metadata addresses:"));
    expect(metadata).toContain("tenantry-tenant-acme denies 169.254.0.0/16 and fd00:ec2::254/128 by itself");
  });
});

describe("without it", () => {
  test("the proof holds, has no second layer, and says what stands alone", () => {
    const { holds, steps, notCovered } = proveIsolation(plain);
    expect(holds).toBe(true);
    expect(steps.filter(({ claim }) => claim.startsWith("A second layer"))).toEqual([]);
    expect(notCovered.join(" ")).toContain("Between tenants stands NetworkPolicy alone");
  });

  test("an answer says so", () => {
    expect(answers(plain, "acme", "initech")[0]).toContain("either. NetworkPolicy stands alone here");
    expect(answers(plain, "acme", "initech").join(" ")).not.toContain("by itself");
  });
});

describe("a fault of the planner is a violation", () => {
  const sound: ClusterPolicyPlan = { name: "tenantry-tenant-globex", priority: 40 };
  const cases: readonly (readonly [string, ClusterPolicyPlan | null, string])[] = [
    ["a tenant without", null, "has no ClusterNetworkPolicy, though the cluster serves it"],
    [
      "a name that a neighbour's has",
      { ...sound, name: "tenantry-tenant-acme" },
      "has the ClusterNetworkPolicy tenantry-tenant-acme, which is not that of its namespace",
    ],
    ["another priority", { ...sound, priority: 41 }, "has a ClusterNetworkPolicy of priority 41, not 40 as all others"],
  ];

  test.each(cases)("%s", (_what, clusterPolicy, reason) => {
    const plan = tampered(layered, "globex", ({ network }) => ({ network: { ...network, clusterPolicy } }));
    expect(proveIsolation(plan).violations.map(({ tenant, reason: found }) => [tenant, found])).toEqual([
      ["globex", reason],
    ]);
  });

  it("and one that the cluster does not serve", () => {
    const plan = tampered(plain, "globex", ({ network }) => ({ network: { ...network, clusterPolicy: sound } }));
    expect(proveIsolation(plan).violations.map(({ reason }) => reason)).toEqual([
      "has a ClusterNetworkPolicy, which the cluster does not serve",
    ]);
  });
});

describe("by itself, without any NetworkPolicy", () => {
  const ids = layered.tenants.map(({ id }) => id);
  const ports = fc.uniqueArray(fc.constantFrom(22, 3000, 8080), { maxLength: 3 });
  const entry = fc
    .record({ tenant: fc.constantFrom(...ids), open: ports, agreed: fc.boolean() })
    .map(({ tenant, open, agreed }) => ({
      tenant,
      namespace: `tenant-${tenant}`,
      egressPorts: agreed ? [3000] : open,
      ingressPorts: agreed ? [3000] : open,
    }));
  const fleet: fc.Arbitrary<EnvironmentPlan> = fc
    .array(fc.array(entry, { maxLength: 2 }), { minLength: ids.length, maxLength: ids.length })
    .map((peers) => ({
      ...layered,
      tenants: layered.tenants.map((tenant, index) => ({
        ...tenant,
        network: { ...tenant.network, peers: peers[index] ?? [] },
      })),
    }));

  const connections = (plan: EnvironmentPlan): readonly string[] => {
    const policies = adminPoliciesOf(plan);
    const pods = podsOf(plan);
    return pods.flatMap((from) =>
      pods
        .filter((to) => to.tenant !== from.tenant)
        .flatMap((to) =>
          [22, 53, 3000, 8080]
            .filter((port) => connectsByAdminTier(policies, from, to, port))
            .map((port) => `${from.tenant.id} ${from.workload} -> ${to.tenant.id} ${to.workload} ${port}`),
        ),
    );
  };

  it("lets nothing between tenants but the openings that both consent to, whatever the records say", () => {
    let open = 0;
    fc.assert(
      fc.property(fleet, (plan) => {
        // Edges are openings of both sides, also where one of them asks for more than the other.
        const edges = proveIsolation(plan).edges.flatMap(({ from, to, ports: numbers }) =>
          numbers.map((port) => `${from} runtime -> ${to} runtime ${port}`),
        );
        open += edges.length;
        expect([...connections(plan)].sort()).toEqual([...edges].sort());
      }),
      { numRuns: 400, seed: 11 },
    );
    expect(open).toBeGreaterThan(10);
  });

  it("leaves traffic inside a tenant alone", () => {
    const policies = adminPoliciesOf(layered);
    for (const from of podsOf(layered)) {
      for (const to of podsOf(layered).filter(({ tenant }) => tenant === from.tenant)) {
        expect(connectsByAdminTier(policies, from, to, 8080)).toBe(true);
      }
    }
  });

  it("shuts a tenant out whose own policy is missing, by those of the others", () => {
    const policies = adminPoliciesOf(
      tampered(layered, "initech", (tenant) => ({ network: { ...tenant.network, clusterPolicy: null } })),
    );
    expect(policies).toHaveLength(2);
    for (const from of podsOf(layered)) {
      for (const to of podsOf(layered).filter(({ tenant }) => tenant !== from.tenant)) {
        if (from.tenant.id !== "initech" && to.tenant.id !== "initech") continue;
        expect(connectsByAdminTier(policies, from, to, 8080)).toBe(false);
      }
    }
  });
});
