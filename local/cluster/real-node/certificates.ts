import { mkdirSync } from "node:fs";

import type { LocalPaths } from "../../paths.ts";
import { type CertificateRequest, isCertified } from "../pki.ts";
import { type NodeLayout, nodeName } from "./layout.ts";
import type { NodeLink } from "./state.ts";

/** Certificates that only a real node has. */
export const nodeCertificates = ["kubelet", "kubelet-serving", "kube-proxy", "kube-router"] as const;

/** One of them. */
export type NodeCertificateName = (typeof nodeCertificates)[number];

/** What each of them says. */
export function nodeCertificateRequests(link: NodeLink): Readonly<Record<NodeCertificateName, CertificateRequest>> {
  return {
    // The node authorizer and NodeRestriction know a kubelet by this name and group, and let it touch its own node only.
    kubelet: { authority: "ca", commonName: `system:node:${nodeName}`, organization: "system:nodes", usage: "client" },
    "kubelet-serving": {
      authority: "ca",
      commonName: nodeName,
      usage: "server",
      dnsNames: [nodeName],
      addresses: [link.node],
    },
    "kube-proxy": { authority: "ca", commonName: "system:kube-proxy", usage: "client" },
    "kube-router": { authority: "ca", commonName: "tenantry:kube-router", usage: "client" },
  };
}

/** Makes the node's certificates with the cluster's own authority, where they are missing or say something else. */
export async function ensureNodeCertificates(paths: LocalPaths, layout: NodeLayout, link: NodeLink): Promise<void> {
  mkdirSync(layout.config, { recursive: true, mode: 0o700 });
  for (const [name, request] of Object.entries(nodeCertificateRequests(link))) {
    if (isCertified(paths.cluster.pki, layout.config, name, request)) continue;
    const { createCertificate } = await import("../pki-create.ts");
    await createCertificate(paths.cluster.pki, layout.config, name, request);
  }
}
