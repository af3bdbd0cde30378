import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { LocalPaths } from "../paths.ts";
import { updatePrivateFile, writePrivateFile } from "../private-file.ts";
import { type CertificateName, pkiFile } from "./pki.ts";
import type { ClusterPorts } from "./ports.ts";

/** Path of a file in `local/cluster/assets`. */
export function assetFile(name: string): string {
  return fileURLToPath(new URL(`./assets/${name}`, import.meta.url));
}

/** Identities with a kubeconfig of their own under `cluster/config`. */
const identities = [
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "metrics-server",
  "namespace-finalizer",
] as const satisfies readonly CertificateName[];

/** Path of the kubeconfig of one part of the control plane. */
export function componentKubeconfig(paths: LocalPaths, identity: (typeof identities)[number]): string {
  return join(paths.cluster.config, `${identity}.kubeconfig`);
}

/** Path of a configuration file under `cluster/config`. */
export function configFile(paths: LocalPaths, name: "audit-policy.yaml" | "encryption.yaml" | "kwok.yaml"): string {
  return join(paths.cluster.config, name);
}

/** Writes every configuration file of the cluster; unchanged files are left alone. */
export function writeConfigFiles(paths: LocalPaths, ports: ClusterPorts): void {
  copyFileSync(assetFile("audit-policy.yaml"), configFile(paths, "audit-policy.yaml"));
  copyFileSync(assetFile("kwok.yaml"), configFile(paths, "kwok.yaml"));
  writeEncryptionConfig(paths);
  const server = `https://127.0.0.1:${ports["kube-apiserver"]}`;
  for (const identity of identities)
    updatePrivateFile(componentKubeconfig(paths, identity), referring(paths, server, identity));
  updatePrivateFile(paths.cluster.kubeconfig, selfContained(paths, server));
}

/** Secrets are encrypted at rest with a key made once per cluster; without it the data would be lost, so it is kept. */
function writeEncryptionConfig(paths: LocalPaths): void {
  const file = configFile(paths, "encryption.yaml");
  if (existsSync(file)) return;
  const configuration = {
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [
          { secretbox: { keys: [{ name: "local", secret: randomBytes(32).toString("base64") }] } },
          { identity: {} },
        ],
      },
    ],
  };
  writePrivateFile(file, JSON.stringify(configuration));
}

/** The text of a kubeconfig with one cluster and one user. */
export function kubeconfig(cluster: unknown, user: unknown): string {
  return `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "tenantry-local",
      clusters: [{ name: "tenantry-local", cluster }],
      users: [{ name: "tenantry-local", user }],
      contexts: [{ name: "tenantry-local", context: { cluster: "tenantry-local", user: "tenantry-local" } }],
    },
    null,
    2,
  )}\n`;
}

function referring(paths: LocalPaths, server: string, identity: CertificateName): string {
  const pki = paths.cluster.pki;
  return kubeconfig(
    { server, "certificate-authority": pkiFile(pki, "ca", "crt") },
    { "client-certificate": pkiFile(pki, identity, "crt"), "client-key": pkiFile(pki, identity, "key") },
  );
}

/** The administrator's file carries its credentials, so that it works wherever it is copied to. */
function selfContained(paths: LocalPaths, server: string): string {
  const encode = (name: "ca" | "admin", kind: "crt" | "key") =>
    readFileSync(pkiFile(paths.cluster.pki, name, kind)).toString("base64");
  return kubeconfig(
    { server, "certificate-authority-data": encode("ca", "crt") },
    { "client-certificate-data": encode("admin", "crt"), "client-key-data": encode("admin", "key") },
  );
}
