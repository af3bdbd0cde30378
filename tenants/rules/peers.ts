import type { Problem } from "../errors.ts";
import { sortedPorts } from "../plan/network.ts";
import { didYouMean } from "../suggest.ts";
import { placeOf, tenantProblem, type Finding, type Fleet, type FleetTenant } from "./fleet.ts";

/** Openings between tenants stand in both records, with the same ports. */
export function peerProblems({ records, tenants }: Fleet): readonly Problem[] {
  const byId = new Map(tenants.map((tenant) => [tenant.spec.id as string, tenant]));
  const written = new Set(records.flatMap(({ id }) => (id === null ? [] : [id])));
  return tenants.flatMap((tenant) => {
    const seen = new Set<string>();
    return tenant.spec.peers.flatMap((peer, index) => {
      const repeated = seen.has(peer.tenant);
      seen.add(peer.tenant);
      const finding = repeated
        ? repetition(peer.tenant)
        : peerFinding(tenant, peer, byId.get(peer.tenant) ?? (written.has(peer.tenant) ? "unreadable" : null), written);
      const path = finding?.rule === "peer-ports" ? ["peers", index, "ports"] : ["peers", index, "tenant"];
      return finding === null ? [] : [tenantProblem(tenant, path, finding)];
    });
  });
}

function peerFinding(
  tenant: FleetTenant,
  peer: FleetTenant["spec"]["peers"][number],
  other: FleetTenant | "unreadable" | null,
  known: ReadonlySet<string>,
): Finding | null {
  if (peer.tenant === tenant.spec.id) {
    return {
      rule: "peer-self",
      value: "the tenant itself",
      bound: "pods of one tenant reach each other already",
      remedy: "Remove it.",
    };
  }
  // Its own record has problems that are reported there; whether it consents shows when they are mended.
  if (other === "unreadable") return null;
  if (other === null) {
    return {
      rule: "peer-unknown",
      value: `"${peer.tenant}"`,
      bound: "no tenant of this environment has this id",
      remedy: didYouMean(peer.tenant, known.size > 1000 ? [] : [...known], "Remove it, or add that tenant."),
    };
  }
  const back = other.spec.peers.find((candidate) => candidate.tenant === tenant.spec.id);
  if (back === undefined) {
    return {
      rule: "peer-one-sided",
      value: `"${peer.tenant}" does not list ${tenant.spec.id}`,
      bound: "an opening needs both records",
      remedy: `Add { tenant: ${tenant.spec.id}, ports: [${sortedPorts(peer.ports).join(", ")}] } to peers of ${peer.tenant} (${placeOf(other.source, ["peers"])}), or remove it here.`,
    };
  }
  const [here, there] = [sortedPorts(peer.ports).join(", "), sortedPorts(back.ports).join(", ")];
  if (here === there) return null;
  return {
    rule: "peer-ports",
    value: `ports ${here}`,
    bound: `${peer.tenant} says ${there} (${placeOf(other.source, ["peers"])})`,
    remedy: "Write the same ports in both records.",
  };
}

function repetition(id: string): Finding {
  return {
    rule: "peer-repeated",
    value: `"${id}" again`,
    bound: "each tenant may stand once in the list",
    remedy: "Put all ports into one entry.",
  };
}
