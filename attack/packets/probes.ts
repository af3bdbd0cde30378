import { parseCidr, containsCidr } from "../../tenants/cidr.ts";
import type { PortPlan, TenantPlan } from "../../tenants/model.ts";
import type { LiveCluster, LivePod, LiveTenant } from "./cluster.ts";
import type { Expectations, Workload } from "./expectations.ts";
import type { Expectation, Probe, Target, TargetKind } from "./probe.ts";

const workloads: readonly Workload[] = ["runtime", "dashboard"];

/** Stands for a name that the cluster's resolver answers for everybody. */
const knownName = "kubernetes.default.svc.cluster.local.";

/** Addresses that only machines of a cloud, or resolvers inside it, ask. */
const metadataAddresses: readonly (readonly [string, PortPlan])[] = [
  ["169.254.169.254", { protocol: "TCP", port: 80 }],
  ["169.254.169.253", { protocol: "UDP", port: 53 }],
];

/** Strangers on the internet: documentation addresses, and a resolver that anybody may ask. */
const internetAddresses: readonly (readonly [string, PortPlan])[] = [
  ["198.51.100.7", { protocol: "TCP", port: 443 }],
  ["198.51.100.7", { protocol: "TCP", port: 80 }],
  ["198.51.100.7", { protocol: "UDP", port: 443 }],
  ["8.8.8.8", { protocol: "UDP", port: 53 }],
];

/** A port that no record declares, to show that an address without its port is closed. */
const undeclaredPort: PortPlan = { protocol: "TCP", port: 8443 };

const address = ({ protocol, port }: PortPlan, host: string): string => `${protocol.toLowerCase()}:${host}:${port}`;
const portName = ({ protocol, port }: PortPlan): string => `${protocol} ${port}`;

/** Every packet of every ordered pair, and of every tenant to what is nobody's, with its twins. */
export function probesOf(cluster: LiveCluster, expectations: Expectations): readonly Probe[] {
  const { tenants } = cluster;
  return [
    ...tenants.flatMap((from) => tenants.flatMap((to) => betweenTenants(from, to, expectations))),
    ...tenants.flatMap((from) => toOutside(from, cluster, expectations)),
    ...tenants.flatMap((tenant) => strangers(tenant, cluster, expectations)),
  ];
}

function podTarget(pod: LivePod, port: PortPlan, kind: TargetKind = "pod"): Target {
  return { kind, tenant: pod.tenant, name: `${pod.name} pod, ${portName(port)}`, address: address(port, pod.address) };
}

interface OwnTarget {
  readonly target: Target;
  readonly workload: Workload;
  readonly port: PortPlan;
}

/** What a tenant has that listens. */
function targetsOf({ plan, pods, services }: LiveTenant): readonly OwnTarget[] {
  return workloads.flatMap((workload) => {
    const tcp: PortPlan = { protocol: "TCP", port: plan[workload].port };
    const udp: PortPlan = { protocol: "UDP", port: plan[workload].port };
    const name = `${plan.id}/${workload} Service, ${portName(tcp)}`;
    const service: Target = { kind: "service", tenant: plan.id, name, address: address(tcp, services[workload]) };
    return [
      { workload, port: tcp, target: podTarget(pods[workload], tcp) },
      { workload, port: udp, target: podTarget(pods[workload], udp) },
      { workload, port: tcp, target: service },
    ];
  });
}

/** What shows that a pod sends at all: the Service of its own tenant's other workload. */
function senderTwin(from: LiveTenant, source: Workload): Target {
  const other = source === "runtime" ? "dashboard" : "runtime";
  const found = targetsOf(from).find(({ workload, target }) => workload === other && target.kind === "service");
  if (found === undefined) throw new Error("a tenant has a Service for each workload");
  return found.target;
}

function betweenTenants(from: LiveTenant, to: LiveTenant, expectations: Expectations): readonly Probe[] {
  const isSelf = from === to;
  return workloads.flatMap((source) =>
    targetsOf(to).map(({ workload, port, target }): Probe => {
      const expected = isSelf
        ? expectations.within()
        : expectations.between(from.plan, source, to.plan, workload, port.protocol, port.port);
      // A pod may reach its own Service only over the bridge it hangs on, so its neighbour is asked as well.
      return probe(
        from.pods[source],
        target,
        expected,
        workloads.map((own) => to.pods[own]),
        senderTwin(from, source),
      );
    }),
  );
}

