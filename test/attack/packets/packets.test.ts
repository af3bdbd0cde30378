import { describe, expect, test } from "vitest";

import { expectationsOf } from "../../../attack/packets/expectations.ts";
import { type AllOutcomes, isAsProven, judgePacket } from "../../../attack/packets/judge.ts";
import type { PacketOutcome, Probe } from "../../../attack/packets/probe.ts";
import { probesOf } from "../../../attack/packets/probes.ts";
import { buildPacketReport, packetFailures, packetRows, packetsHold } from "../../../attack/packets/report.ts";
import { consentingPlan, liveCluster } from "./live.ts";

const plan = consentingPlan();
const cluster = liveCluster(plan);
const probes = probesOf(cluster, expectationsOf(plan));
const named = ({ from, to }: Probe) => `${from.name} > ${to.name}`;

/** A network that does exactly what the proof says; `change` decides otherwise for single packets. */
function networkThat(change: (probe: Probe) => PacketOutcome | null): AllOutcomes {
  const outcomes = new Map<string, Map<string, PacketOutcome>>();
  for (const probe of probes) {
    const sent = outcomes.get(probe.from.name) ?? new Map<string, PacketOutcome>();
    outcomes.set(probe.from.name, sent);
    sent.set(probe.to.address, change(probe) ?? (probe.expected.passes ? "connected" : "refused"));
  }
  // Nobody's pod reaches whatever is nobody's.
  const stranger = outcomes.get("stranger");
  for (const { to } of probes) if (to.tenant === null) stranger?.set(to.address, "connected");
  return outcomes;
}

const resultsOf = (change: (probe: Probe) => PacketOutcome | null) => {
  const outcomes = networkThat(change);
  return probes.map((probe) => judgePacket(probe, outcomes));
};
const reportOf = (change: (probe: Probe) => PacketOutcome | null) =>
  buildPacketReport(resultsOf(change), "dev", "https://cluster");

describe("what is sent", () => {
  test("every ordered pair has pods by TCP and UDP and Services, from both workloads", () => {
    for (const from of plan.tenants) {
      for (const to of plan.tenants) {
        const between = probes.filter((each) => each.from.tenant === from.id && each.to.tenant === to.id);
        expect(between, `${from.id} ${to.id}`).toHaveLength(12);
        expect(new Set(between.map((each) => each.to.address.slice(0, 3)))).toEqual(new Set(["tcp", "udp"]));
      }
    }
  });

  test("what is nobody's: node, API server, metadata, resolver, internet and a stranger, from every workload", () => {
    for (const { id } of plan.tenants) {
      for (const workload of ["runtime", "dashboard"]) {
        const kinds = probes.filter((each) => each.from.name === `${id}/${workload}`).map(({ to }) => to.kind);
        for (const kind of ["stranger", "node", "api-server", "metadata", "dns", "internet"] as const)
          expect(kinds, `${id}/${workload}`).toContain(kind);
      }
      expect(probes.filter((each) => each.from.name === "stranger" && each.to.tenant === id)).toHaveLength(6);
    }
  });

  test("a packet that must not pass has a twin to the same target and one from the same pod", () => {
    const denied = probes.filter(({ expected }) => !expected.passes);
    expect(denied.length).toBeGreaterThan(150);
    for (const probe of denied) {
      expect(probe.listeners.length, named(probe)).toBeGreaterThan(0);
      expect(probe.sender, named(probe)).not.toBeNull();
      expect(probe.listeners.map(({ name }) => name)).not.toContain(probe.from.name);
      expect(probe.sender?.address).not.toBe(probe.to.address);
    }
  });
});

describe("what is expected is what the proof says", () => {
  const passing = probes.filter(({ expected, from, to }) => expected.passes && from.tenant !== to.tenant).map(named);

  test("of all packets that leave a tenant these may: consented ports, declared egress, and the resolver", () => {
    const resolver = plan.tenants.flatMap(({ id }) =>
      ["runtime", "dashboard"].flatMap((workload) =>
        ["UDP", "TCP"].map((protocol) => `${id}/${workload} > the cluster's resolver, ${protocol} 53`),
      ),
    );
    const runtimes = [
      ["acme", "globex"],
      ["globex", "acme"],
    ].flatMap(([from, to]) => ["pod", "Service"].map((kind) => `${from}/runtime > ${to}/runtime ${kind}, TCP 3000`));
    const declared = ["runtime", "dashboard"].map((workload) => `acme/${workload} > 203.0.113.9, TCP 443`);
    expect([...passing].sort()).toEqual([...resolver, ...runtimes, ...declared].sort());
  });

  test("a record that stops to consent closes the way, both ways", () => {
    const tenants = plan.tenants.map((tenant) => ({ ...tenant, network: { ...tenant.network, peers: [] } }));
    const closed = { ...plan, tenants };
    const open = probesOf(liveCluster(closed), expectationsOf(closed)).filter(
      ({ expected, from, to }) => expected.passes && to.tenant !== null && from.tenant !== to.tenant,
    );
    expect(open).toEqual([]);
  });

  test("a plan whose proof does not hold promises nothing, and nothing is sent", () => {
    const tenants = plan.tenants.map((tenant) => ({ ...tenant, namespace: "tenant-acme" }));
    expect(() => expectationsOf({ ...plan, tenants })).toThrow("the isolation proof of dev does not hold");
  });
});

describe("the verdict", () => {
  test("holds where the network does what the proof says", () => {
    const report = reportOf(() => null);
    expect(packetFailures(report)).toEqual([]);
    expect(packetsHold(report)).toBe(true);
    expect(packetRows(report).at(-1)).toEqual(["all", "160", "160", "0", "0", "54", "54", "0"]);
  });

  test("every single denied packet that gets through fails the run by itself", () => {
    for (const probe of probes.filter(({ expected }) => !expected.passes)) {
      const report = reportOf((each) => (each === probe ? "connected" : null));
      expect(report.gotThrough, named(probe)).toBe(1);
      expect(packetsHold(report), named(probe)).toBe(false);
      expect(packetFailures(report)[0]).toContain(`THROUGH   ${probe.from.name} -> ${probe.to.name}`);
    }
  });

  test("so does every single allowed packet that is lost", () => {
    for (const probe of probes.filter(({ expected }) => expected.passes)) {
      const report = reportOf((each) => (each === probe ? "silent" : null));
      expect(report.lost, named(probe)).toBe(1);
      expect(packetsHold(report), named(probe)).toBe(false);
    }
  });

  test("a network that stops everything proves nothing, and neither does one whose probes fail", () => {
    for (const outcome of ["refused", "silent", "failed"] as const) {
      const results = resultsOf(() => outcome).filter(({ expected }) => expected === "denied");
      expect(results.filter(isAsProven), outcome).toEqual([]);
    }
    const failing = reportOf(({ expected }) => (expected.passes ? null : "failed"));
    expect(failing).toMatchObject({ gotThrough: 0, lost: 0 });
    expect(failing.unproven).toBe(failing.packets.filter(({ expected }) => expected === "denied").length);
    expect(packetFailures(failing)[0]).toMatch(/^UNPROVEN .* the probe itself failed$/);
  });

  test("a run without a packet knows nothing", () => {
    expect(packetsHold(buildPacketReport([], "dev", "https://cluster"))).toBe(false);
  });
});
