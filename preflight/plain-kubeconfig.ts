import { readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { dirname, resolve } from "node:path";

import { parse } from "yaml";

import type { Credentials } from "./credentials.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What is understood here. Whoever says more needs the client library. */
const clusterKeys = [
  "server",
  "certificate-authority",
  "certificate-authority-data",
  "insecure-skip-tls-verify",
  "tls-server-name",
];
const userKeys = ["client-certificate", "client-certificate-data", "client-key", "client-key-data", "token"];

/**
 * Credentials of a kubeconfig that holds them itself: certificates or a token, no login program, no proxy, nobody acted for. `null`
 * for any other file, the damaged ones included.
 *
 * The client library reads them all, and takes half a second to load, which every preview would pay.
 */
export function plainCredentials(file: string, context: string | null): Credentials | null {
  try {
    const config = fieldsOf(parse(readFileSync(file, "utf8")));
    const name = context ?? textOf(config["current-context"]);
    const chosen = entry(config, "contexts", name, "context");
    const cluster = entry(config, "clusters", textOf(chosen["cluster"]), "cluster");
    const user = entry(config, "users", textOf(chosen["user"]), "user");
    if (!only(cluster, clusterKeys) || !only(user, userKeys)) return null;
    const server = textOf(cluster["server"]);
    const road: RequestOptions = {
      ...content("ca", file, cluster, "certificate-authority"),
      ...(cluster["tls-server-name"] === undefined ? {} : { servername: textOf(cluster["tls-server-name"]) }),
      ...(cluster["insecure-skip-tls-verify"] === true ? { rejectUnauthorized: false } : {}),
    };
    const token = user["token"] === undefined ? {} : { headers: { Authorization: `Bearer ${textOf(user["token"])}` } };
    const ours = {
      ...road,
      ...content("cert", file, user, "client-certificate"),
      ...content("key", file, user, "client-key"),
      ...token,
    };
    return { server, context: name, ours, nobody: road };
  } catch {
    // The library says better what is wrong with it.
    return null;
  }
}

function entry(config: Fields, list: string, name: string, key: string): Fields {
  const entries = Array.isArray(config[list]) ? (config[list] as readonly unknown[]).map(fieldsOf) : [];
  const found = entries.filter((each) => each["name"] === name);
  // Two of one name: which of them counts is for the library to say.
  if (found.length !== 1) throw new Error(`no single ${key} ${name}`);
  return fieldsOf(found[0]?.[key]);
}

function content(option: "ca" | "cert" | "key", file: string, fields: Fields, key: string): RequestOptions {
  const data = fields[`${key}-data`];
  if (data !== undefined) return { [option]: Buffer.from(textOf(data), "base64") };
  const path = fields[key];
  return path === undefined ? {} : { [option]: readFileSync(resolve(dirname(file), textOf(path))) };
}

function only(fields: Fields, keys: readonly string[]): boolean {
  return Object.keys(fields).every((key) => keys.includes(key));
}

function fieldsOf(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error("not a map");
}

function textOf(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new Error("not a text");
}
