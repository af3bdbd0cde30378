import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { stringify } from "yaml";

import { type StaticCredentials, staticCredentials } from "../../../connection/credentials.ts";
import { ambientRules, readKubeconfig } from "../../../connection/kubeconfig.ts";

/** A folder for kubeconfigs, with certificates beside them. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-connection-"));
  mkdirSync(join(folder, "pki"));
  for (const name of ["ca.crt", "client.crt", "client.key", "token"]) {
    writeFileSync(join(folder, "pki", name), `text of ${name}\n`);
  }
  return folder;
}

/** Parts of a kubeconfig that differ from the usual one: a context `first` of cluster `c` and user `u`. */
export interface Differences {
  readonly cluster?: object;
  readonly user?: object;
  readonly more?: object;
}

/** Writes a kubeconfig and returns its path. */
export function writeKubeconfig(folder: string, name: string, { cluster, user, more }: Differences = {}): string {
  const file = join(folder, name);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "first",
    clusters: [{ name: "c", cluster: { server: `https://${name}.example:6443`, ...cluster } }],
    users: [{ name: "u", user: user ?? { token: `token of ${name}` } }],
    contexts: [{ name: "first", context: { cluster: "c", user: "u" } }],
    ...more,
  };
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, stringify(config));
  return file;
}

/** Credentials of a kubeconfig as kubectl reads it. */
export function credentialsAt(file: string, context: string | null = null): StaticCredentials {
  const entries = readKubeconfig([file], { ...ambientRules, context });
  if (entries === null) throw new Error(`${file} is not there`);
  return staticCredentials(entries);
}

/** A text as kubeconfigs hold it. */
export const data = (text: string) => Buffer.from(text).toString("base64");
