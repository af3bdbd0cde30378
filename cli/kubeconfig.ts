import { existsSync } from "node:fs";

import { ApiException, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { stringify } from "yaml";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { localPaths } from "../local/paths.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { objectNames } from "../tenants/names.ts";
import { didYouMean } from "../tenants/suggest.ts";
import { plannedEnvironment } from "./planned-environment.ts";

/** Whose kubeconfig, and for how long. */
export interface KubeconfigRequest {
  readonly environment: string;
  readonly tenant: string;
  /** How long the token is good for, in seconds. The API server may give less, and refuses less than 600. */
  readonly seconds: number;
}

/** A kubeconfig for a tenant's owner. */
export interface OwnerKubeconfig {
  /** The file's text. It holds a token: write it where only its reader can see it. */
  readonly text: string;
  readonly expires: string;
}

/**
 * Asks the cluster for a token of the tenant's owner account, and makes a kubeconfig of it that knows nothing else.
 *
 * Throws a `CommandError`: 2 where the tenant is not in the list, 3 where there is no cluster to ask, 1 where the cluster refuses.
 */
export async function ownerKubeconfig(directory: string, request: KubeconfigRequest): Promise<OwnerKubeconfig> {
  const plan = plannedEnvironment(directory, request.environment);
  const tenant = plannedTenant(plan, request.tenant);
  const administrator = administratorOf(directory, plan);
  const cluster = administrator.getCurrentCluster();
  if (cluster === null) throw missing("no kubeconfig names a cluster");
  const { token, expires } = await requestToken(administrator, tenant, request);
  const name = `${plan.environment}-${tenant.id}`;
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: cluster.server,
          ...(cluster.caData === undefined ? {} : { "certificate-authority-data": cluster.caData }),
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: tenant.namespace } }],
    "current-context": name,
  });
  return { text, expires };
}

function plannedTenant({ environment, tenants }: EnvironmentPlan, id: string): TenantPlan {
  const tenant = tenants.find((candidate) => candidate.id === id);
  if (tenant !== undefined) return tenant;
  const ids = tenants.map((candidate) => candidate.id);
  throw new CommandError(
    exitCodes.input,
    `${environment} has no tenant ${JSON.stringify(id)}`,
    didYouMean(id, ids, `npm run -s plan -- ${environment} lists them`),
  );
}

/** The embedded cluster stands in for `dev` where nobody has said which cluster to ask. */
function administratorOf(directory: string, { environment, platform }: EnvironmentPlan): KubeConfig {
  const config = new KubeConfig();
  const embedded = localPaths(directory).cluster.kubeconfig;
  const ambient = process.env["KUBECONFIG"];
  try {
    if (platform.kubeconfig !== null) config.loadFromFile(platform.kubeconfig);
    else if (ambient === undefined && environment === "dev" && existsSync(embedded)) config.loadFromFile(embedded);
    else config.loadFromDefault();
    if (platform.context !== null) config.setCurrentContext(platform.context);
  } catch (error) {
    throw missing(error instanceof Error ? error.message : String(error));
  }
  return config;
}

async function requestToken(
  config: KubeConfig,
  tenant: TenantPlan,
  { environment, seconds }: KubeconfigRequest,
): Promise<{ readonly token: string; readonly expires: string }> {
  try {
    const { status } = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
      namespace: tenant.namespace,
      name: objectNames.owner,
      body: { spec: { audiences: [], expirationSeconds: seconds } },
    });
    const { token, expirationTimestamp } = status ?? {};
    if (token === undefined || expirationTimestamp === undefined) {
      throw new CommandError(exitCodes.failed, "the API server issued no token");
    }
    return { token, expires: new Date(expirationTimestamp).toISOString() };
  } catch (error) {
    if (error instanceof ApiException) throw refused(error, tenant, environment);
    if (error instanceof CommandError) throw error;
    throw missing(error instanceof Error ? error.message : String(error));
  }
}

function refused(error: ApiException<unknown>, tenant: TenantPlan, environment: string): CommandError {
  const where = `account ${objectNames.owner} in ${tenant.namespace}`;
  switch (error.code) {
    case 404:
      return new CommandError(exitCodes.failed, `there is no ${where} yet`, `pulumi up -s ${environment}`);
    case 401:
    case 403:
      return new CommandError(
        exitCodes.failed,
        `you may not issue a token for the ${where}`,
        "it takes `create` on `serviceaccounts/token` in that namespace, and `administer` on `guardrails.tenantry.dev`",
      );
    default:
      return new CommandError(exitCodes.failed, `the API server refused a token for the ${where} (${error.code})`);
  }
}

function missing(reason: string): CommandError {
  return new CommandError(exitCodes.missing, `no cluster can be asked: ${reason}`, "npm start, or set KUBECONFIG");
}
