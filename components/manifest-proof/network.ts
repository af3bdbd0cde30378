import type { PodPeer, TenantPlan } from "../../tenants/model.ts";
import { namespaceNameLabel, objectNames } from "../../tenants/names.ts";
import { selectorLabels } from "../manifests/metadata.ts";
import { at, Faults, hasAt, jsonAt, listAt, ofKind, same, textAt, type Json, type TenantCheck } from "./reader.ts";

type Direction = "ingress" | "egress";

/** One opening that the plan knows: which pods of the tenant, towards whom, on which ports. */
interface Expected {
  readonly direction: Direction;
  /** Labels of the tenant's own pods; empty is all of them. */
  readonly pods: Json;
  readonly namespace: string;
  readonly peer: Json;
  /** `TCP 443`; `null` is every port. */
  readonly ports: ReadonlySet<string> | null;
}

/** The openings of a plan, from its lists and not from the builders of policies. */
function expectedOf(tenant: TenantPlan): readonly Expected[] {
  const { network, namespace, route } = tenant;
  const runtime = selectorLabels(tenant.id, objectNames.runtime);
  const dashboard = selectorLabels(tenant.id, objectNames.dashboard);
  const tcp = (ports: readonly number[]) => new Set(ports.map((port) => `TCP ${port}`));
  const towards = (direction: Direction, pods: Json, peer: PodPeer, ports: Expected["ports"]): Expected => ({
    direction,
    pods,
    namespace: peer.namespace,
    peer: peer.podLabels,
    ports,
  });
  const own = { namespace, podLabels: {} };
  const scrapers = [route === null ? null : network.edge, network.monitoring].filter((peer) => peer !== null);
  return [
    towards("ingress", {}, own, null),
    towards("egress", {}, own, null),
    towards("egress", {}, network.dns, new Set(["UDP 53", "TCP 53"])),
    ...scrapers.flatMap((peer) => [
      towards("ingress", runtime, peer, tcp([tenant.runtime.port])),
      towards("ingress", dashboard, peer, tcp([tenant.dashboard.port])),
    ]),
    ...network.sharedServices.map((service) =>
      towards("egress", {}, service, new Set(service.ports.map(({ protocol, port }) => `${protocol} ${port}`))),
    ),
    ...network.peers.flatMap((peer) => {
      const theirs = { namespace: peer.namespace, podLabels: selectorLabels(peer.tenant, objectNames.runtime) };
      return [
        towards("egress", runtime, theirs, tcp(peer.egressPorts)),
        towards("ingress", runtime, theirs, tcp(peer.ingressPorts)),
      ];
    }),
  ];
}

/** Labels of a selector that selects by equality alone; `null` for any other. */
function labelsOf(selector: unknown): Json | null {
  if (typeof selector !== "object" || selector === null) return null;
  return Object.keys(selector).every((key) => key === "matchLabels") ? jsonAt(selector, "matchLabels") : null;
}

/** Ports as `TCP 443`; `null` where none are written, which means all. */
function portsOf(rule: unknown): readonly string[] | null {
  if (listAt(rule, "ports").length === 0) return null;
  return listAt(rule, "ports").map((port) => {
    const plain = typeof at(port, "port") === "number" && !hasAt(port, "endPort");
    return plain ? `${textAt(port, "protocol")} ${String(at(port, "port"))}` : "a range or a name";
  });
}

const directions = [
  { direction: "ingress", peers: "from", type: "Ingress" },
  { direction: "egress", peers: "to", type: "Egress" },
] as const;

/** Default deny is there, and every opening is one of the plan's. */
export const networkFaults: TenantCheck = ({ tenant, objects, egress }) => {
  const faults = new Faults("network");
  const expected = expectedOf(tenant);
  const policies = ofKind(objects, "NetworkPolicy");
  faults.need(
    policies.some(
      ({ spec }) =>
        same(at(spec, "podSelector"), {}) &&
        ["Ingress", "Egress"].every((type) => listAt(spec, "policyTypes").includes(type)) &&
        directions.every(({ direction }) => listAt(spec, direction).length === 0),
    ),
    `NetworkPolicy ${tenant.namespace}/default-deny`,
    "no policy denies both directions to all pods",
  );
  for (const policy of policies) {
    const pods = labelsOf(at(policy, "spec", "podSelector"));
    faults.need(pods !== null, policy, "selects its pods by more than equality");
    for (const { direction, peers, type } of directions) {
      const rules = listAt(policy, "spec", direction);
      faults.need(
        rules.length === 0 || listAt(policy, "spec", "policyTypes").includes(type),
        policy,
        `has rules of ${direction} that its policyTypes leave out`,
      );
      for (const rule of rules) {
        faults.need(listAt(rule, peers).length > 0, policy, `a rule of ${direction} names nobody, which is everybody`);
        for (const peer of listAt(rule, peers)) {
          const reason = hasAt(peer, "ipBlock")
            ? addressFault(direction, peer, portsOf(rule))
            : podFault(direction, pods ?? {}, peer, portsOf(rule));
          faults.need(reason === null, policy, reason ?? "");
        }
      }
    }
  }
  return faults.list;

  function addressFault(direction: Direction, peer: unknown, ports: readonly string[] | null): string | null {
    if (direction === "ingress") return "lets addresses in";
    const cidr = textAt(peer, "ipBlock", "cidr");
    const declared = tenant.network.egress.filter((entry) => entry.cidr === cidr);
    const open = new Set(declared.flatMap((entry) => entry.ports.map(({ protocol, port }) => `${protocol} ${port}`)));
    if (ports === null || ports.some((port) => !open.has(port))) return `opens ${cidr} on ports that nobody declared`;
    const except = listAt(peer, "ipBlock", "except").map(String);
    return egress({ cidr, except, ports: [] })[0] ?? null;
  }

  function podFault(direction: Direction, pods: Json, peer: unknown, ports: readonly string[] | null): string | null {
    if (!hasAt(peer, "namespaceSelector")) return "selects pods without naming their namespace";
    const selector = labelsOf(at(peer, "namespaceSelector"));
    const namespace = textAt(selector, namespaceNameLabel);
    if (selector === null || namespace === "" || Object.keys(selector).length !== 1) {
      return `selects namespaces otherwise than by ${namespaceNameLabel}`;
    }
    const labels = labelsOf(at(peer, "podSelector"));
    if (labels === null) return `selects all of ${namespace}, or pods by more than equality`;
    const known = expected.some(
      (entry) =>
        entry.direction === direction &&
        entry.namespace === namespace &&
        same(entry.peer, labels) &&
        (same(entry.pods, {}) || same(entry.pods, pods)) &&
        (entry.ports === null || (ports !== null && ports.every((port) => entry.ports?.has(port) === true))),
    );
    return known ? null : `opens ${direction} of pods in ${namespace} that the plan does not open so`;
  }
};
