import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";

import { ClusterUnreachable } from "../../preflight/cluster.ts";
import { openPlannedCluster } from "../../preflight/kubeconfig.ts";
import { libraryCredentials, loadKubeconfig } from "../../preflight/library-credentials.ts";
import { plainCredentials } from "../../preflight/plain-kubeconfig.ts";
import { planWith } from "./support/fake-cluster.ts";

const folder = mkdtempSync(join(tmpdir(), "tenantry-kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "pki"));
for (const name of ["ca.crt", "client.crt", "client.key"]) writeFileSync(join(folder, "pki", name), `text of ${name}`);

const data = (text: string) => Buffer.from(text).toString("base64");
let count = 0;

function write(cluster: object, user: object, more: object = {}): string {
  const file = join(folder, `kubeconfig-${++count}`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "first",
    clusters: [{ name: "c", cluster: { server: "https://api.example:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "first", context: { cluster: "c", user: "u" } }],
    ...more,
  };
  writeFileSync(file, stringify(config));
  return file;
}

/** What a request is made of, in one form. */
function essence({ ca, cert, key, servername, rejectUnauthorized, headers }: RequestOptions) {
  const text = (value: unknown) =>
    Buffer.isBuffer(value) ? value.toString() : typeof value === "string" ? value : null;
  return {
    ca: text(ca),
    cert: text(cert),
    key: text(key),
    servername: servername ?? null,
    verified: rejectUnauthorized !== false,
    authorization: (headers as Readonly<Record<string, string>> | undefined)?.["Authorization"] ?? null,
  };
}

describe("a kubeconfig that holds its credentials", () => {
  test.each([
    [
      "certificates as data",
      { "certificate-authority-data": data("ca") },
      { "client-certificate-data": data("crt"), "client-key-data": data("key") },
    ],
    [
      "certificates in files beside it",
      { "certificate-authority": "pki/ca.crt" },
      { "client-certificate": "pki/client.crt", "client-key": "pki/client.key" },
    ],
    ["a token", { "certificate-authority-data": data("ca") }, { token: "a-token" }],
    [
      "another name to verify",
      { "certificate-authority-data": data("ca"), "tls-server-name": "other.example" },
      { token: "a-token" },
    ],
    ["no verification", { "insecure-skip-tls-verify": true }, { token: "a-token" }],
  ])("is read as the client library reads it: %s", async (_what, cluster, user) => {
    const file = write(cluster, user);
    const plain = plainCredentials(file, null);
    const library = await libraryCredentials(loadKubeconfig(file, null));
    expect(plain).toMatchObject({ server: library.server, context: library.context });
    expect(essence(plain?.ours ?? {})).toEqual(essence(library.ours));
    expect(essence(plain?.nobody ?? {})).toEqual(essence(library.nobody));
    expect(essence(library.nobody)).toMatchObject({ cert: null, key: null, authorization: null });
  });

  test.each([
    ["a login program", {}, { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "login" } }],
    ["a proxy", { "proxy-url": "http://proxy.example:3128" }, { token: "a-token" }],
    ["somebody who is acted for", {}, { token: "a-token", as: "jo@acme.example" }],
    ["a token file", {}, { tokenFile: "token" }],
    ["a certificate that is missing", {}, { "client-certificate": "pki/gone.crt" }],
  ])("is left to the client library where it has %s", (_what, cluster, user) => {
    expect(plainCredentials(write(cluster, user), null)).toBeNull();
  });

  test("is left to the client library where a name stands twice, a context is missing, or it is damaged", () => {
    const twice = {
      users: [
        { name: "u", user: { token: "one" } },
        { name: "u", user: { token: "two" } },
      ],
    };
    expect(plainCredentials(write({}, {}, twice), null)).toBeNull();
    expect(plainCredentials(write({}, { token: "a-token" }), "second")).toBeNull();
    const damaged = join(folder, "damaged");
    writeFileSync(damaged, "clusters: [");
    expect(plainCredentials(damaged, null)).toBeNull();
    expect(plainCredentials(join(folder, "missing"), null)).toBeNull();
  });
});

describe("the cluster of an environment", () => {
  const server = async (settings: object, fallback: string | null = null) => {
    const cluster = await openPlannedCluster(planWith({ cluster: { identifier: "test", ...settings } }), fallback);
    cluster.close();
    return `${cluster.server} ${cluster.context}`;
  };
  const at = (name: string) => write({ server: `https://${name}.example` }, { token: "a-token" });

  test("is that of its own file, else the ambient one, else the fallback", async () => {
    vi.stubEnv("HOME", folder);
    vi.stubEnv("KUBECONFIG", at("ambient"));
    try {
      expect(await server({ kubeconfig: at("own") }, at("fallback"))).toBe("https://own.example first");
      expect(await server({}, at("fallback"))).toBe("https://ambient.example first");
      vi.stubEnv("KUBECONFIG", "");
      expect(await server({}, at("fallback"))).toBe("https://fallback.example first");
      await expect(server({})).rejects.toThrow(/neither KUBECONFIG nor ~\/\.kube\/config/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("is merged from several files by the client library, and said to be missing where a context is", async () => {
    const second = write(
      {},
      {},
      { clusters: [], users: [], contexts: [{ name: "second", context: { cluster: "c", user: "u" } }] },
    );
    vi.stubEnv("KUBECONFIG", `${at("merged")}:${second}`);
    try {
      expect(await server({ context: "second" })).toBe("https://merged.example second");
      const error = await server({ context: "third" }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ClusterUnreachable);
      expect((error as Error).message).toMatch(/no cluster for test: no cluster for context "third"/);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("is not asked where its login program is missing", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "tenantry-no-such-program",
      interactiveMode: "Never",
    };
    await expect(server({ kubeconfig: write({}, { exec }) })).rejects.toThrow(
      /no credentials for https:\/\/api\.example:6443 \(context first\)/,
    );
  });
});
