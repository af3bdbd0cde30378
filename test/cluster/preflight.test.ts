import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type KubeConfig, type KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { parse, stringify } from "yaml";

import { openCluster as open } from "../../preflight/kubernetes-cluster.ts";
import { libraryCredentials } from "../../preflight/library-credentials.ts";
import { type PreflightReport, runPreflight } from "../../preflight/run.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { EnvironmentPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import type { PreflightCheckName } from "../../tenants/preflight.ts";
import { captureCommand } from "../support/command-line.ts";
import { eventually, namespaces, openCluster } from "./support/client.ts";
import { type FlagChanges, type OtherServer, startOtherServer } from "./support/other-server.ts";
import { send } from "./support/raw.ts";
import { makeWorkspace, repository, type Workspace } from "./support/workspace.ts";

const kubeconfig = inject("variables")["KUBECONFIG"] ?? "";
const home = process.cwd();
const plan = planEnvironment(loadEnvironment({ directory: repository, environment: "dev" }));
const servers: OtherServer[] = [];

let cluster: KubeConfig;
let objects: KubernetesObjectApi;
let workspace: Workspace;
/** Nothing enforces: no admission plugin that the plan relies on, anonymous requests, new Secrets in clear. */
let lax: OtherServer;
/** No policies are served, and everybody may do everything. */
let lawless: OtherServer;
/** Anonymous requests to health checks only, as providers have it. */
let provider: OtherServer;

async function preflight(config: KubeConfig, of: EnvironmentPlan = plan): Promise<PreflightReport> {
  const asked = open(await libraryCredentials(config));
  try {
    return await runPreflight(of, asked);
  } finally {
    asked.close();
  }
}

function verdictsOf({ checks }: PreflightReport): Readonly<Partial<Record<PreflightCheckName, string>>> {
  return Object.fromEntries(checks.map(({ check, verdict }) => [check, verdict]));
}

function foundBy({ checks }: PreflightReport, name: PreflightCheckName): string {
  return checks.find(({ check }) => check === name)?.found ?? "";
}

async function started(name: string, changes: FlagChanges): Promise<OtherServer> {
  const server = await startOtherServer(inject("clusterDirectory"), name, changes);
  servers.push(server);
  return server;
}

function writeYaml(name: string, content: unknown): string {
  const file = join(inject("clusterDirectory"), name);
  writeFileSync(file, stringify(content), { mode: 0o600 });
  return file;
}

/** The cluster's own encryption, turned off for what is written from now on; what is encrypted can still be read. */
function decrypting(): string {
  const own = join(inject("clusterDirectory"), ".tenantry/cluster/config/encryption.yaml");
  const content = parse(readFileSync(own, "utf8")) as { resources: { providers: unknown[] }[] };
  for (const each of content.resources) each.providers.reverse();
  return writeYaml("decrypting.yaml", content);
}

beforeAll(async () => {
  cluster = openCluster(kubeconfig);
  objects = KubernetesObjectApi.makeApiClient(cluster);
  workspace = makeWorkspace(inject("variables"));
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  lax = await started("lax", {
    "--disable-admission-plugins": "PodSecurity,ResourceQuota,LimitRanger,ValidatingAdmissionPolicy",
    "--anonymous-auth": "true",
    "--encryption-provider-config": decrypting(),
  });
  lawless = await started("lawless", {
    "--authorization-mode": "AlwaysAllow",
    "--disable-admission-plugins": "ValidatingAdmissionPolicy",
    "--runtime-config": "admissionregistration.k8s.io/v1/validatingadmissionpolicies=false",
  });
  provider = await started("provider", {
    "--anonymous-auth": null,
    "--authentication-config": writeYaml("authentication.yaml", {
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthenticationConfiguration",
      anonymous: { enabled: true, conditions: [{ path: "/livez" }] },
    }),
  });
});

afterAll(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  for (const server of servers) await server.stop();
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "preflight", namespace: "default" } };

/** Has a server store a Secret, so that its metrics show how. */
async function storeSecret(config: KubeConfig): Promise<void> {
  const through = KubernetesObjectApi.makeApiClient(config);
  await through.create(secret);
  await through.delete(secret);
}

