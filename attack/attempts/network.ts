import { attempt, guardrail, type Attempt, type Draft, type Json, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const policies = "networking.k8s.io/v1";

/** Opening what is denied, and leading traffic astray. */
export function networkAttempts(pair: Pair): readonly Attempt[] {
  return [...weakened(pair), ...widened(pair), ...servicesAstray(pair), ...endpointsByHand(pair)].map((draft) =>
    attempt("network", draft),
  );
}

/** Changes of what the platform made. The twin is the same change of the run's own object: one name apart. */
function weakened({ run, attacker, target }: Pair): readonly Draft[] {
  const expected = guardrail("platform-objects");
  const source = "capsule#649, PR#793";
  const mine = requests.pathOf(policies, attacker.namespace, "networkpolicies", requests.runName(run));
  const platforms = requests.pathOf(policies, attacker.namespace, "networkpolicies", "default-deny");
  const change = { field: "path", value: platforms } as const;
  const collection = requests.pathOf(policies, attacker.namespace, "networkpolicies");
  const ours = "app.kubernetes.io/managed-by";
  return [
    {
      id: "deny-delete",
      title: "delete default-deny",
      source,
      twin: requests.remove("owner", mine),
      change,
      expected,
    },
    {
      id: "deny-delete-collection",
      title: "delete all policies of the platform at once",
      source,
      twin: requests.remove("owner", collection, { labelSelector: `${requests.runLabel}=${run}` }),
      change: { field: "query", name: "labelSelector", value: `${ours}=tenantry` },
      expected,
    },
    {
      id: "deny-patch",
      title: "point default-deny at no pod, by merge patch",
      source,
      twin: requests.patch("owner", mine, { spec: { podSelector: { matchLabels: { nobody: "attack" } } } }),
      change,
      expected,
    },
    {
      id: "deny-json-patch",
      title: "drop a direction of default-deny, by JSON patch",
      source,
      twin: requests.jsonPatch("owner", mine, [{ op: "replace", path: "/spec/policyTypes", value: ["Ingress"] }]),
      change,
      expected,
    },
    {
      id: "deny-apply",
      title: "take default-deny over, by server-side apply",
      source,
      twin: requests.apply("owner", mine, {
        apiVersion: policies,
        kind: "NetworkPolicy",
        spec: { podSelector: {}, policyTypes: ["Ingress"] },
      }),
      change,
      expected,
    },
    {
      id: "deny-unlabel",
      title: "take the platform's label off default-deny",
      source: "CVE-2025-55205",
      twin: requests.patch("owner", mine, { metadata: { labels: { [ours]: null } } }),
      change,
      expected,
    },
    {
      id: "imitate-platform",
      title: "make a policy that claims to be the platform's",
      source: "CVE-2025-55205",
      twin: requests.post("owner", collection, objects.fresh(objects.networkPolicy({ run }))),
      change: { field: "body", at: `metadata.labels.${ours.replaceAll(".", "~")}`, value: "tenantry" },
      expected,
    },
    {
      id: "neighbour-policy",
      title: "open the neighbour's namespace by a policy there",
      source,
      twin: requests.post("owner", collection, objects.fresh(objects.networkPolicy({ run }))),
      change: { field: "path", value: requests.inNamespace(collection, target.namespace) },
      expected: { kind: "rbac" },
    },
    {
      id: "neighbour-deny-delete",
      title: "delete the neighbour's policy",
      source,
      twin: requests.remove("owner", mine),
      change: { field: "path", value: requests.inNamespace(mine, target.namespace) },
      expected: { kind: "rbac" },
    },
  ];
}

/** Policies that a tenant makes beside the platform's; they only ever add. */
function widened({ run, attacker, target }: Pair): readonly Draft[] {
  const everywhere = { ipBlock: { cidr: "0.0.0.0/0" } };
  const neighbour = { matchLabels: { "kubernetes.io/metadata.name": target.namespace } };
  const changes: readonly (readonly [string, string, string, Json | undefined])[] = [
    ["allow-all-in", "let everybody in", "spec.ingress", [{}]],
    ["allow-from-nobody-named", "let everybody in by an empty list", "spec.ingress.0.from", []],
    ["allow-from-omitted", "let everybody in by leaving out from", "spec.ingress.0.from", undefined],
    ["allow-any-namespace", "let every namespace in", "spec.ingress.0.from.0.namespaceSelector", {}],
    ["allow-neighbour-in", "let the neighbour in", "spec.ingress.0.from.0.namespaceSelector", neighbour],
    ["allow-addresses-in", "let every address in", "spec.ingress.0.from.0", everywhere],
    ["allow-all-out", "reach everything", "spec.egress", [{}]],
    ["allow-to-omitted", "reach everything by leaving out to", "spec.egress.0.to", undefined],
    ["allow-any-namespace-out", "reach every namespace", "spec.egress.0.to.0.namespaceSelector", {}],
    ["allow-neighbour-out", "reach the neighbour", "spec.egress.0.to.0.namespaceSelector", neighbour],
    ["allow-internet", "reach every address", "spec.egress.0.to.0", everywhere],
    ["allow-metadata", "reach the metadata address", "spec.egress.0.to.0", { ipBlock: { cidr: "169.254.169.254/32" } }],
    [
      "allow-metadata-ipv6",
      "reach the metadata address of IPv6",
      "spec.egress.0.to.0",
      { ipBlock: { cidr: "fd00:ec2::254/128" } },
    ],
  ];
  const collection = requests.pathOf(policies, attacker.namespace, "networkpolicies");
  return changes.map(([id, title, at, value]) => ({
    id,
    title: `a policy of one's own: ${title}`,
    source: id.includes("metadata") ? "aws/containers-roadmap#1109" : "capsule#649, vCluster chart",
    twin: requests.post("owner", collection, objects.fresh(objects.networkPolicy({ run }))),
    change: { field: "body", at, value },
    expected: guardrail("network-policies"),
  }));
}

/** Services that leave the namespace. */
function servicesAstray({ run, attacker, target }: Pair): readonly Draft[] {
  const expected = guardrail("services");
  const collection = requests.pathOf("v1", attacker.namespace, "services");
  const mine = `${collection}/${requests.runName(run)}`;
  const foreign = `runtime.${target.namespace}.svc.cluster.local`;
  const changes: readonly (readonly [string, string, string, Json])[] = [
    ["node-port", "open a port on every node", "spec.type", "NodePort"],
    ["load-balancer", "open a load balancer", "spec.type", "LoadBalancer"],
    ["external-ips", "take over an address", "spec.externalIPs", ["203.0.113.7"]],
    ["external-name", "lead to the neighbour by a name", "spec", { type: "ExternalName", externalName: foreign }],
  ];
  const twin = requests.post("owner", collection, objects.fresh(objects.service({ run })));
  const condition = {
    type: "attack.tenantry.dev/Ready",
    status: "True",
    reason: "Attack",
    message: "attack",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  return [
    ...changes.map(([id, title, at, value]): Draft => ({
      id: `service-${id}`,
      title: `a Service: ${title}`,
      source: "CVE-2020-8554",
      twin,
      change: { field: "body", at, value },
      expected,
    })),
    {
      id: "service-external-ips-later",
      title: "take over an address by changing a Service",
      source: "CVE-2020-8554",
      twin: requests.patch("owner", mine, { spec: { externalIPs: [] } }),
      change: { field: "body", at: "spec.externalIPs", value: ["203.0.113.7"] },
      expected,
    },
    ...(["owner", "helper"] as const).map((actor): Draft => ({
      id: `service-status-${actor}`,
      title: "write the status of a Service, where its addresses are",
      source: "CVE-2020-8554",
      twin: requests.patch("administrator", `${mine}/status`, {
        // An address in it is refused by validation while the Service is no LoadBalancer, which another guardrail sees to.
        status: { conditions: [condition] },
      }),
      change: { field: "actor", value: actor },
      expected: actor === "owner" ? { kind: "rbac" } : guardrail("service-status"),
    })),
    {
      id: "service-neighbour",
      title: "take over the neighbour's Service",
      source: "CVE-2020-8554",
      twin: requests.patch("owner", mine, { spec: { selector: { app: "attack" } } }),
      change: { field: "path", value: requests.inNamespace(mine, target.namespace) },
      expected: { kind: "rbac" },
    },
  ];
}

/** Endpoints written by hand. The kind is refused altogether, so the twin is the administrator doing the same. */
function endpointsByHand(pair: Pair): readonly Draft[] {
  const { attacker } = pair;
  const addresses = { addresses: [{ ip: "203.0.113.7" }], ports: [{ port: 80 }] };
  const bodies = [
    { kind: "Endpoints", version: "v1", plural: "endpoints", body: { subsets: [addresses] } },
    {
      kind: "EndpointSlice",
      version: "discovery.k8s.io/v1",
      plural: "endpointslices",
      body: {
        addressType: "IPv4",
        endpoints: [{ addresses: ["203.0.113.7"] }],
        ports: [{ port: 80, name: "http", protocol: "TCP" }],
      },
    },
  ];
  return bodies.flatMap(({ kind, version, plural, body }) =>
    (["owner", "helper"] as const).map((actor): Draft => {
      const path = requests.pathOf(version, attacker.namespace, plural);
      const written = objects.fresh(objects.object(pair, version, kind, body));
      return {
        id: `${plural}-${actor}`,
        title: `lead a Service astray by ${kind} written by hand`,
        source: "k/k#103675",
        twin: requests.post("administrator", path, written),
        change: { field: "actor", value: actor },
        expected: actor === "owner" ? { kind: "rbac" } : guardrail("endpoints"),
      };
    }),
  );
}
