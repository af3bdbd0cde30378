import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { parse, parseAllDocuments } from "yaml";

import { simulatedNodeAnnotation } from "../../tenants/node-annotations.ts";
import type { ApiClient, KubernetesObject } from "./api-client.ts";
import { assetFile } from "./config-files.ts";
import { pkiFile } from "./pki.ts";
import type { ClusterPorts } from "./ports.ts";

/** Zones of the simulated cluster, all in region `local`. */
export const zones = ["zone-a", "zone-b", "zone-c"] as const;

/** Two nodes per zone: enough to see topology spread and the loss of a node. */
const nodesPerZone = 2;

/** Names of the simulated nodes: `node-a-1` to `node-c-2`. */
export const nodeNames: readonly string[] = zones.flatMap((zone) =>
  Array.from({ length: nodesPerZone }, (_, index) => `node-${zone.slice("zone-".length)}-${index + 1}`),
);

/** Everything that `up` puts into the cluster, in groups: a group is applied when the one before it is there. */
export interface Furniture {
  /** Roles, nodes and classes: needed before the controllers start. */
  readonly base: readonly KubernetesObject[];
  /**
   * Definitions of the Gateway API, standard channel, with the policy that guards their upgrades, and that of ClusterNetworkPolicy.
   */
  readonly definitions: readonly KubernetesObject[];
  /** What needs those definitions. */
  readonly gateway: readonly KubernetesObject[];
  /** Changes whenever anything above does. */
  readonly hash: string;
}

/** Reads and builds the furniture. `folders` are those with definitions. */
export function buildFurniture(pki: string, ports: ClusterPorts, folders: readonly string[]): Furniture {
  const base = [
    ...readObjects(readFileSync(assetFile("furniture.yaml"), "utf8")),
    ...nodeNames.map(node),
    ...metricsRegistration(pki, ports),
  ];
  const texts = folders.flatMap((folder) => definitionFiles(folder).map((file) => readFileSync(file, "utf8")));
  const gateway = [gatewayClass];
  const hash = createHash("sha256")
    .update(JSON.stringify([base, gateway]))
    .update(texts.join("\0"))
    .digest("hex");
  let parsed: readonly KubernetesObject[] | undefined;
  return {
    base,
    // A megabyte of YAML: parsed only when it has to be applied.
    get definitions() {
      parsed ??= texts.flatMap(readObjects);
      return parsed;
    },
    gateway,
    hash,
  };
}

/** A ConfigMap that says which furniture the cluster has, so that a second `up` need not apply it again. */
export function furnitureMark(hash: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "tenantry-local", namespace: "kube-system" },
    data: { furniture: hash },
  };
}

/** Whether the cluster has exactly this furniture. */
export async function hasFurniture(api: ApiClient, hash: string): Promise<boolean> {
  const response = await api.get("/api/v1/namespaces/kube-system/configmaps/tenantry-local");
  if (response.status !== 200) return false;
  const mark = JSON.parse(response.body) as { readonly data?: { readonly furniture?: string } };
  return mark.data?.furniture === hash;
}

/** Upstream keeps settings of kustomize beside its definitions; these are no objects. */
function definitionFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml") && !file.startsWith("kustom"))
    .sort()
    .map((file) => join(folder, file));
}

function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as KubernetesObject | null;
    return object === null ? [] : [object];
  });
}

function node(name: string): KubernetesObject {
  const zone = `zone-${name.split("-")[1] ?? ""}`;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/region": "local",
        "topology.kubernetes.io/zone": zone,
        type: "kwok",
      },
      annotations: {
        // The one mark by which kwok knows the nodes it may act for; a real node has none of these.
        [simulatedNodeAnnotation]: "fake",
        "metrics.k8s.io/resource-metrics-path": `/metrics/nodes/${name}/metrics/resource`,
      },
    },
  };
}

/** metrics-server runs outside the cluster: an ExternalName Service leads the aggregator to loopback, TLS verified. */
function metricsRegistration(pki: string, ports: ClusterPorts): KubernetesObject[] {
  const port = ports["metrics-server"];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "metrics-server", namespace: "kube-system" },
      spec: { type: "ExternalName", externalName: "localhost" },
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        caBundle: readFileSync(pkiFile(pki, "ca", "crt")).toString("base64"),
        service: { name: "metrics-server", namespace: "kube-system", port },
      },
    },
  ];
}

/** Gateways of the embedded cluster are accepted objects without a data plane; `none` says so. */
const gatewayClass: KubernetesObject = parse(`
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: tenantry }
spec: { controllerName: tenantry.dev/none }
`) as KubernetesObject;