describe("before anything is there", () => {
  test("the embedded cluster enforces everything but network policies, which it has no packets for", async () => {
    await storeSecret(cluster);
    const report = await preflight(cluster);
    const { "network-policy": network, ...others } = verdictsOf(report);
    expect(network).toBe("assumed");
    expect(foundBy(report, "network-policy")).toMatch(/all 6 nodes are simulated/);
    expect(Object.entries(others).filter(([, verdict]) => verdict !== "enforced")).toEqual([]);
    expect(Object.keys(others)).toHaveLength(13);
    expect(foundBy(report, "admission-policies")).toMatch(/metrics/);
    expect(foundBy(report, "pod-security")).toMatch(/dry runs/);
    expect(report).toMatchObject({ passed: true, hints: [] });
    expect(await namespaces(objects, "tenantry-preflight")).toEqual([]);
  });

  test("each plugin that is off is found out, and nothing else", async () => {
    await storeSecret(lax.config);
    const report = await preflight(lax.config);
    const off = [
      "admission-policies",
      "pod-security",
      "resource-quota",
      "limit-range",
      "anonymous-requests",
      "encryption-at-rest",
    ];
    const wrong = Object.entries(verdictsOf(report)).filter(([, verdict]) => verdict === "not-enforced");
    expect(wrong.map(([check]) => check)).toEqual(off);
    expect(foundBy(report, "anonymous-requests")).toMatch(/system:anonymous/);
    expect(await namespaces(objects, "tenantry-preflight")).toEqual([]);
  });

  test("a server that allows everything, and one that serves no policies, is found out", async () => {
    const report = await preflight(lawless.config);
    expect(verdictsOf(report)).toMatchObject({ authorization: "not-enforced", "admission-policies": "not-enforced" });
    expect(foundBy(report, "admission-policies")).toMatch(/not served/);
    expect(foundBy(report, "kinds")).toMatch(
      /^not served: ValidatingAdmissionPolicy \(admissionregistration.k8s.io\/v1\)$/,
    );
    // The plan cannot be made there, strict or not.
    expect(report.passed).toBe(false);
  });

  test("anonymous health checks are no open door", async () => {
    const report = await preflight(provider.config);
    expect(verdictsOf(report)).toMatchObject({ "anonymous-requests": "enforced" });
    expect(foundBy(report, "anonymous-requests")).toMatch(/health checks excepted/);
  });

  test("what the environment names and the cluster has not is listed", async () => {
    const prod = planEnvironment(loadEnvironment({ directory: repository, environment: "prod" }));
    const report = await preflight(cluster, prod);
    expect(verdictsOf(report)).toMatchObject({ "storage-classes": "not-enforced", gateway: "not-enforced" });
    expect(foundBy(report, "storage-classes")).toMatch(/no gp3 or gp3-fast/);
    expect(foundBy(report, "autoscaling-metrics")).toMatch(/custom\.metrics\.k8s\.io/);
    expect(report.passed).toBe(false);
  });

  test("on a real node a network plugin is looked for, recognised by its DaemonSet, and has to be Ready everywhere", async () => {
    const node: KubernetesObject = { apiVersion: "v1", kind: "Node", metadata: { name: "real" } };
    const labels = { app: "cilium" };
    const pods = {
      metadata: { labels },
      spec: { containers: [{ name: "agent", image: "registry.example/cilium:1" }] },
    };
    const agent = {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: "cilium", namespace: "kube-system" },
      spec: { selector: { matchLabels: labels }, template: pods },
    };
    await objects.create(node);
    try {
      expect(foundBy(await preflight(cluster), "network-policy")).toBe("no network plugin is recognised");
      await objects.create(agent);
      await eventually("the plugin is Ready", async () => {
        const found = foundBy(await preflight(cluster), "network-policy");
        // The simulated nodes run it; the real one is a record that no kubelet stands behind.
        return /^Cilium \(DaemonSet kube-system\/cilium\) is Ready on [1-6] of 7 nodes; /.test(found);
      });
      expect(verdictsOf(await preflight(cluster))["network-policy"]).toBe("not-enforced");
    } finally {
      await objects.delete(node);
      await objects.delete(agent).catch(() => undefined);
    }
  });
});

