import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { LocalPaths } from "../../paths.ts";
import type { ClusterPorts } from "../ports.ts";
import type { Startable } from "../processes.ts";
import { nodeCertificates } from "./certificates.ts";
import { nodeFile, nodeKubeconfig } from "./files.ts";
import { type NodeLayout, apiPort, nodeLayout, nodeName, nodePorts, serviceRange } from "./layout.ts";
import { inside } from "./network.ts";
import { systemPath } from "./run.ts";
import type { NodeLink } from "./state.ts";

/** The node's processes, in the order they are started. */
export const nodePartNames = ["relay", "world", "containerd", "kubelet", "kube-proxy", "kube-router"] as const;

/** One of the node's processes. */
export type NodePartName = (typeof nodePartNames)[number];

/** Programs that the node consists of, beside those of the system. */
export interface NodeTools {
  /** kubelet and kube-proxy. */
  readonly node: string;
  readonly "kube-router": string;
  readonly coredns: string;
  readonly probe: string;
}

/** How to ask a part whether it is well. */
export type NodeHealth =
  | { readonly kind: "listening"; readonly host: string; readonly port: number }
  | { readonly kind: "http"; readonly host: string; readonly port: number }
  /** TLS verified, as the API server asks it. */
  | { readonly kind: "kubelet"; readonly host: string; readonly port: number; readonly pki: string }
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "process" };

/** How to start one part, and how to tell that it is well. */
export interface NodePart extends Startable {
  readonly name: NodePartName;
  readonly health: NodeHealth;
  /** Changes when the part has to be restarted. */
  readonly fingerprint: string;
}

/** The parts with their command lines. No secret is on a command line: keys are named by file. */
export function nodeParts(
  paths: LocalPaths,
  link: NodeLink,
  ports: ClusterPorts,
  tools: NodeTools,
): readonly NodePart[] {
  const details = detailsOf(nodeLayout(paths), paths.cluster.pki, link, ports, tools);
  return nodePartNames.map((name) => {
    const { network, command, health, files } = details[name];
    const environment = ["/usr/bin/env", `PATH=${systemPath}`, ...command];
    const args = network === null ? environment.slice(1) : [...inside(network), ...environment];
    const program = network === null ? "/usr/bin/env" : "nsenter";
    const hash = createHash("sha256").update(JSON.stringify([program, args]));
    for (const file of files) if (existsSync(file)) hash.update(readFileSync(file));
    return { name, program, args, health, fingerprint: hash.digest("hex").slice(0, 16) };
  });
}

interface Details {
  /** Network namespace that it runs in; `null` is the machine's. */
  readonly network: string | null;
  readonly command: readonly string[];
  readonly health: NodeHealth;
  /** Files whose content it has read when it started. */
  readonly files: readonly string[];
}

function detailsOf(
  layout: NodeLayout,
  pki: string,
  link: NodeLink,
  ports: ClusterPorts,
  tools: NodeTools,
): Readonly<Record<NodePartName, Details>> {
  const certified = nodeCertificates.map((name) => join(layout.config, `${name}.crt`));
  return {
    relay: {
      network: null,
      command: [
        tools.probe,
        "relay",
        `${link.host}:${apiPort}`,
        `127.0.0.1:${ports["kube-apiserver"]}`,
        layout.hostLink,
        link.node,
      ],
      // It answers nobody but the node, so the machine can only look whether it listens.
      health: { kind: "listening", host: link.host, port: apiPort },
      files: [],
    },
    world: {
      network: layout.world,
      command: [tools.probe, "world", layout.images],
      health: { kind: "process" },
      files: [],
    },
    containerd: {
      network: layout.network,
      command: ["containerd", "--config", nodeFile(layout, "containerd.toml")],
      health: { kind: "socket", path: layout.socket },
      files: [nodeFile(layout, "containerd.toml")],
    },
    kubelet: {
      network: layout.network,
      command: [
        tools.node,
        "kubelet",
        `--kubeconfig=${nodeKubeconfig(layout, "kubelet")}`,
        `--config=${nodeFile(layout, "kubelet.yaml")}`,
        `--hostname-override=${nodeName}`,
        `--node-ip=${link.node}`,
        `--node-labels=${nodeLabels}`,
        `--root-dir=${join(layout.data, "kubelet")}`,
        `--cert-dir=${join(layout.data, "kubelet", "pki")}`,
      ],
      health: { kind: "kubelet", host: link.node, port: nodePorts.kubelet, pki },
      files: [nodeFile(layout, "kubelet.yaml"), nodeKubeconfig(layout, "kubelet"), ...certified],
    },
    "kube-proxy": {
      network: layout.network,
      command: [
        tools.node,
        "kube-proxy",
        `--config=${nodeFile(layout, "kube-proxy.yaml")}`,
        `--hostname-override=${nodeName}`,
      ],
      health: { kind: "http", host: link.node, port: nodePorts["kube-proxy"] },
      files: [nodeFile(layout, "kube-proxy.yaml"), nodeKubeconfig(layout, "kube-proxy"), ...certified],
    },
    "kube-router": {
      network: layout.network,
      command: [
        tools["kube-router"],
        "--run-router=false",
        "--run-firewall=true",
        "--run-service-proxy=false",
        `--kubeconfig=${nodeKubeconfig(layout, "kube-router")}`,
        `--hostname-override=${nodeName}`,
        `--service-cluster-ip-range=${serviceRange}`,
        "--metrics-port=0",
        `--health-port=${nodePorts["kube-router"]}`,
      ],
      health: { kind: "http", host: link.node, port: nodePorts["kube-router"] },
      files: [nodeKubeconfig(layout, "kube-router"), ...certified],
    },
  };
}

/** Where the node is, as the simulated ones say it of themselves. */
const nodeLabels = ["topology.kubernetes.io/region=local", "topology.kubernetes.io/zone=zone-a"].join(",");
