import { readFileSync } from "node:fs";

import { parseAllDocuments } from "yaml";

import type { KubernetesObject } from "../api-client.ts";
import { assetFile } from "../config-files.ts";
import { type NodeLayout, apiPort, nodeName } from "./layout.ts";
import type { NodeLink } from "./state.ts";

/** Enough for the claims of a test environment, each far smaller than a volume. */
const volumeCount = 20;
const volumeSize = "10Gi";

/** Name of the class of volumes, with or without a real node: what tenants ask for stays the same. */
const storageClassName = "standard";

/** Everything that the cluster needs besides the node itself, in the order in which it is applied. */
export function nodeObjects(link: NodeLink): readonly KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(assetFile("real-node.yaml"), "utf8"));
  return [...documents.map((document) => document.toJS() as KubernetesObject), apiEndpoints(link)];
}

/** Where pods find the API server: the server itself advertises an address that nobody routes. */
function apiEndpoints(link: NodeLink): KubernetesObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [link.host], conditions: { ready: true } }],
    ports: [{ name: "https", port: apiPort, protocol: "TCP" }],
  };
}

/** A class whose volumes lie ready on the node: the controllers' own provisioner makes directories for root alone. */
export const nodeStorageClass: KubernetesObject = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: storageClassName, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "kubernetes.io/no-provisioner",
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};

/** Names of the volumes that lie ready; their directories have the same names. */
export const volumeNames: readonly string[] = Array.from(
  { length: volumeCount },
  (_, index) => `real-node-${index + 1}`,
);

/** One volume on the node. */
export function volumeObject(layout: NodeLayout, name: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: volumeSize },
      storageClassName,
      persistentVolumeReclaimPolicy: "Retain",
      local: { path: `${layout.volumes}/${name}` },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [nodeName] }] },
          ],
        },
      },
    },
  };
}
