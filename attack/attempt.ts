import type { Plane as ProvenPlane } from "../tenants/isolation/plane.ts";
import type { TenantPlan } from "../tenants/model.ts";

/** What an attempt reaches for. The order is that of the table. */
export const planes = ["api", "network", "hosts", "storage", "secrets", "compute", "identity"] as const;

/** One of the planes, as ids of attempts and the JSON document have it. */
export type Plane = (typeof planes)[number];

/** The word for people, which is that of the plan and its proof. Scripts go on to find `hosts` where they always have. */
export function planeName(plane: Plane): ProvenPlane {
  return plane === "hosts" ? "names" : plane;
}

/**
 * Who sends a request.
 *
 * - `owner`: an owner of the attacker, impersonated by the administrator; each kind of owner in turn.
 * - `runtime`: the service account of the attacker's runtime, impersonated.
 * - `runtime-token`: the same account with a real token and nothing else.
 * - `helper`: somebody whom the platform has given every right inside the attacker's namespaces, on namespaces themselves and on the
 *   cluster's network policies, for what RBAC refuses to owners before a guardrail is asked.
 * - `target-owner`: an owner of the target, for twins.
 * - `administrator`: whoever runs the suite, for twins.
 * - `anonymous`: nobody.
 */
export type Actor = "owner" | "runtime" | "runtime-token" | "helper" | "target-owner" | "administrator" | "anonymous";

/** JSON data. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** One request to the API server. Writes are dry runs, which pass every check and store nothing. */
export interface AttackRequest {
  readonly actor: Actor;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** Why the API server must refuse. */
export type Reason =
  | { readonly kind: "rbac" }
  | { readonly kind: "escalation" }
  | { readonly kind: "guardrail"; readonly name: string }
  | { readonly kind: "pod-security"; readonly field: string }
  | { readonly kind: "quota"; readonly name: string }
  | { readonly kind: "limit-range" }
  | { readonly kind: "unauthenticated" };

/** A guardrail has to refuse; its name is without the prefix. */
export function guardrail(name: string): Reason {
  return { kind: "guardrail", name };
}

/** Pod Security has to refuse, and to name the field. */
export function podSecurity(field: string): Reason {
  return { kind: "pod-security", field };
}

/** Which field of a request an attempt changes. */
export type Change =
  | { readonly field: "actor"; readonly value: Actor }
  | { readonly field: "path"; readonly value: string }
  | { readonly field: "query"; readonly name: string; readonly value: string }
  | { readonly field: "headers"; readonly name: string; readonly value: string }
  /** `at` is the way into the body, parts separated by dots; `~` stands for a dot inside a part. `undefined` takes the field away. */
  | { readonly field: "body"; readonly at: string; readonly value: Json | undefined };

/** An attempt to break out, beside the same request with one field apart that must be accepted. */
export interface Attempt {
  /** Unique in the suite: plane, then what is tried. */
  readonly id: string;
  readonly plane: Plane;
  readonly title: string;
  /** Where the escape is known from. */
  readonly source: string;
  readonly request: AttackRequest;
  readonly expected: Reason;
  readonly twin: AttackRequest;
  /** The one field in which the two differ. */
  readonly change: Change;
  /**
   * When the twin counts as accepted. `reached`: it passes authentication, authorization and admission; what answers then is not the
   * API server but a node, or a check that comes after them. @default "success"
   */
  readonly twinAccepts: "success" | "reached";
}

/** What a run adds to the plans: where its own objects are. */
export interface Pair {
  readonly run: string;
  readonly attacker: TenantPlan;
  readonly target: TenantPlan;
  /** A namespace that is no tenant's. */
  readonly scratch: string;
  /** A namespace with the attacker's labels and parameters, but without quota and limit range, so that guardrails stand alone. */
  readonly mirror: string;
  /** Any node of the cluster. */
  readonly node: string;
}

/** A record as the lists write it: the accepted request and the one change that makes it an attempt. */
export interface Draft {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly twin: AttackRequest;
  readonly change: Change;
  readonly expected: Reason;
  readonly twinAccepts?: "success" | "reached";
}

/** Completes a record: the attempt is the twin with its one change. */
export function attempt(plane: Plane, draft: Draft): Attempt {
  return {
    ...draft,
    id: `${plane}.${draft.id}`,
    plane,
    request: changed(draft.twin, draft.change),
    twinAccepts: draft.twinAccepts ?? "success",
  };
}

/** The request with one field changed. */
export function changed(request: AttackRequest, change: Change): AttackRequest {
  switch (change.field) {
    case "actor":
      return { ...request, actor: change.value };
    case "path":
      return { ...request, path: change.value };
    case "query":
      return { ...request, query: { ...request.query, [change.name]: change.value } };
    case "headers":
      return { ...request, headers: { ...request.headers, [change.name]: change.value } };
    case "body":
      return { ...request, body: changedBody(request.body, change.at, change.value) };
    default:
      return change satisfies never;
  }
}

function changedBody(body: Json, at: string, value: Json | undefined): Json {
  // Through text, because bodies share parts: a structured clone would keep them shared, and one change would show in two places.
  const copy = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  const parts = at.split(".").map((part) => part.replaceAll("~", "."));
  let place = copy;
  for (const part of parts.slice(0, -1)) {
    place[part] ??= {};
    place = place[part] as Record<string, unknown>;
  }
  const last = parts.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return copy as Json;
}
