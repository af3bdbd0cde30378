import { mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";

import { embeddedKubeconfig, remedyFor, targetOf } from "../../connection/target.ts";
import { localPaths } from "../../local/paths.ts";
import { makeFolder, writeKubeconfig } from "./support/kubeconfigs.ts";

const folder = makeFolder();
const [withCluster, without, home, bare] = ["with", "without", "home", "bare"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
for (const directory of [withCluster, without, home, bare]) mkdirSync(directory);
writeKubeconfig(withCluster, ".tenantry/cluster/kubeconfig");
writeKubeconfig(home, ".kube/config");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  vi.stubEnv("KUBECONFIG", "");
  vi.stubEnv("HOME", bare);
  vi.stubEnv("KUBERNETES_SERVICE_HOST", "");
});
afterEach(() => vi.unstubAllEnvs());

const plan = (environment: string, kubeconfig: string | null = null) => ({
  environment,
  platform: { kubeconfig, context: null },
});

test("the embedded cluster is where local/ keeps it", () => {
  expect(embeddedKubeconfig("/checkout")).toBe(localPaths("/checkout").cluster.kubeconfig);
});

test("the environment's own file comes first, seen from the program's folder", () => {
  vi.stubEnv("KUBECONFIG", "/somebody/else");
  expect(targetOf(plan("dev", "clusters/dev"), withCluster)).toMatchObject({
    kind: "explicit",
    file: join(withCluster, "clusters/dev"),
    origin: "cluster.kubeconfig",
  });
  expect(targetOf(plan("dev", "~/dev"), withCluster)).toMatchObject({ file: join(homedir(), "dev") });
});

test("then KUBECONFIG, for dev too, with all of its files once and no ~ of its own", () => {
  vi.stubEnv("KUBECONFIG", "/a::~/b:/a");
  for (const environment of ["dev", "prod"]) {
    expect(targetOf(plan(environment), withCluster)).toEqual({
      kind: "ambient",
      files: ["/a", "~/b"],
      origin: "KUBECONFIG",
    });
  }
});

test("then, for dev alone and where it exists, the embedded cluster: never somebody's own ~/.kube/config", () => {
  vi.stubEnv("HOME", home);
  const usual = { kind: "ambient", files: [join(home, ".kube/config")], origin: "~/.kube/config" };
  expect(targetOf(plan("dev"), withCluster)).toMatchObject({
    kind: "explicit",
    file: embeddedKubeconfig(withCluster),
  });
  expect(targetOf(plan("prod"), withCluster)).toEqual(usual);
  expect(targetOf(plan("dev"), without)).toEqual(usual);
});

test("and nothing where nothing names one", () => {
  expect(targetOf(plan("prod"), withCluster)).toBeNull();
});

test("the remedy names what has been looked at", () => {
  expect(remedyFor(plan("dev"))).toMatch(/npm start.*KUBECONFIG/);
  expect(remedyFor(plan("prod"))).not.toMatch(/npm start/);
  expect(remedyFor(plan("prod", "clusters/prod"))).toMatch(/cluster\.kubeconfig \(clusters\/prod\)/);
});
