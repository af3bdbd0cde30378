import { attempt, type AttackRequest, type Attempt, type Pair } from "../attempt.ts";
import * as objects from "../objects.ts";
import * as requests from "../requests.ts";

const guardrail = { kind: "guardrail", name: "namespaces" } as const;

/** Taking over, relabelling or imitating a namespace, which every selector and every guardrail relies on. */
export function namespaceAttempts(pair: Pair): readonly Attempt[] {
  const { run, attacker, target, scratch } = pair;
  const at = (name: string, ...sub: readonly string[]): string =>
    requests.pathOf("v1", null, "namespaces", name, ...sub);
  const label = { metadata: { labels: { "tenantry.dev/tenant": target.id } } };
  const weaker = { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } };
  const parameters = { metadata: { annotations: { "tenantry.dev/hosts": "attack.example" } } };
  const identity = { apiVersion: "v1", kind: "Namespace" };
  const ways: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly send: (name: string) => AttackRequest;
  }[] = [
    {
      id: "relabel-merge",
      title: "switch Pod Security off, by merge patch",
      source: "AmberWolf 2025, Pod Security relabel",
      send: (name) => requests.patch("helper", at(name), weaker),
    },
    {
      id: "relabel-json-patch",
      title: "add a label, by JSON patch",
      source: "CVE-2024-39690, capsule#200",
      send: (name) =>
        requests.jsonPatch("helper", at(name), [{ op: "add", path: "/metadata/labels/team", value: "attack" }]),
    },
    {
      id: "relabel-apply",
      title: "switch Pod Security off, by server-side apply",
      source: "AmberWolf 2025, Pod Security relabel",
      // The path names the object; a name in the body would be a second field.
      send: (name) => requests.apply("helper", at(name), { ...identity, ...weaker }),
    },
    {
      id: "parameters",
      title: "give itself hosts by the guardrails' parameters",
      source: "CVE-2025-55205",
      send: (name) => requests.patch("helper", at(name), parameters),
    },
    {
      id: "status",
      title: "relabel by the status subresource",
      source: "CVE-2024-39690",
      send: (name) => requests.patch("helper", at(name, "status"), weaker),
    },
    { id: "delete", title: "delete", source: "k/k#60807", send: (name) => requests.remove("helper", at(name)) },
  ];
  const own = attacker.namespace;
  const asHelper = ways.map(({ id, title, source, send }) =>
    attempt("api", {
      id: `namespace-${id}-helper`,
      title: `its namespace: ${title}`,
      source,
      twin: send(scratch),
      change: { field: "path", value: send(own).path },
      expected: guardrail,
    }),
  );
  const asOthers = (["owner", "runtime", "runtime-token"] as const).flatMap((actor) =>
    ways.map(({ id, title, source, send }) =>
      attempt("api", {
        id: `namespace-${id}-${actor}`,
        title: `its namespace: ${title}`,
        source,
        twin: { ...send(own), actor: "administrator" },
        change: { field: "actor", value: actor },
        expected: { kind: "rbac" },
      }),
    ),
  );
  const finalize = (name: string): AttackRequest =>
    requests.put("helper", at(name, "finalize"), {
      ...identity,
      metadata: { name, labels: label.metadata.labels },
      spec: { finalizers: ["kubernetes"] },
    });
  const create = (actor: "helper" | "administrator", name: string): AttackRequest =>
    requests.post(actor, requests.pathOf("v1", null, "namespaces"), { ...identity, metadata: { name } });
  const imitation = `tenant-attack-${run}`;
  return [
    ...asHelper,
    ...asOthers,
    ...(["owner", "helper"] as const).flatMap((actor) => {
      const expected = actor === "helper" ? guardrail : ({ kind: "rbac" } as const);
      return [
        attempt("api", {
          id: `namespace-finalize-${actor}`,
          title: "its namespace: relabel by the finalize subresource",
          source: "CVE-2024-39690",
          twin: { ...finalize(own), actor: "administrator" },
          change: { field: "actor", value: actor },
          expected,
        }),
        attempt("api", {
          id: `namespace-spoof-${actor}`,
          title: "its namespace: carry the neighbour's label",
          source: "CVE-2024-39690, capsule#200",
          twin: requests.patch("administrator", at(own), label),
          change: { field: "actor", value: actor },
          expected,
        }),
        attempt("api", {
          id: `namespace-unlabel-${actor}`,
          title: "its namespace: take the tenant's label off",
          source: "CVE-2025-55205",
          twin: requests.patch("administrator", at(own), { metadata: { labels: { "tenantry.dev/tenant": null } } }),
          change: { field: "actor", value: actor },
          expected,
        }),
        attempt("api", {
          id: `namespace-neighbour-${actor}`,
          title: "the neighbour's namespace: carry a label of one's own",
          source: "CVE-2024-39690, capsule#200",
          twin: requests.patch("administrator", at(target.namespace), label),
          change: { field: "actor", value: actor },
          expected,
        }),
      ];
    }),
    attempt("api", {
      id: "namespace-never-goes",
      title: "its namespace: keep it from ever going, by a finalizer",
      source: "k/k#60807",
      twin: requests.post("owner", requests.pathOf("v1", own, "configmaps"), objects.fresh(objects.configMap({ run }))),
      change: { field: "body", at: "metadata.finalizers", value: ["attack.tenantry.dev/never"] },
      expected: { kind: "guardrail", name: "finalizers" },
    }),
    attempt("api", {
      id: "namespace-never-goes-claims",
      title: "its namespace: keep it from ever going, by the finalizer of another kind",
      source: "k/k#60807",
      twin: requests.post("owner", requests.pathOf("v1", own, "configmaps"), objects.fresh(objects.configMap({ run }))),
      change: { field: "body", at: "metadata.finalizers", value: ["kubernetes.io/pvc-protection"] },
      expected: { kind: "guardrail", name: "finalizers" },
    }),
    attempt("api", {
      id: "namespace-never-goes-pods",
      title: "its namespace: keep it from ever going, by the finalizer of a pod",
      source: "k/k#60807",
      twin: requests.post("owner", requests.pathOf("v1", own, "pods"), objects.pod(pair)),
      change: { field: "body", at: "metadata.finalizers", value: ["attack.tenantry.dev/never"] },
      expected: { kind: "guardrail", name: "pod-finalizers" },
    }),
    attempt("api", {
      id: "namespace-create-owner",
      title: "make a namespace that looks like a tenant's",
      source: "names parsed for policy",
      twin: create("administrator", imitation),
      change: { field: "actor", value: "owner" },
      expected: { kind: "rbac" },
    }),
    attempt("api", {
      id: "namespace-create-helper",
      title: "make a namespace that looks like a tenant's",
      source: "names parsed for policy",
      twin: create("helper", requests.runName(run)),
      change: { field: "body", at: "metadata.name", value: imitation },
      expected: guardrail,
    }),
    attempt("api", {
      id: "namespace-create-labelled-helper",
      title: "make a namespace that carries the neighbour's label",
      source: "CVE-2024-39690",
      twin: create("helper", requests.runName(run)),
      change: { field: "body", at: "metadata.labels", value: { "tenantry.dev/tenant": target.id } },
      expected: guardrail,
    }),
  ];
}
