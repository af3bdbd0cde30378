import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";

import { ApiClient, type KubernetesObject } from "../../../local/cluster/api-client.ts";
import { definitionsEstablished } from "../../../local/cluster/readiness.ts";
import { readRunState } from "../../../local/cluster/run-state.ts";
import type { LocalPaths } from "../../../local/paths.ts";
import type { Reporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";

/**
 * Gives the tests' cluster cert-manager's definition of a Certificate, so that the server judges those of the environments too.
 * The embedded cluster of `npm start` has none, for `dev` names no issuer.
 */
export async function installCertificates(paths: LocalPaths, reporter: Reporter): Promise<void> {
  const folder = (await ensureTools(["cert-manager"], { paths, reporter }))["cert-manager"];
  const text = readFileSync(join(folder, "cert-manager.io_certificates.yaml"), "utf8");
  const definition = parse(text) as KubernetesObject;
  const api = new ApiClient(readRunState(paths.cluster.run).ports["kube-apiserver"] ?? 0, paths.cluster.pki);
  try {
    await api.apply(definition);
    await definitionsEstablished(api, [definition.metadata.name]);
  } finally {
    api.close();
  }
}
