import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";
import { inject } from "vitest";

import { openCluster } from "../../../preflight/kubernetes-cluster.ts";
import { type PreflightReport, runPreflight } from "../../../preflight/run.ts";
import type { EnvironmentPlan } from "../../../tenants/model.ts";
import type { PreflightCheckName } from "../../../tenants/preflight.ts";
import { credentialsAt } from "../../connection/support/kubeconfigs.ts";
import { type FlagChanges, type OtherServer, startOtherServer } from "./other-server.ts";

/** Asks the cluster of a kubeconfig what a plan relies on. */
export async function preflight(plan: EnvironmentPlan, kubeconfig: string): Promise<PreflightReport> {
  const cluster = openCluster(credentialsAt(kubeconfig));
  try {
    return await runPreflight(plan, cluster);
  } finally {
    cluster.close();
  }
}

/** Verdicts by check. */
export function verdictsOf({ checks }: PreflightReport): Readonly<Partial<Record<PreflightCheckName, string>>> {
  return Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));
}

/** What a check has found. */
export function foundBy({ checks }: PreflightReport, name: PreflightCheckName): string {
  return checks.find(({ check }) => check === name)?.found ?? "";
}

/** Writes a file beside the cluster's own, and returns its path. */
export function writeYaml(name: string, content: unknown): string {
  const file = join(inject("clusterDirectory"), name);
  writeFileSync(file, stringify(content), { mode: 0o600 });
  return file;
}

/** The cluster's own encryption, turned off for what is written from now on; what is encrypted can still be read. */
function decrypting(): string {
  const own = join(inject("clusterDirectory"), ".tenantry/cluster/config/encryption.yaml");
  const content = parse(readFileSync(own, "utf8")) as { resources: { providers: unknown[] }[] };
  for (const each of content.resources) each.providers.reverse();
  return writeYaml("decrypting.yaml", content);
}

/** Another API server on the cluster's data, with flags of its own. */
export function startedWith(name: string, changes: FlagChanges): Promise<OtherServer> {
  return startOtherServer(inject("clusterDirectory"), name, changes);
}

/** A server on which nothing enforces: no admission plugin that plans rely on, anonymous requests, new Secrets in clear. */
export function startLaxServer(): Promise<OtherServer> {
  return startedWith("lax", {
    "--disable-admission-plugins": "PodSecurity,ResourceQuota,LimitRanger,ValidatingAdmissionPolicy",
    "--anonymous-auth": "true",
    "--encryption-provider-config": decrypting(),
  });
}
