import { type Cluster, KubeConfig, type User } from "@kubernetes/client-node";

import { actsForSomebody, type Credentials, type StaticCredentials } from "./credentials.ts";
import { fieldsOf, listOf, textOf } from "./fields.ts";

/**
 * Adds what the client library knows: login programs, plugins of the cluster's provider, and agents that lead through a proxy. The
 * library takes half a second to load, which every preview would pay; it is loaded only where it is needed.
 */
export async function completed(credentials: StaticCredentials): Promise<Credentials> {
  const { server, context, login } = credentials;
  const cluster = clusterOf(credentials);
  // The library writes into the headers that it finds.
  const ours = { ...credentials.ours, headers: { ...(credentials.ours.headers as object | undefined) } };
  await configOf(cluster, login === null ? { name: context } : userOf(credentials)).applyToHTTPSOptions(ours);
  const nobody = { ...credentials.nobody };
  await configOf(cluster, { name: "nobody" }).applyToHTTPSOptions(nobody);
  // The library's own agent opens a connection for each request; only a proxy needs it.
  if (credentials.proxy === null) for (const options of [ours, nobody]) delete options.agent;
  // An empty set of headers would be somebody without credentials all the same.
  if (Object.keys((nobody.headers as object | undefined) ?? {}).length === 0) delete nobody.headers;
  return { server, context, ours, nobody };
}

/**
 * The client library's form of credentials, for what only it can do, such as a session in a pod. Throws where they act for somebody: of
 * that it knows the name alone, and would leave out the groups.
 */
export function libraryConfig(credentials: StaticCredentials): KubeConfig {
  if (actsForSomebody(credentials.ours)) throw new Error("the kubeconfig acts for somebody");
  return configOf(clusterOf(credentials), userOf(credentials));
}

function configOf(cluster: Cluster, user: User): KubeConfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, user);
  return config;
}

function clusterOf({ server, nobody, proxy }: StaticCredentials): Cluster {
  const ca = base64Of(nobody.ca);
  return {
    name: "cluster",
    server,
    skipTLSVerify: nobody.rejectUnauthorized === false,
    ...(ca === null ? {} : { caData: ca }),
    ...(nobody.servername === undefined ? {} : { tlsServerName: nobody.servername }),
    ...(proxy === null ? {} : { proxyUrl: proxy }),
  };
}

function userOf(credentials: StaticCredentials): User {
  const { ours, login } = credentials;
  const [cert, key] = [base64Of(ours.cert), base64Of(ours.key)];
  const authorization = (ours.headers as Readonly<Record<string, string>> | undefined)?.["Authorization"] ?? "";
  const [, token] = /^Bearer (.*)$/.exec(authorization) ?? [];
  return {
    name: "user",
    ...(cert === null ? {} : { certData: cert }),
    ...(key === null ? {} : { keyData: key }),
    ...(token === undefined ? {} : { token }),
    ...(login === null ? {} : loginOf(credentials, login)),
  };
}

/** The library hands a login program no word about the cluster, which some of them need; kubectl does, in a variable. */
function loginOf(credentials: StaticCredentials, login: NonNullable<StaticCredentials["login"]>): Partial<User> {
  const exec = fieldsOf(login["exec"], "exec");
  if (Object.keys(exec).length === 0) return { authProvider: login["auth-provider"] };
  if (exec["interactiveMode"] === "Always") {
    throw new Error("its login program wants to ask somebody (interactiveMode: Always), and nobody is asked here");
  }
  const variables = listOf(exec["env"], "env");
  return {
    exec: { ...exec, env: [...variables, { name: "KUBERNETES_EXEC_INFO", value: execInfo(credentials, exec) }] },
  };
}

function execInfo({ server, nobody, proxy }: StaticCredentials, exec: Readonly<Record<string, unknown>>): string {
  const ca = base64Of(nobody.ca);
  const cluster = {
    server,
    ...(nobody.servername === undefined ? {} : { "tls-server-name": nobody.servername }),
    ...(nobody.rejectUnauthorized === false ? { "insecure-skip-tls-verify": true } : {}),
    ...(ca === null ? {} : { "certificate-authority-data": ca }),
    ...(proxy === null ? {} : { "proxy-url": proxy }),
  };
  const spec = { interactive: false, ...(exec["provideClusterInfo"] === true ? { cluster } : {}) };
  return JSON.stringify({ apiVersion: textOf(exec, "apiVersion") ?? "", kind: "ExecCredential", spec });
}

function base64Of(value: unknown): string | null {
  return Buffer.isBuffer(value) ? value.toString("base64") : null;
}
