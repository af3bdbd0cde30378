import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseCidr, containsCidr } from "../../../tenants/cidr.ts";
import { planes, proveIsolation } from "../../../tenants/isolation.ts";
import { hostsOf, ownerKey } from "../../../tenants/isolation/facts.ts";
import type { EnvironmentPlan, NetworkPlan, OwnerPlan, TenantId, TenantPlan } from "../../../tenants/model.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { loadedOf } from "../support/fleet.ts";
import { connects, podsOf, policiesOf, rangesFrom } from "../support/reach.ts";

const ids = ["acme", "globex", "initech"] as const;
const owners = (id: string) => [{ group: `${id}-admins` }];
const sound = planEnvironment(loadedOf(ids.map((id) => ({ id, name: id, tier: "free", owners: owners(id) }))));

/** Namespaces that somebody hostile would name: every tenant's, one of tomorrow, and the platform's. */
const namespace = fc.constantFrom(...ids.map((id) => `tenant-${id}`), "tenant-hooli", "kube-system");
const port = fc.constantFrom(22, 3000, 3001, 8080);
const ports = fc.uniqueArray(port, { minLength: 0, maxLength: 3 });
const labels = fc.constantFrom({}, { app: "own" }, { "k8s-app": "kube-dns" });
const peer = fc.record({
  tenant: fc.constantFrom(...ids).map((id) => id as string as TenantId),
  namespace,
  egressPorts: ports,
  ingressPorts: ports,
});
/** Entries that agree with their namespace, so that consent is often mutual. */
const fairPeer = fc
  .record({ tenant: fc.constantFrom(...ids), agreed: fc.constantFrom([3000], [3000, 8080]) })
  .map(({ tenant, agreed }) => ({
    tenant: tenant as string as TenantId,
    namespace: `tenant-${tenant}`,
    egressPorts: agreed,
    ingressPorts: agreed,
  }));
const ranges = ["0.0.0.0/0", "203.0.113.0/24", "10.0.0.0/8", "169.254.169.254/32", "128.0.0.0/1", "::/0"];
const excepts = ["10.0.0.0/8", "169.254.0.0/16", "169.254.169.254/32", "fc00::/7", "nonsense"];
const egress = fc.record({
  cidr: fc.constantFrom(...ranges),
  except: fc.uniqueArray(fc.constantFrom(...excepts)),
  ports: fc.constant([{ protocol: "TCP" as const, port: 443 }]),
});
const platformPeer = fc.record({ namespace, podLabels: labels });

/** One thing that somebody does to a tenant's plan. Most say nothing, so that whole fleets are often sound. */
const tampering: fc.Arbitrary<(tenant: TenantPlan) => TenantPlan> = fc.oneof(
  { weight: 6, arbitrary: fc.constant((tenant: TenantPlan) => tenant) },
  network(fc.array(fc.oneof(peer, fairPeer), { maxLength: 2 }).map((peers) => ({ peers }))),
  network(fc.array(fairPeer, { maxLength: 2 }).map((peers) => ({ peers }))),
  network(platformPeer.map((edge) => ({ edge }))),
  network(platformPeer.map((monitoring) => ({ monitoring }))),
  network(platformPeer.map((dns) => ({ dns }))),
  network(
    platformPeer.map((service) => ({
      sharedServices: [{ name: "model", ...service, ports: [{ protocol: "TCP" as const, port: 3000 }] }],
    })),
  ),
  network(fc.array(egress, { minLength: 1, maxLength: 2 }).map((list) => ({ egress: list }))),
  namespace.map((name) => (tenant: TenantPlan) => ({ ...tenant, namespace: name })),
  fc
    .constantFrom<OwnerPlan>(...ids.map((id) => ({ kind: "Group" as const, name: `${id}-admins` })), {
      kind: "Group",
      name: "system:authenticated",
    })
    .map((owner) => (tenant: TenantPlan) => ({ ...tenant, owners: [...tenant.owners, owner] })),
  fc
    .constantFrom(...ids.flatMap((id) => [`${id}.test.example`, `x.${id}.test.example`]), "*.test.example")
    .map((host) => (tenant: TenantPlan) => ({
      ...tenant,
      guardrails: { ...tenant.guardrails, hosts: [...tenant.guardrails.hosts, host] },
    })),
);

function network(change: fc.Arbitrary<Partial<NetworkPlan>>): fc.Arbitrary<(tenant: TenantPlan) => TenantPlan> {
  return change.map((part) => (tenant) => ({ ...tenant, network: { ...tenant.network, ...part } }));
}

/** Two tenants that have agreed; what is done afterwards may break it. */
const agreement = fc.record({
  pair: fc.constantFrom<readonly [string, string]>(["acme", "globex"], ["globex", "initech"]),
  agreed: fc.constantFrom([3000], [3000, 8080]),
});

