/** An agent runtime of our own choosing in a namespace of our own: only `RuntimeStatefulSet`, without a tenant around it. */
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RuntimeStatefulSet } from "tenantry";

const config = new pulumi.Config();

const namespace = new kubernetes.core.v1.Namespace("agents", {
  metadata: { name: "agents", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

const settings = new kubernetes.core.v1.ConfigMap("settings", {
  metadata: { name: "settings", namespace: namespace.metadata.name },
  data: { LOG_LEVEL: "info" },
});

const runtime = new RuntimeStatefulSet("agent", {
  namespace: namespace.metadata.name,
  image: config.require("image"),
  volume: { storageClass: "standard", size: "10Gi" },
  // The version of the ConfigMap is checksum enough: it changes with the content, and a change rolls the pods.
  config: { name: settings.metadata.name, checksum: settings.metadata.resourceVersion },
});

/** Where other pods of the cluster find the runtime. */
export const endpoint = runtime.endpoint;
