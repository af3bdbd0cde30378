import { clusterPolicyApiVersion } from "../../components/manifests/cluster-policy.ts";
import {
  type Actor,
  attempt,
  type Attempt,
  type AttackRequest,
  guardrail,
  type JsonObject,
  type Pair,
} from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

interface PolicyRequest {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** Sent by the administrator it is accepted. */
  readonly request: AttackRequest;
  /** Which guardrail refuses to those whom RBAC does not: that of all policies, or that of what the platform made. */
  readonly guardrail: "cluster-policies" | "platform-objects";
}

const collection = requests.pathOf(clusterPolicyApiVersion, null, "clusternetworkpolicies");

/**
 * Undoing the deny between tenants that stands before every NetworkPolicy. The kind is refused altogether, so the twin is the
 * administrator doing the same. Where the environment has no such policies, only making one can be tried.
 */
export function clusterPolicyAttempts(pair: Pair): readonly Attempt[] {
  const { attacker, target } = pair;
  const [own, neighbours] = [attacker, target].map(({ network }) => network.clusterPolicy?.name ?? null);
  const tried = [
    ...made(pair),
    ...(typeof own === "string" ? changed("own", "its deny between tenants", own, attacker.id) : []),
    ...(typeof neighbours === "string"
      ? changed("neighbour", "the neighbour's deny between tenants", neighbours, target.id)
      : []),
  ];
  const actors: readonly Actor[] = ["owner", "runtime-token", "helper"];
  return tried.flatMap(({ id, title, source, request, guardrail: name }) =>
    actors.map((actor) =>
      attempt("network", {
        id: `cluster-policy-${id}-${actor}`,
        title,
        source,
        twin: request,
        change: { field: "actor", value: actor },
        // A Role could give the right by mistake; the helper has it.
        expected: actor === "helper" ? guardrail(name) : { kind: "rbac" },
      }),
    ),
  );
}

/** Policies that accept before anything denies, or that decide where nothing else does. */
function made(pair: Pair): readonly PolicyRequest[] {
  const named = (name: string): JsonObject => ({
    namespaces: { matchLabels: { "kubernetes.io/metadata.name": name } },
  });
  const accept = (name: string): JsonObject => ({ action: "Accept", from: [named(name)] });
  const policy = (tier: string, subject: string, from: string): AttackRequest =>
    requests.post(
      "administrator",
      collection,
      objects.fresh(
        objects.object(pair, clusterPolicyApiVersion, "ClusterNetworkPolicy", {
          spec: { tier, priority: 0, subject: named(subject), ingress: [accept(from)] },
        }),
      ),
    );
  const [own, neighbours] = [pair.attacker.namespace, pair.target.namespace];
  const rest = { source: "capsule#649, PR#793", guardrail: "cluster-policies" } as const;
  return [
    {
      id: "accept-neighbour",
      title: "accept oneself in the neighbour's namespace, before every NetworkPolicy",
      ...rest,
      request: policy("Admin", neighbours, own),
    },
    {
      id: "accept-own",
      title: "accept the neighbour in one's own namespace, before every NetworkPolicy",
      ...rest,
      request: policy("Admin", own, neighbours),
    },
    {
      id: "baseline",
      title: "accept oneself in the neighbour's namespace where no NetworkPolicy decides",
      ...rest,
      request: policy("Baseline", neighbours, own),
    },
  ];
}

/** Changes of a policy that the platform made. */
function changed(whose: string, what: string, name: string, tenant: string): readonly PolicyRequest[] {
  const path = `${collection}/${name}`;
  const patch = (body: JsonObject): AttackRequest => requests.patch("administrator", path, body);
  const change = (id: string, title: string, source: string, request: AttackRequest): PolicyRequest => ({
    id: `${whose}-${id}`,
    title: `${what}: ${title}`,
    source,
    request,
    guardrail: "platform-objects",
  });
  const netpol = "capsule#649, PR#793";
  return [
    change("delete", "delete", netpol, requests.remove("administrator", path)),
    change(
      "delete-collection",
      "delete by the tenant's label",
      netpol,
      requests.remove("administrator", collection, { labelSelector: `tenantry.dev/tenant=${tenant}` }),
    ),
    change("priority", "ask it last, by merge patch", netpol, patch({ spec: { priority: 1000 } })),
    change(
      "accept",
      "accept instead of denying, by JSON patch",
      netpol,
      requests.jsonPatch("administrator", path, [{ op: "replace", path: "/spec/ingress/0/action", value: "Accept" }]),
    ),
    change(
      "apply",
      "take it over without rules, by server-side apply",
      netpol,
      requests.apply("administrator", path, {
        apiVersion: clusterPolicyApiVersion,
        kind: "ClusterNetworkPolicy",
        spec: { tier: "Admin", priority: 1000, subject: { namespaces: {} }, ingress: [], egress: [] },
      }),
    ),
    change(
      "unlabel",
      "take the platform's label off",
      "CVE-2025-55205",
      patch({ metadata: { labels: { "app.kubernetes.io/managed-by": null } } }),
    ),
  ];
}
