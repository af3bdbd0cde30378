import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { LocalPaths } from "../paths.ts";
import { argumentsOf } from "./part-arguments.ts";
import { type CertificateName, pkiFile } from "./pki.ts";
import type { ClusterPorts } from "./ports.ts";

/** The processes of the cluster, in the order they are started. They are ended in the opposite order. */
export const partNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "namespace-finalizer",
  "kwok",
  "metrics-server",
] as const;

/** A process of the cluster. */
export type PartName = (typeof partNames)[number];

/** Paths of the programs that the cluster consists of. */
export interface ClusterTools {
  readonly kube: string;
  readonly kwok: string;
  readonly "metrics-server": string;
  /** Folder with the definitions of the Gateway API. */
  readonly "gateway-api": string;
  /** Folder with the definition of ClusterNetworkPolicy. */
  readonly "network-policy-api": string;
}

/** How to start one part and how to tell that it is well. */
export interface Part {
  /** Also the name the process goes by: the `kube` binary becomes what it is called. */
  readonly name: PartName;
  readonly program: string;
  readonly args: readonly string[];
  /** TLS endpoint that answers 200 when the part is well; `null` for a part without a listener. */
  readonly health: {
    readonly port: number;
    readonly path: string;
    readonly authority: "ca" | "etcd-ca";
    readonly identity: CertificateName;
  } | null;
  /** Changes when the part has to be restarted: program, arguments, or the content of a file they name. */
  readonly fingerprint: string;
}

/** The parts of the cluster with their command lines. No secret is on a command line: keys are named by file. */
export function clusterParts(paths: LocalPaths, ports: ClusterPorts, tools: ClusterTools): readonly Part[] {
  return partNames.map((name) => {
    const program = name === "kwok" || name === "metrics-server" ? tools[name] : tools.kube;
    const args = argumentsOf(name, paths, ports).map(([flag, value]) => (value === "" ? flag : `${flag}=${value}`));
    return {
      name,
      program,
      args,
      health: healthOf(name, ports),
      fingerprint: fingerprint(paths, program, args),
    };
  });
}

function healthOf(name: PartName, ports: ClusterPorts): Part["health"] {
  switch (name) {
    case "etcd":
      return { port: ports.etcd, path: "/health", authority: "etcd-ca", identity: "etcd-client" };
    case "namespace-finalizer":
      return null;
    case "kube-apiserver":
      return { port: ports[name], path: "/readyz", authority: "ca", identity: "admin" };
    case "metrics-server":
      // Its /readyz is true only after two rounds over the nodes; that the API is served is checked where it is used.
      return { port: ports[name], path: "/livez", authority: "ca", identity: "admin" };
    case "kube-controller-manager":
    case "kube-scheduler":
    case "kwok":
      return { port: ports[name], path: "/healthz", authority: "ca", identity: "admin" };
    default: {
      const unknown: never = name;
      throw new Error(`no health endpoint for ${String(unknown)}`);
    }
  }
}

function fingerprint(paths: LocalPaths, program: string, args: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify([program, args]));
  const named = args
    .map((arg) => arg.slice(arg.indexOf("=") + 1))
    .filter((value) => /\.(crt|key|pub|yaml|kubeconfig)$/.test(value));
  // A kubeconfig names certificates in its turn; they are renewed together with their authority.
  for (const file of [...named, pkiFile(paths.cluster.pki, "ca", "crt")]) {
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Log file of a part. */
export function partLog(paths: LocalPaths, name: string): string {
  return join(paths.cluster.logs, `${name}.log`);
}
