import type { KubeConfig, KubernetesObject } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";

import { AttackClient } from "../../attack/client.ts";
import { buildReport, type AttackReport, withstood } from "../../attack/report.ts";
import { runAttempts } from "../../attack/run.ts";
import { openStage, type Stage } from "../../attack/stage.ts";
import { credentialsAt } from "../connection/support/kubeconfigs.ts";
import { captureCommand, type CommandOutcome } from "../support/command-line.ts";
import {
  type AdmissionPolicy,
  admissionPolicies,
  buildAdmissionBinding,
  buildAdmissionPolicy,
  type Guardrail,
  guardrailName,
  guardrails,
} from "../../components/manifests/admission/index.ts";
import { loadEnvironment } from "../../tenants/load.ts";
import type { EnvironmentPlan, TenantPlan } from "../../tenants/model.ts";
import { planEnvironment } from "../../tenants/plan.ts";
import { eventually, openCluster } from "./support/client.ts";
import { create, send } from "./support/raw.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

let workspace: Workspace;
let cluster: KubeConfig;
let plan: EnvironmentPlan;
const home = process.cwd();
const variables = inject("variables");

const registration = "/apis/admissionregistration.k8s.io/v1";
const bindings = `${registration}/validatingadmissionpolicybindings`;

/** Writes the policy with these guardrails in place of what it carries. */
async function carry(policy: AdmissionPolicy, carried: AdmissionPolicy["guardrails"]): Promise<void> {
  const path = `${registration}/validatingadmissionpolicies/${guardrailName(policy)}`;
  const { matchConditions, variables, validations } = buildAdmissionPolicy({
    name: policy.name,
    guardrails: carried,
  }).spec;
  const body = { spec: { matchConditions, variables, validations } };
  const contentType = "application/merge-patch+json";
  expect((await send(cluster, { method: "PATCH", path, body, contentType })).message).toBe("");
}

/** Takes one guardrail away and leaves the others of its policy, runs the rest of a test, and puts it back. */
async function without(guardrail: Guardrail, run: () => Promise<void>): Promise<void> {
  const policy = admissionPolicies.find(({ guardrails: carried }) => carried.includes(guardrail));
  if (policy === undefined) throw new Error(`no policy carries ${guardrail.name}`);
  const [first, ...others] = policy.guardrails.filter((other) => other !== guardrail);
  if (first === undefined) await send(cluster, { method: "DELETE", path: `${bindings}/${guardrailName(policy)}` });
  else await carry(policy, [first, ...others]);
  try {
    await run();
  } finally {
    if (first === undefined) {
      const { message } = await send(cluster, { method: "POST", path: bindings, body: buildAdmissionBinding(policy) });
      expect(message).toBe("");
    } else await carry(policy, policy.guardrails);
  }
}

/** Runs `tenantry attack` in the workspace and catches what it prints. */
function attack(...args: readonly string[]): Promise<CommandOutcome> {
  return captureCommand("attack", ...args);
}

/** Everything on the cluster that carries the label of an attack. */
async function leftovers(): Promise<readonly string[]> {
  const namespaced = [
    "/api/v1/configmaps",
    "/api/v1/secrets",
    "/api/v1/services",
    "/api/v1/serviceaccounts",
    "/api/v1/persistentvolumeclaims",
    "/apis/apps/v1/statefulsets",
    "/apis/networking.k8s.io/v1/networkpolicies",
    "/apis/rbac.authorization.k8s.io/v1/roles",
    "/apis/rbac.authorization.k8s.io/v1/rolebindings",
  ];
  const wide = [
    "/api/v1/namespaces",
    "/api/v1/persistentvolumes",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/certificates.k8s.io/v1/certificatesigningrequests",
  ];
  const lists = await Promise.all([...namespaced, ...wide].map((path) => send(cluster, { method: "GET", path })));
  return lists.flatMap(({ object, status }) => {
    expect(status).toBe(200);
    return (object["items"] as readonly KubernetesObject[])
      .filter(({ metadata }) => metadata?.labels?.["tenantry.dev/attack"] !== undefined)
      .map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
  });
}

beforeAll(async () => {
  workspace = makeWorkspace(variables);
  cluster = openCluster(variables["KUBECONFIG"] ?? "");
  plan = planEnvironment(loadEnvironment({ directory: workspace.directory, environment: "dev" }));
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
  process.chdir(workspace.directory);
  vi.stubEnv("KUBECONFIG", variables["KUBECONFIG"] ?? "");
});

