import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { libraryConfig } from "../../connection/library.ts";
import { credentialsFor, resolveCluster } from "../../connection/open.ts";
import { embeddedKubeconfig } from "../../connection/target.ts";
import { ClusterUnreachable } from "../../connection/unreachable.ts";
import { credentialsAt, data, type Differences, makeFolder, writeKubeconfig } from "./support/kubeconfigs.ts";

const folder = makeFolder();
const home = join(folder, "home");
mkdirSync(home);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  for (const name of ["KUBECONFIG", "KUBERNETES_SERVICE_HOST", "HTTPS_PROXY", "https_proxy"]) vi.stubEnv(name, "");
  vi.stubEnv("HOME", home);
});
afterEach(() => vi.unstubAllEnvs());

const write = (name: string, differences: Differences = {}) => writeKubeconfig(folder, name, differences);
const resolved = (environment = "prod", kubeconfig: string | null = null, context: string | null = null) =>
  resolveCluster({ environment, platform: { kubeconfig, context } }, folder);

function refusal(work: () => unknown): ClusterUnreachable {
  try {
    work();
  } catch (error) {
    if (error instanceof ClusterUnreachable) return error;
  }
  throw new Error("it was not refused");
}

describe("what the provider is told", () => {
  test("is the environment's own file as it is written there, with the context that was read", () => {
    write("own");
    expect(resolved("prod", "own").provider).toEqual({ kubeconfig: "own", context: "first" });
    expect(resolved("prod", "own").credentials.server).toBe("https://own.example:6443");
  });

  test("is nothing but the context where it reads what kubectl reads", () => {
    vi.stubEnv("KUBECONFIG", `${write("a")}:${write("b", { more: { "current-context": "other" } })}`);
    expect(resolved()).toMatchObject({
      origin: "KUBECONFIG",
      credentials: { server: "https://a.example:6443" },
      provider: { kubeconfig: "", context: "first" },
    });
  });

  test("is the embedded cluster's file for dev", () => {
    writeKubeconfig(folder, ".tenantry/cluster/kubeconfig");
    expect(resolved("dev").provider).toEqual({ kubeconfig: embeddedKubeconfig(folder), context: "first" });
  });

  test("is the context of the plan where it names one", () => {
    const contexts = ["first", "second"].map((name) => ({ name, context: { cluster: "c", user: "u" } }));
    expect(resolved("prod", write("two-contexts", { more: { contexts } }), "second").provider.context).toBe("second");
  });
});

describe("no cluster", () => {
  test("is said with what has named it, once, and with what to do", () => {
    const { message, remedy } = refusal(() => resolved("prod", "gone"));
    expect(message).toMatch(/^no cluster for prod \(cluster\.kubeconfig\): ENOENT.*gone/);
    expect(remedy).toMatch(/cluster\.kubeconfig \(gone\)/);
    expect(refusal(() => resolved()).message).toBe(
      "no cluster for prod: neither KUBECONFIG nor ~/.kube/config names one",
    );
    vi.stubEnv("KUBECONFIG", join(folder, "gone"));
    expect(refusal(() => resolved()).message).toMatch(/KUBECONFIG names no file that is there/);
  });

  test("is said without the credentials in an address", () => {
    const file = write("leak", { cluster: { server: "https://jo:hidden@api.example" } });
    expect(refusal(() => resolved("prod", file)).message).not.toContain("hidden");
  });
});

describe("a login program", () => {
  /** A program that notes what it was told of the cluster, and gives a token. */
  function program(name: string, text: string): string {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o700);
    return file;
  }
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "Never", ...more },
  });
  const by = (name: string, user: object) =>
    resolved("prod", write(name, { cluster: { "certificate-authority-data": data("ca") }, user }));
  const token = `{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"given"}}`;

  test("gives the credentials and hears of the cluster where it wants to; who has none does not get them", async () => {
    const told = join(folder, "told");
    const login = program("login", `printf %s "$KUBERNETES_EXEC_INFO" > ${told}; echo '${token}'`);
    const { ours, nobody } = await credentialsFor(by("asks", exec(login, { provideClusterInfo: true })));
    expect(ours.headers).toEqual({ Authorization: "Bearer given" });
    expect(nobody).not.toHaveProperty("headers");
    expect(JSON.parse(readFileSync(told, "utf8"))).toEqual({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: {
        interactive: false,
        cluster: { server: "https://asks.example:6443", "certificate-authority-data": data("ca") },
      },
    });
    await credentialsFor(by("asks", exec(login)));
    expect(readFileSync(told, "utf8")).not.toContain("asks.example");
  });

  test("keeps whom the kubeconfig acts for", async () => {
    const login = program("login-as", `echo '${token}'`);
    const { ours } = await credentialsFor(by("as", { ...exec(login), as: "jo", "as-groups": ["one"] }));
    expect(ours.headers).toEqual({
      Authorization: "Bearer given",
      "Impersonate-User": "jo",
      "Impersonate-Group": ["one"],
    });
  });

  test.each([
    ["is missing", () => exec("tenantry-no-such-program"), /ENOENT/],
    ["fails", () => exec(program("fails", "echo nobody is there >&2; exit 1")), /nobody is there$/],
    ["wants to ask somebody", () => exec(program("asks-you", "cat"), { interactiveMode: "Always" }), /interactiveMode/],
  ])("that %s is no credentials", async (_what, user, words) => {
    const error = await credentialsFor(by("bad", user())).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClusterUnreachable);
    expect((error as Error).message).toMatch(/^no credentials for https:\/\/bad\.example:6443 \(context first\): /);
    expect((error as Error).message).toMatch(words);
  });
});

describe("a proxy", () => {
  test("leads everybody there, with credentials or without", async () => {
    const file = write("proxied", { cluster: { "proxy-url": "http://proxy.example:3128" } });
    const { ours, nobody } = await credentialsFor(resolved("prod", file));
    for (const { agent } of [ours, nobody]) {
      expect((agent as unknown as { readonly proxy: URL }).proxy.host).toBe("proxy.example:3128");
    }
    expect(ours.headers).toEqual({ Authorization: "Bearer token of proxied" });
    expect(nobody).not.toHaveProperty("headers");
  });
});

describe("the client library's form", () => {
  test("has the same address and credentials", () => {
    const file = write("form", {
      cluster: { server: "https://api.example/path/", "certificate-authority": "pki/ca.crt" },
      user: { token: "one", "client-certificate": "pki/client.crt", "client-key-data": data("key") },
    });
    const config = libraryConfig(credentialsAt(file));
    expect(config.getCurrentCluster()).toMatchObject({
      server: "https://api.example/path",
      caData: data("text of ca.crt\n"),
      skipTLSVerify: false,
    });
    expect(config.getCurrentUser()).toMatchObject({
      token: "one",
      certData: data("text of client.crt\n"),
      keyData: data("key"),
    });
  });

  test("is none where the kubeconfig acts for somebody, of whom it would leave out the groups", () => {
    expect(() => libraryConfig(credentialsAt(write("acts", { user: { token: "one", as: "jo" } })))).toThrow(/acts for/);
  });
});
