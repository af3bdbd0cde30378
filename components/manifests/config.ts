import { createHash, createHmac } from "node:crypto";

import type { TenantPlan } from "../../tenants/model.ts";
import { objectNames } from "../../tenants/names.ts";
import type { ConfigMapManifest, Input, InputMap, SecretManifest } from "./kubernetes.ts";
import { objectMetadata, tenantLabels } from "./metadata.ts";

/** One text for one set of values: keys sorted, so that the order somebody wrote them in rolls no pods. */
function canonical(values: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}

/** Fingerprint of settings that are no secret. In the pod template it makes a changed ConfigMap roll the pods. */
export function configChecksum(values: Readonly<Record<string, string>>): string {
  return createHash("sha256").update(canonical(values)).digest("hex").slice(0, 32);
}

/**
 * Fingerprint of secrets, keyed. A plain hash in a pod annotation, which every reader of pods sees, could be searched for a
 * short secret; without the key this one tells only whether something changed.
 */
export function secretsChecksum(values: Readonly<Record<string, string>>, key: string): string {
  return createHmac("sha256", key).update(canonical(values)).digest("hex").slice(0, 32);
}

/** Settings of the tenant that both workloads read as environment variables. */
export function buildConfigMap(plan: TenantPlan, namespace: Input<string>): ConfigMapManifest {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: objectMetadata(objectNames.config, namespace, tenantLabels(plan)),
    data: { ...plan.config },
  };
}

/**
 * The tenant's secrets. `encoded` holds base64: with server-side apply a key dropped from `stringData` would stay behind in
 * `data`, where the API server had copied it.
 */
export function buildSecret(plan: TenantPlan, namespace: Input<string>, encoded: InputMap): SecretManifest {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: objectMetadata(objectNames.secrets, namespace, tenantLabels(plan)),
    type: "Opaque",
    data: { ...encoded },
  };
}