function agree(
  tenant: TenantPlan,
  { pair, agreed }: { pair: readonly [string, string]; agreed: readonly number[] },
): TenantPlan {
  const other = pair.find((id) => id !== tenant.id);
  if (other === undefined || !pair.includes(tenant.id)) return tenant;
  const entry = { tenant: other as TenantId, namespace: `tenant-${other}`, egressPorts: agreed, ingressPorts: agreed };
  return { ...tenant, network: { ...tenant.network, peers: [...tenant.network.peers, entry] } };
}

/** A fleet in which two may have agreed, and whose every tenant has then had up to two things done to it. */
const hostileFleet: fc.Arbitrary<EnvironmentPlan> = fc
  .record({
    agreements: fc.array(agreement, { maxLength: 1 }),
    changes: fc.array(fc.array(tampering, { maxLength: 2 }), { minLength: ids.length, maxLength: ids.length }),
  })
  .map(({ agreements, changes }) => ({
    ...sound,
    tenants: sound.tenants.map((tenant, index) =>
      (changes[index] ?? []).reduce((changed, change) => change(changed), agreements.reduce(agree, tenant)),
    ),
  }));

/** All connections between pods of different tenants that the rendered policies let through. */
function connections(plan: EnvironmentPlan): readonly string[] {
  const policies = policiesOf(plan);
  const pods = podsOf(plan);
  return pods.flatMap((from) =>
    pods
      .filter((to) => to.tenant !== from.tenant)
      .flatMap((to) =>
        [22, 53, 3000, 3001, 8080]
          .filter((number) => connects(policies, from, to, number))
          .map((number) => `${from.tenant.id} ${from.workload} -> ${to.tenant.id} ${to.workload} ${number}`),
      ),
  );
}

const edgesOf = (plan: EnvironmentPlan) =>
  proveIsolation(plan).edges.flatMap(({ from, to, ports: open }) =>
    open.map((number) => `${from} runtime -> ${to} runtime ${number}`),
  );

describe("hostile tenants", () => {
  it("where the proof holds, the policies let through exactly its edges", () => {
    let held = 0;
    let open = 0;
    fc.assert(
      fc.property(hostileFleet, (plan) => {
        if (!proveIsolation(plan).holds) return;
        held += 1;
        const edges = edgesOf(plan);
        open += edges.length;
        expect([...connections(plan)].sort()).toEqual([...edges].sort());
      }),
      { numRuns: 700, seed: 4 },
    );
    // A property that never sees a sound fleet, or never an opening, would prove nothing.
    expect(held).toBeGreaterThan(50);
    expect(open).toBeGreaterThan(10);
  });

  it("what passes without the consent of both breaks the proof", () => {
    let broken = 0;
    fc.assert(
      fc.property(hostileFleet, (plan) => {
        const consented = new Set(edgesOf(plan));
        if (connections(plan).every((connection) => consented.has(connection))) return;
        broken += 1;
        expect(proveIsolation(plan).holds).toBe(false);
      }),
      { numRuns: 700, seed: 5 },
    );
    expect(broken).toBeGreaterThan(20);
  });

  it("where the proof holds, no pair shares a host, a namespace or an owner that is not told", () => {
    fc.assert(
      fc.property(hostileFleet, (plan) => {
        const proof = proveIsolation(plan);
        if (!proof.holds) return;
        for (const one of plan.tenants) {
          for (const other of plan.tenants) {
            if (one === other) continue;
            expect(one.namespace).not.toBe(other.namespace);
            for (const host of hostsOf(one)) {
              expect(hostsOf(other).some((theirs) => theirs === host || theirs.endsWith(`.${host}`))).toBe(false);
            }
            const common = one.owners.filter((owner) => other.owners.map(ownerKey).includes(ownerKey(owner)));
            for (const owner of common) {
              const told = proof.sharedOwners.find((shared) => ownerKey(shared.owner) === ownerKey(owner));
              expect(told?.tenants).toEqual(expect.arrayContaining([one.id, other.id]));
            }
          }
        }
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  it("where the proof holds, no declared range reaches a private or metadata address", () => {
    const addresses = ["169.254.169.254/32", "10.0.0.1/32", "192.168.0.1/32", "fd00:ec2::254/128", "127.0.0.1/32"];
    fc.assert(
      fc.property(hostileFleet, (plan) => {
        if (!proveIsolation(plan).holds) return;
        const policies = policiesOf(plan);
        for (const { namespace: home } of plan.tenants) {
          for (const { cidr, except = [] } of rangesFrom(policies, home)) {
            for (const address of addresses) {
              const inside = (range: string) => contains(range, address);
              expect(inside(cidr) && !except.some(inside)).toBe(false);
            }
          }
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("every violation names a plane, a tenant and a reason", () => {
    fc.assert(
      fc.property(hostileFleet, (plan) => {
        for (const { plane, tenant, reason } of proveIsolation(plan).violations) {
          expect(planes).toContain(plane);
          expect(ids).toContain(tenant);
          expect(reason).not.toBe("");
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });
});

function contains(range: string, address: string): boolean {
  const [outer, inner] = [parseCidr(range), parseCidr(address)];
  return outer !== null && inner !== null && containsCidr(outer, inner);
}
