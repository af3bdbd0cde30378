import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { LocalPaths } from "../../paths.ts";

/** Name of the one real node, beside the simulated ones. */
export const nodeName = "real-node";

/** Port on which the node's side of the link finds the API server. */
export const apiPort = 6443;

/** Ports of the node that the machine asks: the API server for logs and sessions, `up` and `status` for health. */
export const nodePorts = { kubelet: 10250, "kube-proxy": 10256, "kube-router": 20244 } as const;

/** Ranges of pods and Services; they are the cluster's, and inside the node's network namespace nobody else's. */
export const podRange = "10.244.0.0/16";
export const serviceRange = "10.96.0.0/16";
export const dnsAddress = "10.96.0.10";

/** The two ends of the link between the node and the world of ours behind it; both are inside network namespaces. */
export const worldLink = { node: "100.64.0.1", world: "100.64.0.2" } as const;

/** What listens in the world: see the tool `probe`. */
export const worldPorts = { http: 80, echo: 53, registry: 5000 } as const;

/** Everything of one checkout's real node that has a name on the machine. Two checkouts never share one. */
export interface NodeLayout {
  /** Eight hexadecimal digits that follow from the checkout's folder. */
  readonly id: string;
  /** Network namespace of the node. */
  readonly network: string;
  /** Network namespace that stands for everything outside of the cluster. */
  readonly world: string;
  /** The machine's end of the link to the node; interface names have at most 15 characters. */
  readonly hostLink: string;
  /** Cgroup below which every pod is, in each hierarchy. */
  readonly cgroup: string;
  /** Sockets and what does not outlive a reboot. */
  readonly runtime: string;
  /** Images, pods' folders and logs. */
  readonly data: string;
  readonly socket: string;
  /** Directory that the registry gives images out of. */
  readonly images: string;
  /** Configuration files and certificates, and the pods' volumes: in the checkout, where what is secret is and what stays. */
  readonly config: string;
  readonly volumes: string;
}

/** Folders of all checkouts' nodes. */
export const runtimeRoot = "/run/tenantry";
const dataRoot = "/var/lib/tenantry";

/** The names that a checkout's real node has. */
export function nodeLayout(paths: LocalPaths): NodeLayout {
  const id = createHash("sha256").update(resolved(paths.root)).digest("hex").slice(0, 8);
  const runtime = join(runtimeRoot, id);
  const data = join(dataRoot, id);
  const config = join(paths.cluster.directory, "real-node");
  return {
    id,
    network: `tenantry-${id}`,
    world: `tenantry-${id}-world`,
    hostLink: `tenantry${id.slice(0, 7)}`,
    cgroup: `tenantry-${id}`,
    runtime,
    data,
    // Short, for the path of a socket has at most 107 characters and a checkout may be deep down.
    socket: join(runtime, "containerd.sock"),
    images: join(data, "registry"),
    config,
    volumes: join(config, "volumes"),
  };
}

/** Also of a folder that is not there any more, so that what it has left on the machine is found. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(resolved(parent), basename(path));
  }
}
