import {
  attempt,
  guardrail,
  type Actor,
  type Attempt,
  type Draft,
  type Json,
  type JsonObject,
  type Pair,
} from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const gatewayApi = "gateway.networking.k8s.io/v1";

/** Claiming hosts of others, on every kind that names one. Nothing where the environment has no gateway: there are no hosts then. */
export function hostAttempts(pair: Pair): readonly Attempt[] {
  const [own] = pair.attacker.guardrails.hosts;
  const [foreign] = pair.target.guardrails.hosts;
  if (own === undefined || foreign === undefined) return [];
  return [
    ...routes(pair, own, foreign),
    ...listeners(pair, own, foreign),
    ...ingresses(pair, own, foreign),
    ...refusedKinds(pair),
    ...annotations(pair, own),
  ].map((draft) => attempt("hosts", draft));
}

const wildcardOf = (host: string): string => `*.${host.split(".").slice(1).join(".")}`;

function route(pair: Pair, kind: string, host: string): JsonObject {
  // A parent that does not exist: should a dry run ever be stored, it carries no traffic.
  const parentRefs = [{ group: "gateway.networking.k8s.io", kind: "ListenerSet", name: requests.runName(pair.run) }];
  return objects.object(pair, gatewayApi, kind, {
    spec: {
      parentRefs,
      hostnames: [host],
      rules: [{ backendRefs: [{ name: "runtime", port: pair.attacker.runtime.port }] }],
    },
  });
}

const routeKinds = [
  { kind: "HTTPRoute", plural: "httproutes", actor: "owner" },
  // Owners may not make these; admission must hold all the same, should a platform give them.
  { kind: "GRPCRoute", plural: "grpcroutes", actor: "helper" },
  { kind: "TLSRoute", plural: "tlsroutes", actor: "helper" },
] as const;

function routes(pair: Pair, own: string, foreign: string): readonly Draft[] {
  const { attacker, target } = pair;
  const drafts = routeKinds.flatMap(({ kind, plural, actor }): readonly Draft[] => {
    const path = requests.pathOf(gatewayApi, attacker.namespace, plural);
    const twin = requests.post(actor, path, route(pair, kind, own));
    const bad: readonly (readonly [string, string, string, Json | undefined])[] = [
      ["neighbour", "the neighbour's host", "spec.hostnames.0", foreign],
      ["wildcard", "all hosts of the zone", "spec.hostnames.0", wildcardOf(foreign)],
      ["backend", "a Service of the neighbour", "spec.rules.0.backendRefs.0.namespace", target.namespace],
      // A TLSRoute without hosts is refused by its own schema.
      ...(kind === "TLSRoute"
        ? []
        : ([["hostless", "every host, by naming none", "spec.hostnames", undefined]] as const)),
    ];
    return [
      ...bad.map(([id, what, at, value]): Draft => ({
        id: `${plural}-${id}`,
        title: `${kind} for ${what}`,
        source: "gateway-api#4219, devantler-tech/platform#2713",
        twin,
        change: { field: "body", at, value },
        expected: guardrail("route-hosts"),
      })),
      ...(actor === "helper"
        ? [
            refusedToOwners(
              `${plural}-owner`,
              `${kind} by an owner`,
              requests.post("helper", path, route(pair, kind, own)),
            ),
          ]
        : []),
    ];
  });
  const path = requests.pathOf(gatewayApi, attacker.namespace, "httproutes");
  return [
    ...drafts,
    {
      id: "httproutes-in-neighbour",
      title: "HTTPRoute in the neighbour's namespace",
      source: "gateway-api#4219",
      twin: requests.post("owner", path, route(pair, "HTTPRoute", own)),
      change: { field: "path", value: requests.inNamespace(path, target.namespace) },
      expected: { kind: "rbac" },
    },
  ];
}

/** A kind that RBAC keeps from owners; the twin is somebody who has the right. */
function refusedToOwners(id: string, title: string, twin: Draft["twin"]): Draft {
  const change = { field: "actor", value: "owner" } as const;
  return { id, title, source: "devantler-tech/platform#2713", twin, change, expected: { kind: "rbac" } };
}

function listeners(pair: Pair, own: string, foreign: string): readonly Draft[] {
  const listener = (hostname: string): JsonObject => ({
    name: "attack",
    hostname,
    port: 80,
    protocol: "HTTP",
    allowedRoutes: { namespaces: { from: "Same" } },
  });
  const set = objects.object(pair, gatewayApi, "ListenerSet", {
    spec: { parentRef: { name: requests.runName(pair.run), namespace: pair.scratch }, listeners: [listener(own)] },
  });
  const gateway = objects.object(pair, gatewayApi, "Gateway", {
    spec: { gatewayClassName: requests.runName(pair.run), listeners: [listener(own)] },
  });
  const kinds: readonly (readonly [string, string, Actor, JsonObject])[] = [
    ["ListenerSet", "listenersets", "owner", set],
    ["Gateway", "gateways", "helper", gateway],
  ];
  const selector = { from: "Selector", selector: {} };
  return kinds.flatMap(([kind, plural, actor, body]): readonly Draft[] => {
    const twin = requests.post(actor, requests.pathOf(gatewayApi, pair.attacker.namespace, plural), body);
    const bad: readonly (readonly [string, string, string, Json | undefined])[] = [
      ["neighbour", "for the neighbour's host", "spec.listeners.0.hostname", foreign],
      ["wildcard", "for all hosts of the zone", "spec.listeners.0.hostname", wildcardOf(foreign)],
      ["hostless", "for every host, by naming none", "spec.listeners.0.hostname", undefined],
      ["routes", "that takes routes of every namespace", "spec.listeners.0.allowedRoutes.namespaces.from", "All"],
      ["selected", "that takes routes of chosen namespaces", "spec.listeners.0.allowedRoutes.namespaces", selector],
      ["port", "on a port of its own", "spec.listeners.0.port", 8443],
      ["protocol", "for connections that are not HTTP", "spec.listeners.0.protocol", "attack.invalid/raw"],
    ];
    return [
      ...bad.map(([id, what, at, value]): Draft => ({
        id: `${plural}-${id}`,
        title: `${kind} ${what}`,
        source: "gateway-api#4219",
        twin,
        change: { field: "body", at, value },
        expected: guardrail("listener-hosts"),
      })),
      ...(actor === "helper" ? [refusedToOwners(`${plural}-owner`, `${kind} by an owner`, twin)] : []),
    ];
  });
}

