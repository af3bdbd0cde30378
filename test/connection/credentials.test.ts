import { rmSync } from "node:fs";
import type { RequestOptions } from "node:https";

import { afterAll, afterEach, describe, expect, test, vi } from "vitest";

import { actsForSomebody } from "../../connection/credentials.ts";
import { credentialsAt, data, type Differences, makeFolder, writeKubeconfig } from "./support/kubeconfigs.ts";

const folder = makeFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());
const of = (differences: Differences) => credentialsAt(writeKubeconfig(folder, "some", differences));

/** What a request is made of, as texts. */
function essence({ ca, cert, key, servername, rejectUnauthorized, headers }: RequestOptions) {
  const text = (value: unknown) => (Buffer.isBuffer(value) ? value.toString().trim() : null);
  return { ca: text(ca), cert: text(cert), key: text(key), servername, rejectUnauthorized, headers };
}

const nothing = { ca: null, cert: null, key: null };
const files = { "client-certificate": "pki/client.crt", "client-key": "pki/client.key" };

describe("credentials", () => {
  test.each([
    ["certificates in files", {}, files, { cert: "text of client.crt", key: "text of client.key" }],
    [
      "certificates as data, which come before files",
      {},
      { ...files, "client-certificate-data": data("crt"), "client-key-data": data("key") },
      { cert: "crt", key: "key" },
    ],
    ["a token", {}, { token: "one" }, { headers: { Authorization: "Bearer one" } }],
    [
      "a token file, which comes before a token",
      {},
      { token: "one", tokenFile: "pki/token" },
      { headers: { Authorization: "Bearer text of token" } },
    ],
    [
      "a name and a password",
      {},
      { username: "jo", password: "pw" },
      { headers: { Authorization: `Basic ${data("jo:pw")}` } },
    ],
    ["no entry at all", {}, {}, {}],
  ])("are read from %s", (_what, cluster, user, expected) => {
    expect(essence(of({ cluster, user }).ours)).toEqual({ ...nothing, ...expected });
    expect(essence(of({ cluster, user }).nobody)).toEqual(nothing);
  });

  test.each([
    ["an authority as data, which comes before a file", { "certificate-authority-data": data("ca") }, { ca: "ca" }],
    ["an authority in a file", {}, { ca: "text of ca.crt" }],
    ["another name to verify", { "tls-server-name": "other.example" }, { servername: "other.example" }],
    ["no verification", { "insecure-skip-tls-verify": true }, { rejectUnauthorized: false }],
  ])("and the road, for who has none too: %s", (_what, more, expected) => {
    const { ours, nobody } = of({ cluster: { "certificate-authority": "pki/ca.crt", ...more } });
    const road = { ...nothing, ca: "text of ca.crt", ...expected };
    expect(essence(nobody)).toEqual(road);
    expect(essence(ours)).toEqual({ ...road, headers: { Authorization: "Bearer token of some" } });
  });

  test("are refused where a file is missing or the address gives them away", () => {
    expect(() => of({ user: { tokenFile: "pki/gone" } })).toThrow(/ENOENT.*pki\/gone/);
    expect(() => of({ cluster: { server: "https://jo:pw@api.example" } })).toThrow(/has credentials in it/);
  });
});

describe("somebody who is acted for", () => {
  const everything = {
    as: "jo@acme.example",
    "as-uid": "u-1",
    "as-groups": ["one", "two"],
    "as-user-extra": { "example.com/team (a)": ["x", "y"] },
  };

  test("is acted for with all that is said of him", () => {
    const { ours, nobody } = of({ user: everything });
    expect(ours.headers).toEqual({
      "Impersonate-User": "jo@acme.example",
      "Impersonate-Uid": "u-1",
      "Impersonate-Group": ["one", "two"],
      "Impersonate-Extra-example.com%2Fteam%20%28a%29": ["x", "y"],
    });
    expect([actsForSomebody(ours), actsForSomebody(nobody), actsForSomebody(of({}).ours)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test.each(["as-uid", "as-groups", "as-user-extra"] as const)("is not known by %s alone", (key) => {
    expect(() => of({ user: { [key]: everything[key] } })).toThrow(/need `as`/);
  });
});

describe("what the client library has to add", () => {
  test("is a proxy of the kubeconfig, or else of the environment", () => {
    expect(of({}).proxy).toBeNull();
    vi.stubEnv("HTTPS_PROXY", "http://proxy.example:3128");
    expect(of({}).proxy).toBe("http://proxy.example:3128");
    expect(of({ cluster: { "proxy-url": "socks5://own.example" } }).proxy).toBe("socks5://own.example");
  });

  test("is a login", () => {
    expect(of({}).login).toBeNull();
    expect(of({ user: { exec: null, "auth-provider": null } }).login).toBeNull();
    expect(of({ user: { exec: { command: "login" } } }).login).not.toBeNull();
    expect(of({ user: { "auth-provider": { name: "oidc" } } }).login).not.toBeNull();
  });
});
