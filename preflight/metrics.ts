import type { ClusterView } from "./view.ts";

/** How the server has stored Secrets since it started. */
export type SecretStorage =
  | { readonly kind: "encrypted"; readonly provider: string }
  /** The configuration names resources to encrypt, and new Secrets are written in clear all the same. */
  | { readonly kind: "clear" }
  /** No Secret has passed an encrypting provider: there is none, or nobody has touched a Secret yet. */
  | { readonly kind: "unseen" };

/** What an API server tells about itself. */
export interface ServerMetrics {
  /** Admission plugins that requests have passed. Every write passes all that are on, and servers write all the time. */
  readonly admissionPlugins: ReadonlySet<string>;
  readonly secrets: SecretStorage;
}

const pluginLine = /^apiserver_admission_controller_admission_duration_seconds_count\{([^}]*)\}/gm;
const transformationLine = /^apiserver_storage_transformation_operations_total\{([^}]*)\} (\S+)/gm;

/** Reads the server's metrics; `null` where they may not be read, or tell nothing of admission. */
export async function readMetrics(view: ClusterView): Promise<ServerMetrics | null> {
  const answer = await view.ask({ method: "GET", path: "/metrics", accept: "text/plain" });
  return answer.status === 200 ? parseMetrics(answer.text) : null;
}

/** Reads the Prometheus text format, as far as the preflight needs it. */
export function parseMetrics(text: string): ServerMetrics | null {
  const plugins = new Set<string>();
  for (const [, labels = ""] of text.matchAll(pluginLine)) plugins.add(labelOf(labels, "name"));
  if (plugins.size === 0) return null;
  return { admissionPlugins: plugins, secrets: secretStorage(text) };
}

function secretStorage(text: string): SecretStorage {
  let provider: string | null = null;
  let clear = false;
  for (const [, labels = "", count] of text.matchAll(transformationLine)) {
    if (labelOf(labels, "resource") !== "secrets" || labelOf(labels, "status") !== "OK" || count === "0") continue;
    const prefix = labelOf(labels, "transformer_prefix");
    // `k8s:enc:aesgcm:v1:`; the names of single keys are listed beside it, and the provider that does nothing has no prefix.
    const [, , name] = /^k8s:(enc):([a-z]+):/.exec(prefix) ?? [];
    // What is read says how Secrets were stored once, before somebody may have turned encryption off.
    if (labelOf(labels, "transformation_type") !== "to_storage") continue;
    provider = name ?? provider;
    clear ||= prefix === "";
  }
  if (clear) return { kind: "clear" };
  return provider === null ? { kind: "unseen" } : { kind: "encrypted", provider };
}

function labelOf(labels: string, name: string): string {
  return new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? "";
}