afterAll(async () => {
  process.chdir(home);
  vi.unstubAllEnvs();
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

test("without tenants on the cluster there is nothing to attack", async () => {
  const { exitCode, stderr } = await attack("dev");
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(
    /the platform of dev is not on the cluster at https:.* \(KUBECONFIG\): .*\n {2}next: npm start/,
  );
});

describe("the tenants of dev", () => {
  beforeAll(async () => {
    const result = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
    expect(result.exitCode, result.all).toBe(0);
    const runtimes = plan.tenants.map(({ namespace }) => `/api/v1/namespaces/${namespace}/pods/runtime-0`);
    await eventually("the runtimes are there", async () => {
      const answers = await Promise.all(runtimes.map((path) => send(cluster, { method: "GET", path })));
      return answers.every(({ status }) => status === 200);
    });
  });

  test("withstand every attempt of every pair, for the reason that is expected, and every twin is accepted", async () => {
    const { exitCode, stdout, stderr } = await attack("dev", "--json");
    const report = JSON.parse(stdout) as AttackReport;
    const bad = report.attempts.filter(
      (entry) => entry.outcome === "allowed" || !entry.asExpected || entry.twin === "refused",
    );
    expect(bad).toEqual([]);
    expect(report).toMatchObject({ succeeded: 0, twinsRefused: 0, wrongReasons: 0, skipped: [] });
    expect(exitCode, stderr).toBe(0);
    const perPair = new Map<string, number>();
    for (const { attacker, target } of report.attempts) {
      perPair.set(`${attacker}>${target}`, (perPair.get(`${attacker}>${target}`) ?? 0) + 1);
    }
    expect(perPair.size).toBe(6);
    for (const count of perPair.values()) expect(count).toBeGreaterThanOrEqual(80);
    // The token that the attempts were made with is nobody's business.
    expect(stdout).not.toMatch(/eyJ[A-Za-z0-9_-]{20}/);
    expect(await leftovers()).toEqual([]);
  });

  test("what a killed run has left is removed by the next, which prints a table by plane", async () => {
    const labels = { "tenantry.dev/attack": "killed" };
    const metadata = { name: "attack-killed", labels };
    await create(cluster, { apiVersion: "v1", kind: "Namespace", metadata });
    await create(cluster, { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, namespace: "tenant-acme" } });
    expect(await leftovers()).not.toEqual([]);
    const { exitCode, stdout, stderr } = await attack(
      "dev",
      "--tenant",
      "acme",
      "globex",
      "--plane",
      "secrets",
      "storage",
    );
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^plane +attempts +denied +allowed +wrong reason +twins accepted +twins refused\nstorage/);
    expect(stdout).toMatch(/dev withstood \d+ attempts in 2 pairs of tenants\.\n$/);
    expect(await leftovers()).toEqual([]);
  });

  test("Ctrl-C ends a run with 130 and nothing of it stays", async () => {
    const before = new Set(process.listeners("SIGINT"));
    const running = attack("dev");
    await eventually("the run has made something", async () => (await leftovers()).length > 0);
    process
      .listeners("SIGINT")
      .filter((listener) => !before.has(listener))
      .forEach((listener) => listener("SIGINT"));
    const { exitCode, stdout, stderr } = await running;
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(stderr).toContain("interrupted; what the attack had made is removed");
    expect(await leftovers()).toEqual([]);
  });

  const rbac = "rbac.authorization.k8s.io";
  test.each([
    { apiGroup: rbac, kind: "Group", name: "acme-admins" },
    { apiGroup: rbac, kind: "User", name: "jo@acme.example" },
    { kind: "ServiceAccount", name: "owner", namespace: "tenant-acme" },
  ])("a role that gives owners more than they need is found, and fails the run: $kind $name", async (subject) => {
    const path = `/apis/${rbac}/v1/namespaces/tenant-globex/rolebindings`;
    const binding = {
      apiVersion: `${rbac}/v1`,
      kind: "RoleBinding",
      metadata: { name: "mistake", namespace: "tenant-globex" },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "edit" },
      subjects: [subject],
    };
    expect((await create(cluster, binding)).message).toBe("");
    try {
      const { exitCode, stdout } = await attack("dev", "--tenant", "acme", "globex", "--plane", "secrets");
      expect(exitCode).toBe(1);
      const found = stdout.split("\n").filter((line) => line.startsWith("ALLOWED"));
      expect(found.join("\n")).toContain("ALLOWED  acme -> globex  secrets.neighbour-get-secret (");
      expect(found.filter((line) => !line.includes(`as owner ${subject.kind} ${subject.name})`))).toEqual([]);
      expect(stdout).toMatch(/dev did not withstand: \d+ attempts succeeded/);
    } finally {
      await send(cluster, { method: "DELETE", path: `${path}/mistake` });
    }
  });
});

describe("without one guardrail the suite does not pass", () => {
  let client: AttackClient;
  let stage: Stage;
  let pairs: readonly (readonly [TenantPlan, TenantPlan])[];

  beforeAll(async () => {
    const [attacker, target] = plan.tenants;
    if (attacker === undefined || target === undefined) throw new Error("dev has fewer than two tenants");
    pairs = [[attacker, target]];
    client = new AttackClient(credentialsAt(variables["KUBECONFIG"] ?? ""));
    stage = await openStage(client, plan, [attacker, target]);
  });

  afterAll(async () => {
    await stage.close();
    client.close();
  });

  /** Runs what names the guardrail and nothing else. */
  async function report(name: string): Promise<AttackReport> {
    const outcome = await runAttempts(stage, pairs, { planes: [], guardrails: [name] });
    return buildReport(outcome, "dev", client.server);
  }

  test.each(guardrails.map((guardrail) => [guardrail.name, guardrail] as const))("%s", async (name, guardrail) => {
    const held = await report(name);
    expect(withstood(held), JSON.stringify(held.attempts, null, 2)).toBe(true);
    await without(guardrail, () =>
      eventually(`${name} is missed`, async () => {
        const broken = await report(name);
        // Every attempt that names the guardrail, unless something else stands behind it: each says so by its reason.
        return !withstood(broken) && broken.succeeded > 0;
      }),
    );
  });

  test("and the command says so: exit code 1 and the attempts by name", async () => {
    const guardrail = guardrails.find(({ name }) => name === "network-policies");
    if (guardrail === undefined) throw new Error("no such guardrail");
    await without(guardrail, async () => {
      // The server notices in its own time, and here every attempt has to be allowed.
      await eventually("the guardrail is missed", async () => {
        const { attempts, succeeded } = await report(guardrail.name);
        return succeeded === attempts.length;
      });
      // The command would take this stage for the leftovers of a killed run.
      await stage.close();
      const { exitCode, stdout } = await attack("dev", "--tenant", "acme", "globex", "--guardrail", "network-policies");
      expect(exitCode).toBe(1);
      expect(stdout).toContain("ALLOWED  acme -> globex  network.allow-all-in (");
    });
  });
});
