import { describe, expect, it } from "vitest";

import { InputError } from "../../tenants/errors.ts";
import { assertIsolation, proveIsolation } from "../../tenants/isolation.ts";
import type { EnvironmentPlan, NetworkPlan, TenantId, TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { loadedOf } from "./support/fleet.ts";

const sound = planEnvironment(
  loadedOf([
    { id: "acme", name: "Acme", tier: "free", peers: [{ tenant: "globex", ports: [3000, 8080] }] },
    { id: "globex", name: "Globex", tier: "free", peers: [{ tenant: "acme", ports: [3000, 8080] }] },
    { id: "initech", name: "Initech", tier: "free" },
  ]),
);

/** The plan with one tenant changed behind the rules' back: the proof must not rely on them. */
function tampered(id: string, change: (tenant: TenantPlan) => Partial<TenantPlan>): EnvironmentPlan {
  return {
    ...sound,
    tenants: sound.tenants.map((tenant) => (tenant.id === id ? { ...tenant, ...change(tenant) } : tenant)),
  };
}

function withNetwork(id: string, network: Partial<NetworkPlan>): EnvironmentPlan {
  return tampered(id, (tenant) => ({ network: { ...tenant.network, ...network } }));
}

const reasons = (plan: EnvironmentPlan) =>
  proveIsolation(plan).violations.map(({ tenant, reason }) => `${tenant} ${reason}`);

describe("a sound plan", () => {
  it("holds, with exactly the edges that both sides consent to", () => {
    const proof = proveIsolation(sound);
    expect(proof.holds).toBe(true);
    expect(proof.violations).toEqual([]);
    expect(proof.pairs).toBe(6);
    expect(proof.edges).toEqual([
      { plane: "network", from: "acme", to: "globex", ports: [3000, 8080] },
      { plane: "network", from: "globex", to: "acme", ports: [3000, 8080] },
    ]);
    expect(assertIsolation(sound)).toBe(sound);
  });

  it("says what it does not cover", () => {
    const { covered, notCovered } = proveIsolation(sound);
    expect(covered).toEqual(["network"]);
    expect(notCovered.join(" ")).toContain("enforces NetworkPolicy");
    expect(notCovered.join(" ")).toContain("api, names, storage, secrets, compute, identity");
  });

  it("of no tenants holds", () => {
    expect(proveIsolation({ ...sound, tenants: [] })).toMatchObject({ holds: true, pairs: 0, edges: [] });
  });
});

describe("violations", () => {
  it("an opening that the other side does not have", () => {
    const plan = withNetwork("globex", { peers: [] });
    expect(reasons(plan)).toEqual(["acme opens to globex, which does not consent"]);
    expect(proveIsolation(plan).edges).toEqual([]);
    expect(() => assertIsolation(plan)).toThrow(InputError);
    expect(() => assertIsolation(plan)).toThrow(
      /tenant acme: opens to globex, which does not consent; .*\[isolation-network\]/,
    );
  });

  it("an opening on other ports; only the ports of both sides are an edge", () => {
    const peer = { tenant: "acme" as TenantId, namespace: "tenant-acme", egressPorts: [3000], ingressPorts: [3000] };
    const plan = withNetwork("globex", { peers: [peer] });
    expect(reasons(plan)).toEqual([
      "acme opens to globex on other ports than globex consents to",
      "globex opens to acme on other ports than acme consents to",
    ]);
    expect(proveIsolation(plan).edges.map(({ ports }) => ports)).toEqual([[3000], [3000]]);
  });

  it("an opening to a namespace under another tenant's name", () => {
    const peer = {
      tenant: "globex" as TenantId,
      namespace: "tenant-initech",
      egressPorts: [3000],
      ingressPorts: [3000],
    };
    expect(reasons(withNetwork("acme", { peers: [peer] }))).toContain(
      "acme opens to globex, which is no tenant of this environment",
    );
  });

  it("an opening to nobody", () => {
    const peer = { tenant: "gone" as TenantId, namespace: "tenant-gone", egressPorts: [3000], ingressPorts: [3000] };
    expect(reasons(withNetwork("initech", { peers: [peer] }))).toEqual([
      "initech opens to gone, which is no tenant of this environment",
    ]);
  });

  it("an opening to itself", () => {
    const peer = {
      tenant: "initech" as TenantId,
      namespace: "tenant-initech",
      egressPorts: [3000],
      ingressPorts: [3000],
    };
    expect(reasons(withNetwork("initech", { peers: [peer] }))).toEqual([
      "initech opens to itself as if to another tenant",
    ]);
  });

  it.each<[string, Partial<NetworkPlan>]>([
    ["dns", { dns: { namespace: "tenant-globex", podLabels: {} } }],
    ["edge", { edge: { namespace: "tenant-globex", podLabels: {} } }],
    ["monitoring", { monitoring: { namespace: "tenant-globex", podLabels: {} } }],
    [
      "shared service model",
      { sharedServices: [{ name: "model", namespace: "tenant-globex", podLabels: {}, ports: [] }] },
    ],
  ])("a %s rule that names a tenant's namespace", (rule, network) => {
    expect(reasons(withNetwork("initech", network))).toEqual([`initech its ${rule} rule opens tenant-globex`]);
  });

  it("two tenants in one namespace", () => {
    expect(reasons(tampered("initech", () => ({ namespace: "tenant-acme" })))).toContain(
      "initech shares namespace tenant-acme with acme",
    );
  });
});
