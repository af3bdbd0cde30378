import type { Actor, AttackRequest, Json, JsonObject } from "./attempt.ts";

/** Label of everything that a run makes; its value is the run's id, by which it finds its own and the next run finds leftovers. */
export const runLabel = "tenantry.dev/attack";

/** Name of a run's objects in each namespace, the same everywhere so that a namespace alone tells attempt from twin. */
export function runName(run: string): string {
  return `attack-${run}`;
}

/** Path of a collection, an object or a subresource. `version` is `v1` or `group/version`. */
export function pathOf(version: string, namespace: string | null, ...parts: readonly string[]): string {
  const root = version.includes("/") ? `/apis/${version}` : `/api/${version}`;
  return [root, ...(namespace === null ? [] : ["namespaces", namespace]), ...parts].join("/");
}

/** The same path in another namespace. */
export function inNamespace(path: string, namespace: string): string {
  return path.replace(/\/namespaces\/[^/]+\//, `/namespaces/${namespace}/`);
}

function request(actor: Actor, method: AttackRequest["method"], path: string, rest: Partial<AttackRequest> = {}) {
  return { actor, method, path, query: {}, headers: {}, body: null, ...rest };
}

const json = { "content-type": "application/json" };

/** Reads. */
export function get(actor: Actor, path: string, query: Readonly<Record<string, string>> = {}): AttackRequest {
  return request(actor, "GET", path, { query });
}

/** Watches for a second, which is enough to be let in. */
export function watch(actor: Actor, path: string): AttackRequest {
  return get(actor, path, { watch: "true", timeoutSeconds: "1" });
}

/** Creates. */
export function post(actor: Actor, path: string, body: JsonObject): AttackRequest {
  return request(actor, "POST", path, { headers: json, body });
}

/** Replaces. */
export function put(actor: Actor, path: string, body: JsonObject): AttackRequest {
  return request(actor, "PUT", path, { headers: json, body });
}

/** Merge patch. */
export function patch(actor: Actor, path: string, body: JsonObject): AttackRequest {
  return request(actor, "PATCH", path, { headers: { "content-type": "application/merge-patch+json" }, body });
}

/** JSON patch. */
export function jsonPatch(actor: Actor, path: string, body: readonly Json[]): AttackRequest {
  return request(actor, "PATCH", path, { headers: { "content-type": "application/json-patch+json" }, body });
}

/** Server-side apply with force. */
export function apply(actor: Actor, path: string, body: JsonObject): AttackRequest {
  const headers = { "content-type": "application/apply-patch+yaml" };
  return request(actor, "PATCH", path, { headers, query: { fieldManager: "attack", force: "true" }, body });
}

/** Deletes. */
export function remove(actor: Actor, path: string, query: Readonly<Record<string, string>> = {}): AttackRequest {
  return request(actor, "DELETE", path, { query });
}