/** The quota keeps Ingresses out of tenants' namespaces; in the mirror, without quota, the guardrail stands alone. */
function ingresses(pair: Pair, own: string, foreign: string): readonly Draft[] {
  const version = "networking.k8s.io/v1";
  const path = requests.pathOf(version, pair.mirror, "ingresses");
  const backend = { service: { name: "runtime", port: { number: pair.attacker.runtime.port } } };
  const ingress = objects.object(pair, version, "Ingress", {
    spec: {
      ingressClassName: requests.runName(pair.run),
      rules: [{ host: own, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  });
  const twin = requests.post("helper", path, ingress);
  const bad: readonly (readonly [string, string, string, Json | undefined])[] = [
    ["neighbour", "the neighbour's host", "spec.rules.0.host", foreign],
    ["hostless", "every host, by naming none", "spec.rules.0.host", undefined],
    ["default", "every host, by a default backend", "spec.defaultBackend", backend],
    ["tls", "the neighbour's certificate", "spec.tls", [{ hosts: [foreign], secretName: "attack" }]],
  ];
  return [
    ...bad.map(([id, what, at, value]): Draft => ({
      id: `ingresses-${id}`,
      title: `Ingress for ${what}`,
      source: "CVE-2025-1974, capsule hostnames",
      twin,
      change: { field: "body", at, value },
      expected: guardrail("ingress-hosts"),
    })),
    {
      id: "ingresses-quota",
      title: "any Ingress, which the quota keeps at none",
      source: "CVE-2025-1974",
      twin,
      change: { field: "path", value: requests.inNamespace(path, pair.attacker.namespace) },
      expected: { kind: "quota", name: "tenant" },
    },
    refusedToOwners("ingresses-owner", "Ingress by an owner", twin),
  ];
}

/** Kinds that tenants may not make at all: the twin is the administrator doing the same. */
function refusedKinds(pair: Pair): readonly Draft[] {
  const { attacker, target } = pair;
  const kinds = [
    {
      kind: "TCPRoute",
      plural: "tcproutes",
      version: gatewayApi,
      name: "hostless-routes",
      spec: {
        parentRefs: [{ name: requests.runName(pair.run) }],
        rules: [{ backendRefs: [{ name: "runtime", port: attacker.runtime.port }] }],
      },
    },
    {
      kind: "ReferenceGrant",
      plural: "referencegrants",
      version: gatewayApi,
      name: "reference-grants",
      spec: {
        from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: target.namespace }],
        to: [{ group: "", kind: "Service" }],
      },
    },
  ];
  return kinds.flatMap(({ kind, plural, version, name, spec }) =>
    (["owner", "helper"] as const).map((actor): Draft => ({
      id: `${plural}-${actor}`,
      title: `${kind} by ${actor === "owner" ? "an owner" : "somebody who may"}`,
      source: "gateway-api#4219, CVE-2026-54761",
      twin: requests.post(
        "administrator",
        requests.pathOf(version, attacker.namespace, plural),
        objects.object(pair, version, kind, { spec }),
      ),
      change: { field: "actor", value: actor },
      expected: actor === "owner" ? { kind: "rbac" } : guardrail(name),
    })),
  );
}

function annotations(pair: Pair, own: string): readonly Draft[] {
  const { attacker, run } = pair;
  const orders: readonly (readonly [string, string, string, JsonObject])[] = [
    ["service-dns", "a Service's name in DNS", "services", { ...objects.service({ run }) }],
    ["route-dns", "a route's name in DNS", "httproutes", route(pair, "HTTPRoute", own)],
  ];
  return orders.map(([id, title, plural, body]): Draft => {
    return {
      id: `annotation-${id}`,
      title: `order ${title} by an annotation`,
      source: "external-dns hosts on any Service, CVE-2025-1974",
      twin: requests.post(
        "owner",
        requests.pathOf(plural === "services" ? "v1" : gatewayApi, attacker.namespace, plural),
        objects.fresh(body),
      ),
      change: {
        field: "body",
        at: "metadata.annotations",
        value: { "external-dns.alpha.kubernetes.io/hostname": "attack.invalid" },
      },
      expected: guardrail("edge-annotations"),
    };
  });
}
