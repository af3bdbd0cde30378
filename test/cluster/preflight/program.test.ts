/** The preflight as people meet it: in a preview, in an update, and as a command. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { parse, stringify } from "yaml";

import type { PreflightReport } from "../../../preflight/run.ts";
import { loadEnvironment } from "../../../tenants/load.ts";
import { planEnvironment } from "../../../tenants/plan.ts";
import { captureCommand } from "../../support/command-line.ts";
import { eventually, namespaces, openCluster } from "../support/client.ts";
import type { OtherServer } from "../support/other-server.ts";
import { foundBy, preflight, startLaxServer, writeYaml } from "../support/preflight.ts";
import { send } from "../support/raw.ts";
import { makeWorkspace, repository, type Workspace } from "../support/workspace.ts";

const kubeconfig = inject("variables")["KUBECONFIG"] ?? "";
const home = process.cwd();
const plan = planEnvironment(loadEnvironment({ directory: repository, environment: "dev" }));

let cluster: KubeConfig;
let objects: KubernetesObjectApi;
let workspace: Workspace;
let lax: OtherServer;

beforeAll(async () => {
  cluster = openCluster(kubeconfig);
  objects = KubernetesObjectApi.makeApiClient(cluster);
  workspace = makeWorkspace(inject("variables"));
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  lax = await startLaxServer();
});

afterAll(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  await lax.stop();
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
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
        expect(result.all).toMatch(/preflight: \d of 16 checks of the cluster of dev failed .*; nothing was created\./);
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

  test("reads several files of KUBECONFIG as kubectl does, in the preflight and in the provider", async () => {
    const { clusters, users, contexts, ...own } = parse(readFileSync(kubeconfig, "utf8")) as Record<string, unknown>;
    const named = writeYaml("named.kubeconfig", { ...own, contexts });
    const rest = writeYaml("rest.kubeconfig", { ...own, "current-context": "nowhere", clusters, users });
    const joined = on([join(inject("clusterDirectory"), "gone.kubeconfig"), named, rest].join(":"));
    try {
      await joined.pulumi(["stack", "init", "dev"]);
      const result = await joined.pulumi(["preview", "--stack", "dev"]);
      expect(result.exitCode, result.all).toBe(0);
      expect(result.all).not.toMatch(/unreachable|preflight/);
      process.chdir(joined.directory);
      vi.stubEnv("KUBECONFIG", `${named}:${rest}`);
      expect(await captureCommand("preflight", "dev")).toMatchObject({ exitCode: 0 });
    } finally {
      process.chdir(home);
      joined.remove();
    }
  });

  test("reads cluster.kubeconfig, and paths in it, from the program's folder, as the provider does", async () => {
    const own = on(join(inject("clusterDirectory"), "gone.kubeconfig"));
    try {
      const config = parse(readFileSync(kubeconfig, "utf8")) as { clusters: { cluster: Record<string, string> }[] };
      mkdirSync(join(own.directory, "clusters"));
      for (const { cluster: each } of config.clusters) {
        const authority = Buffer.from(each["certificate-authority-data"] ?? "", "base64");
        writeFileSync(join(own.directory, "ca.crt"), authority);
        delete each["certificate-authority-data"];
        each["certificate-authority"] = "ca.crt";
      }
      writeFileSync(join(own.directory, "clusters/dev"), stringify(config), { mode: 0o600 });
      own.patchEnvironment({ cluster: { ...(own.environment()["cluster"] as object), kubeconfig: "clusters/dev" } });
      await own.pulumi(["stack", "init", "dev"]);
      const result = await own.pulumi(["preview", "--stack", "dev"]);
      expect(result.exitCode, result.all).toBe(0);
      expect(result.all).not.toMatch(/unreachable|preflight/);
    } finally {
      own.remove();
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
      foundBy(await preflight(plan, kubeconfig), "admission-policies").includes("refuses what it forbids"),
    );
    const report = await preflight(plan, lax.kubeconfig);
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
    expect(refused.stdout).toMatch(/dev is refused on .*: \d of 16 checks\./);
    expect(refused.stdout).toMatch(/pod-security: Turn the admission plugin PodSecurity on/);
  });
});
