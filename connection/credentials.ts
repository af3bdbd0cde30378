import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";

import { type Fields, fieldsOf, textOf, textsOf } from "./fields.ts";
import type { ChosenEntries } from "./kubeconfig.ts";
import { environmentProxy } from "./proxy.ts";
import { serverAddress } from "./server-address.ts";

/** How to reach a cluster, with and without credentials. */
export interface Credentials {
  /** Address of the API server. */
  readonly server: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  readonly ours: RequestOptions;
  /** The same road for who has no credentials: neither certificate nor header. */
  readonly nobody: RequestOptions;
}

/** Credentials as far as a kubeconfig holds them itself, and what somebody else has to add. */
export interface StaticCredentials extends Credentials {
  /** The proxy that leads there; `null` for none. */
  readonly proxy: string | null;
  /** The user's entry where a login program or plugin gives the credentials; `null` where it holds them itself. */
  readonly login: Fields | null;
}

/**
 * Reads what a context gives, as client-go reads it: data before files, a token file before a token. Throws where it does not hold
 * together; no message has a secret in it.
 */
export function staticCredentials({ context, cluster, user }: ChosenEntries): StaticCredentials {
  const server = serverAddress(textOf(cluster, "server") ?? "");
  const tlsServerName = textOf(cluster, "tls-server-name");
  const road: RequestOptions = {
    ...content("ca", cluster, "certificate-authority"),
    ...(tlsServerName === null ? {} : { servername: tlsServerName }),
    ...(cluster["insecure-skip-tls-verify"] === true ? { rejectUnauthorized: false } : {}),
  };
  const headers = { ...authorizationOf(user), ...impersonationOf(user) };
  const ours: RequestOptions = {
    ...road,
    ...content("cert", user, "client-certificate"),
    ...content("key", user, "client-key"),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
  const hasLogin = [user["exec"], user["auth-provider"]].some((entry) => entry !== undefined && entry !== null);
  return {
    server,
    context,
    ours,
    nobody: road,
    proxy: textOf(cluster, "proxy-url") ?? environmentProxy(server),
    login: hasLogin ? user : null,
  };
}

function content(option: "ca" | "cert" | "key", fields: Fields, key: string): RequestOptions {
  const data = textOf(fields, `${key}-data`);
  if (data !== null) return { [option]: Buffer.from(data, "base64") };
  const path = textOf(fields, key);
  return path === null ? {} : { [option]: readFileSync(path) };
}

function authorizationOf(user: Fields): Readonly<Record<string, string>> {
  const file = textOf(user, "tokenFile");
  const token = file === null ? textOf(user, "token") : readFileSync(file, "utf8").trim();
  if (token !== null && token !== "") return { Authorization: `Bearer ${token}` };
  const name = textOf(user, "username");
  if (name === null) return {};
  const pair = `${name}:${textOf(user, "password") ?? ""}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Whom the kubeconfig acts for, with everything that is said of him: half of it would be somebody else. */
function impersonationOf(user: Fields): Readonly<Record<string, string | string[]>> {
  const name = textOf(user, "as");
  const uid = textOf(user, "as-uid");
  const groups = textsOf(user["as-groups"], "as-groups");
  const extra = Object.entries(fieldsOf(user["as-user-extra"], "as-user-extra"));
  if (name === null) {
    if (uid === null && groups.length === 0 && extra.length === 0) return {};
    throw new Error("as-uid, as-groups and as-user-extra need `as`, which says whom they are of");
  }
  return {
    "Impersonate-User": name,
    ...(uid === null ? {} : { "Impersonate-Uid": uid }),
    ...(groups.length === 0 ? {} : { "Impersonate-Group": [...groups] }),
    ...Object.fromEntries(
      extra.map(([key, values]) => [`Impersonate-Extra-${headerKey(key)}`, [...textsOf(values, "as-user-extra")]]),
    ),
  };
}

/** A key as a part of a header's name; the server reads it back. */
function headerKey(key: string): string {
  return encodeURIComponent(key).replace(/[()]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** Whether requests with these options are made in somebody else's name. */
export function actsForSomebody({ headers }: RequestOptions): boolean {
  return Object.keys((headers as Readonly<Record<string, unknown>> | undefined) ?? {}).some((name) =>
    name.toLowerCase().startsWith("impersonate-"),
  );
}
