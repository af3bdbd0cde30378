import { stringify } from "yaml";

import { ApiClient } from "../connection/client.ts";
import type { StaticCredentials } from "../connection/credentials.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { printable } from "../tenants/errors.ts";
import type { EnvironmentPlan, TenantPlan } from "../tenants/model.ts";
import { objectNames } from "../tenants/names.ts";
import { didYouMean } from "../tenants/suggest.ts";
import { connectTo } from "./connection.ts";
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
  const { cluster, credentials } = await connectTo(plan, directory);
  const client = new ApiClient(credentials);
  const { token, expires } = await requestToken(client, tenant, request).finally(() => client.close());
  const name = `${plan.environment}-${tenant.id}`;
  const text = stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: roadOf(cluster.credentials) }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: tenant.namespace } }],
    "current-context": name,
  });
  return { text, expires };
}

/** The way to the server as the administrator has it, a proxy's own credentials excepted: they are not the tenant's. */
function roadOf({ server, nobody, proxy }: StaticCredentials): Readonly<Record<string, string>> {
  const { ca, servername } = nobody;
  return {
    server,
    ...(Buffer.isBuffer(ca) ? { "certificate-authority-data": ca.toString("base64") } : {}),
    ...(servername === undefined ? {} : { "tls-server-name": servername }),
    ...(proxy === null || proxy.includes("@") ? {} : { "proxy-url": proxy }),
  };
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

async function requestToken(
  client: ApiClient,
  tenant: TenantPlan,
  { environment, seconds }: KubeconfigRequest,
): Promise<{ readonly token: string; readonly expires: string }> {
  const { status, text } = await client.send({
    method: "POST",
    path: `/api/v1/namespaces/${tenant.namespace}/serviceaccounts/${objectNames.owner}/token`,
    identity: { kind: "administrator" },
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: [], expirationSeconds: seconds },
    },
    milliseconds: 30_000,
  });
  if (status !== 201) throw refused(status, text, tenant, environment);
  const issued = JSON.parse(text) as {
    readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
  };
  const { token, expirationTimestamp } = issued.status ?? {};
  if (token === undefined || expirationTimestamp === undefined) {
    throw new CommandError(exitCodes.failed, "the API server issued no token");
  }
  return { token, expires: new Date(expirationTimestamp).toISOString() };
}

function refused(status: number, text: string, tenant: TenantPlan, environment: string): CommandError {
  const where = `account ${objectNames.owner} in ${tenant.namespace}`;
  switch (status) {
    case 0:
      return new CommandError(
        exitCodes.missing,
        `no cluster can be asked: ${printable(text)}`,
        "npm start, or set KUBECONFIG",
      );
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
      return new CommandError(exitCodes.failed, `the API server refused a token for the ${where} (${status})`);
  }
}