describe("pulumi", () => {
  const on = (file: string) => makeWorkspace({ ...inject("variables"), KUBECONFIG: file });

  test("creates nothing on a cluster that fails, and says all of it without a stack trace", async () => {
    const strict = on(lax.kubeconfig);
    try {
      strict.patchEnvironment({ preflight: {} });
      await strict.pulumi(["stack", "init", "dev"]);
      for (const args of [["preview"], ["up", "--yes", "--skip-preview"]]) {
        const result = await strict.pulumi([...args, "--stack", "dev"]);
        expect(result.exitCode).not.toBe(0);
        expect(result.all).toMatch(/preflight: \d of 14 checks of the cluster of dev failed .*; nothing was created\./);
        for (const check of [
          "pod-security",
          "resource-quota",
          "limit-range",
          "admission-policies",
          "anonymous-requests",
        ]) {
          expect(result.all).toMatch(new RegExp(`^ +${check}: not enforced: `, "m"));
        }
        expect(result.all).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
      }
      expect(await namespaces(objects)).toEqual([]);
      const { stdout } = await strict.pulumi(["stack", "export", "--stack", "dev"]);
      expect(stdout).not.toContain("kubernetes:");
    } finally {
      strict.remove();
    }
  });

  test("goes on with a warning where the environment is not strict", async () => {
    const lenient = on(lax.kubeconfig);
    try {
      await lenient.pulumi(["stack", "init", "dev"]);
      const result = await lenient.pulumi(["preview", "--stack", "dev"]);
      expect(result.exitCode, result.all).toBe(0);
      expect(result.all).toMatch(/pod-security: not enforced/);
    } finally {
      lenient.remove();
    }
  });

  test("says once that a cluster does not answer: address, context and what to do", async () => {
    const config = openCluster(kubeconfig);
    config.clusters = config.clusters.map((each) => ({ ...each, server: "https://127.0.0.1:1" }));
    const nowhere = on(writeYaml("nowhere.kubeconfig", JSON.parse(config.exportConfig())));
    try {
      await nowhere.pulumi(["stack", "init", "dev"]);
      const result = await nowhere.pulumi(["preview", "--stack", "dev"]);
      expect(result.exitCode).not.toBe(0);
      // Without a terminal Pulumi repeats what it has printed in a summary.
      const [, summary = ""] = result.all.split("Diagnostics:");
      const said = "the cluster of dev cannot be asked: https://127.0.0.1:1 (context tenantry-local)";
      expect(summary.split(said)).toHaveLength(2);
      expect(summary.match(/error:/g)).toHaveLength(1);
      expect(result.all).toMatch(/npm start/);
      vi.stubEnv("KUBECONFIG", join(inject("clusterDirectory"), "nowhere.kubeconfig"));
      process.chdir(nowhere.directory);
      const command = await captureCommand("preflight", "dev");
      expect(command).toMatchObject({ exitCode: 3, stdout: "" });
      expect(command.stderr).toMatch(/ECONNREFUSED/);
    } finally {
      process.chdir(home);
      nowhere.remove();
    }
  });
});

describe("with tenants in the cluster", () => {
  test("an update goes through without a word, and the guardrails themselves are tried from then on", async () => {
    const updated = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(updated.exitCode, updated.all).toBe(0);
    expect(updated.all).not.toContain("preflight");
    await eventually("the guardrail is tried", async () =>
      foundBy(await preflight(cluster), "admission-policies").includes("refuses what it forbids"),
    );
    const report = await preflight(lax.config);
    expect(foundBy(report, "admission-policies")).toMatch(/tenantry-platform-objects is there and did not refuse/);
    const left = await send(cluster, { method: "GET", path: "/api/v1/namespaces/tenant-acme/configmaps" });
    expect(JSON.stringify(left.object)).not.toContain("tenantry-preflight");
  });

  test("the command prints a table, one JSON document, and its exit code", async () => {
    process.chdir(workspace.directory);
    vi.stubEnv("KUBECONFIG", kubeconfig);
    const text = await captureCommand("preflight", "dev");
    expect(text.exitCode, text.stderr).toBe(0);
    expect(text.stdout).toMatch(/^pod-security +enforced +ok +a namespace with an impossible/m);
    expect(text.stdout).toMatch(/not looked at: the metadata address/);
    vi.stubEnv("KUBECONFIG", lax.kubeconfig);
    const strict = await captureCommand("preflight", "dev", "--json");
    const { checks, passed } = JSON.parse(strict.stdout) as PreflightReport;
    expect(strict.exitCode, strict.stderr).toBe(0);
    expect(passed).toBe(true);
    expect(checks.filter(({ outcome }) => outcome === "warned").map(({ check }) => check)).toContain("pod-security");
    workspace.patchEnvironment({ preflight: {} });
    const refused = await captureCommand("preflight", "dev");
    expect(refused.exitCode).toBe(2);
    expect(refused.stdout).toMatch(/dev is refused on .*: \d of 14 checks\./);
    expect(refused.stdout).toMatch(/pod-security: Turn the admission plugin PodSecurity on/);
  });
});
