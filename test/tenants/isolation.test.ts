import { describe, expect, it } from "vitest";

import { InputError } from "../../tenants/errors.ts";
import { assertIsolation, proveIsolation } from "../../tenants/isolation.ts";
import type { EnvironmentPlan, NetworkPlan, TenantId, TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { closedRanges } from "../../tenants/cidr.ts";
import { loadedOf, roomyEnvironment } from "./support/fleet.ts";

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
    expect(covered).toEqual(["network", "api", "names", "storage", "secrets", "compute", "identity"]);
    expect(notCovered.join(" ")).toContain("enforces NetworkPolicy");
    expect(notCovered.join(" ")).toContain("escape from a container crosses tenants");
    expect(notCovered.join(" ")).toContain("guessable through the cluster's DNS");
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
      /tenant acme peers\[0\]: opens to globex, which does not consent; on the plane network acme and globex .*\[isolation-network\]/,
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

describe("declared egress", () => {
  const own = "198.51.100.0/26";
  const everywhere = planEnvironment(
    loadedOf(
      [
        {
          id: "acme",
          name: "Acme",
          tier: "free",
          egress: ["0.0.0.0/0", "::/0", "203.0.113.0/24"].map((cidr) => ({ cidr, ports: [443] })),
        },
      ],
      { ...roomyEnvironment, cluster: { identifier: "test", privateRanges: [own] } },
    ),
  );

  /** The plan with other exceptions for one declared range. */
  function withExceptions(cidr: string, change: (except: readonly string[]) => readonly string[]): EnvironmentPlan {
    const tenants = everywhere.tenants.map((tenant) => {
      const egress = tenant.network.egress.map((entry) =>
        entry.cidr === cidr ? { ...entry, except: change(entry.except) } : entry,
      );
      return { ...tenant, network: { ...tenant.network, egress } };
    });
    return { ...everywhere, tenants };
  }

  const familyOf = (range: string) => (range.includes(":") ? "::/0" : "0.0.0.0/0");

  it("of everything holds with every exception, and says what it was held against", () => {
    const { holds, steps } = proveIsolation(everywhere);
    expect(holds).toBe(true);
    expect(steps.map(({ because }) => because).join(" ")).toContain(
      `Each of the 3 declared ranges was held against ${closedRanges.length} private`,
    );
  });

  it.each([...closedRanges.map(({ cidr }) => cidr), own])("without the exception %s breaks the proof", (range) => {
    const cidr = familyOf(range);
    const without = withExceptions(cidr, (except) => except.filter((entry) => entry !== range));
    expect(reasons(without)).toEqual([
      expect.stringContaining(`acme opens ${cidr} without the exception ${range}: `) as string,
    ]);
    expect(() => assertIsolation(without)).toThrow(/\[isolation-network\]/);
    // The twin, with all its exceptions in another order, holds: it is the missing one that breaks the proof.
    expect(reasons(withExceptions(cidr, (except) => [...except].reverse()))).toEqual([]);
  });

  it.each([
    ["narrower than the closed range", "169.254.169.254/32", 1],
    ["half of the closed range", "169.254.0.0/17", 1],
    ["around the closed range", "168.0.0.0/5", 0],
    ["that cannot be read", "169.254.0.0", 1],
  ])("with an exception %s", (_, replacement, violations) => {
    const plan = withExceptions("0.0.0.0/0", (except) =>
      except.map((entry) => (entry === "169.254.0.0/16" ? replacement : entry)),
    );
    expect(reasons(plan)).toHaveLength(violations);
  });

  it.each([
    [
      "inside a closed range",
      "10.1.0.0/16",
      "acme opens 10.1.0.0/16 without the exception 10.0.0.0/8: private addresses (RFC 1918)",
    ],
    [
      "of metadata",
      "fd00:ec2::254/128",
      "acme opens fd00:ec2::254/128 without the exception fc00::/7: unique local addresses, fd00:ec2::254 metadata among them (RFC 4193)",
    ],
    [
      "inside the environment's own",
      "198.51.100.8/32",
      `acme opens 198.51.100.8/32 without the exception ${own}: listed in cluster.privateRanges`,
    ],
    ["that is none", "everywhere", "acme opens everywhere, which is no address range"],
  ])("to a range %s", (_, cidr, reason) => {
    const tenants = everywhere.tenants.map((tenant) => ({
      ...tenant,
      network: { ...tenant.network, egress: [{ cidr, except: [], ports: [] }] },
    }));
    expect(reasons({ ...everywhere, tenants })).toEqual([reason]);
  });

  it("cannot be judged where a range of the environment cannot be read", () => {
    expect(reasons({ ...everywhere, privateRanges: ["198.51.100.0"] })[0]).toContain("that cannot be read");
  });

  it("is closed to every address that is nobody's business", () => {
    const address = (text: string) => [{ cidr: text, except: [], ports: [] }];
    const inside = [
      ...["10.0.0.1/32", "172.16.0.1/32", "192.168.0.1/32", "100.64.0.1/32", "127.0.0.1/32", "169.254.169.254/32"],
      ...["168.63.129.16/32", "224.0.0.1/32", "::1/128", "fd00:ec2::254/128", "fe80::1/128", "ff02::1/128"],
    ];
    for (const text of inside) {
      const tenants = everywhere.tenants.map((tenant) => ({
        ...tenant,
        network: { ...tenant.network, egress: address(text) },
      }));
      expect(proveIsolation({ ...everywhere, tenants }).holds).toBe(false);
    }
  });
});