function probe(from: LivePod, to: Target, expected: Expectation, listeners: readonly LivePod[], sender: Target): Probe {
  return expected.passes
    ? { from, to, expected, listeners: [], sender: null }
    : { from, to, expected, listeners, sender };
}

function toOutside(from: LiveTenant, cluster: LiveCluster, expectations: Expectations): readonly Probe[] {
  const { plan } = from;
  const outside = (kind: TargetKind, name: string, to: string): Target => ({ kind, tenant: null, name, address: to });
  const nodes = expectations.outside(plan, "nodes");
  const server = expectations.outside(plan, "the API server");
  const metadata = expectations.outside(plan, "metadata addresses");
  const platform = expectations.outside(plan, "the platform");
  const targets: readonly (readonly [Target, Expectation])[] = [
    [outside("node", "kubelet, TCP 10250", `tcp:${cluster.node}:10250`), nodes],
    [outside("node", "kube-proxy, TCP 10256", `tcp:${cluster.node}:10256`), nodes],
    ...cluster.apiServer.map(
      (at) => [outside("api-server", `${at.address}, TCP ${at.port}`, `tcp:${at.address}:${at.port}`), server] as const,
    ),
    ...metadataAddresses.map(
      ([host, port]) => [outside("metadata", `${host}, ${portName(port)}`, address(port, host)), metadata] as const,
    ),
    ...(["udp", "tcp"] as const).map((protocol) => {
      const to = `dns-${protocol}:${knownName}@${cluster.dns.service}:53`;
      return [outside("dns", `the cluster's resolver, ${protocol.toUpperCase()} 53`, to), platform] as const;
    }),
    // The platform's opening is for questions, not for the resolver's other listeners.
    [outside("dns", "the resolver's health, TCP 8080", `tcp:${cluster.dns.pod}:8080`), { ...platform, passes: false }],
    ...[...internetAddresses, ...declaredOf(plan)].map(([host, port]) => {
      const expected = expectations.internet(plan, isDeclared(plan, host, port));
      return [outside("internet", `${host}, ${portName(port)}`, address(port, host)), expected] as const;
    }),
  ];
  return workloads.flatMap((source) =>
    targets.map(([target, expected]) =>
      probe(from.pods[source], target, expected, [cluster.stranger], senderTwin(from, source)),
    ),
  );
}

/** An address of each range that the record declares, on each of its ports and on one that it does not name. */
function declaredOf({ network }: TenantPlan): readonly (readonly [string, PortPlan])[] {
  return network.egress.flatMap(({ cidr, ports }) => {
    // The node has addresses of version 4 only.
    const [, first, block] = /^((\d+\.\d+\.\d+)\.\d+)\/\d+$/.exec(cidr) ?? [];
    if (first === undefined || block === undefined) return [];
    // An ordinary host of the range; a narrow one may have no other address than its first.
    const host = contains(cidr, `${block}.9`) ? `${block}.9` : first;
    return [...ports, undeclaredPort].map((port) => [host, port] as const);
  });
}

function contains(cidr: string, host: string): boolean {
  const [range, single] = [parseCidr(cidr), parseCidr(`${host}/32`)];
  return range !== null && single !== null && containsCidr(range, single);
}

function isDeclared({ network }: TenantPlan, host: string, { protocol, port }: PortPlan): boolean {
  return network.egress.some(({ cidr, except, ports }) => {
    const named = ports.some((each) => each.protocol === protocol && each.port === port);
    return named && contains(cidr, host) && !except.some((range) => contains(range, host));
  });
}

/** Between a tenant and a pod of nobody's, in both directions. */
function strangers(tenant: LiveTenant, cluster: LiveCluster, expectations: Expectations): readonly Probe[] {
  const { stranger, strangerPort } = cluster;
  const port: PortPlan = { protocol: "TCP", port: strangerPort };
  const own = podTarget(stranger, port, "stranger");
  const expected = expectations.stranger();
  return [
    ...targetsOf(tenant).map(({ target }) =>
      probe(
        stranger,
        { ...target, kind: "stranger" },
        expected,
        workloads.map((name) => tenant.pods[name]),
        own,
      ),
    ),
    ...workloads.map((source) => probe(tenant.pods[source], own, expected, [stranger], senderTwin(tenant, source))),
  ];
}
