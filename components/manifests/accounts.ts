import type { Input, InputMap, ServiceAccountManifest } from "./kubernetes.ts";
import { objectMetadata } from "./metadata.ts";

/**
 * The identity of one workload. No token is mounted, here nor in the pod: neither workload talks to the API server, and a token
 * nobody needs is one a prompt-injected agent can steal.
 */
export function buildServiceAccount(name: string, namespace: Input<string>, labels: InputMap): ServiceAccountManifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: objectMetadata(name, namespace, labels),
    automountServiceAccountToken: false,
  };
}
