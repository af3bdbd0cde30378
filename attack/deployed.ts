import { CommandError, exitCodes } from "../local/command-error.ts";
import { platformOwner, platformRolePath } from "../preflight/platform-owner.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { labelKeys } from "../tenants/names.ts";
import type { Answer, AttackClient } from "./client.ts";
import * as requests from "./requests.ts";

/**
 * Refuses a cluster that does not answer, on which another environment's platform stands, or that has not all of the tenants. It only
 * reads: on a cluster that somebody did not mean, nothing is made and nothing is removed.
 *
 * @param origin What has named the cluster.
 */
export async function assertDeployed(
  client: AttackClient,
  plan: EnvironmentPlan,
  tenants: readonly TenantPlan[],
  origin: string,
): Promise<void> {
  if (client.actsForSomebody) {
    throw new CommandError(
      exitCodes.missing,
      `the kubeconfig (${origin}) acts for somebody, so the attack could not act for tenants`,
      "use an administrator's kubeconfig without `as`",
    );
  }
  const { environment, platform } = plan;
  const where = `the cluster at ${client.server} (${origin})`;
  const next =
    environment === "dev"
      ? "npm start, and KUBECONFIG unset or as `npm run -s local -- env` prints it"
      : `pulumi up -s ${environment}, or let KUBECONFIG name the cluster that you mean`;
  const refuse = (what: string): never => {
    throw new CommandError(exitCodes.missing, what, next);
  };
  const { status, message, body: role } = await read(client, platformRolePath);
  const identifier = platformOwner(role);
  if (status !== 200) refuse(`the platform of ${environment} is not on ${where}: ${message}`);
  if (identifier !== platform.clusterIdentifier) {
    const whose = identifier === undefined ? "it does not say of which" : `it is that of ${identifier}`;
    refuse(`the platform on ${where} is not that of ${environment} (${platform.clusterIdentifier}): ${whose}`);
  }
  for (const { id, namespace } of tenants) {
    const found = await read(client, requests.pathOf("v1", null, "namespaces", namespace));
    if (found.status !== 200) refuse(`tenant ${id} is not on ${where}: ${found.message}`);
    const { metadata } = found.body as { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
    if (metadata?.labels?.[labelKeys.tenant] !== id) {
      refuse(`tenant ${id} is not on ${where}: namespace ${namespace} is not the tenant's`);
    }
  }
}

function read(client: AttackClient, path: string): Promise<Answer> {
  return client.administer(requests.get("administrator", path));
}
