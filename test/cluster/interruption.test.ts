import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { KubernetesObjectApi } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";

import { clearDeadLocks } from "../../cli/stack.ts";
import { compareFlags, forgetFlags } from "../../fleet/comparison.ts";
import { clusterUp } from "../../local/cluster/index.ts";
import { localPaths } from "../../local/paths.ts";
import { createReporter } from "../../local/reporter.ts";
import { clusterTools, ensureTools } from "../../local/toolchain/index.ts";
import { eventually, inventory, isSettled, namespaces, openCluster } from "./support/client.ts";
import { makeWorkspace, type PulumiRun, type Workspace } from "./support/workspace.ts";

interface Deployment {
  readonly resources: readonly { readonly id?: string; readonly type: string }[];
  readonly pending_operations?: readonly unknown[];
}

/** Longer than whatever the update begins meanwhile tries to reach the API server. */
const outageMilliseconds = 45_000;

let workspace: Workspace;
let objects: KubernetesObjectApi;

beforeAll(() => {
  objects = KubernetesObjectApi.makeApiClient(openCluster(inject("variables")["KUBECONFIG"] ?? ""));
});

beforeEach(async () => {
  workspace = makeWorkspace(inject("variables"));
  const created = await workspace.pulumi(["stack", "init", "dev"]);
  expect(created.exitCode, created.all).toBe(0);
});

afterEach(async () => {
  const result = await workspace.pulumi(["destroy", "--stack", "dev", "--yes", "--skip-preview"]);
  workspace.remove();
  expect(result.exitCode, result.all).toBe(0);
});

afterAll(async () => {
  expect(await namespaces(objects)).toEqual([]);
});

/** Starts an update in a process group of its own, as a terminal would, and returns once it is in the middle of its work. */
async function updateInTheMiddle(): Promise<{ readonly pid: number; readonly ended: PulumiRun }> {
  const running = workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"], { detached: true });
  await eventually("the update has begun to make objects", async () => {
    const found = await namespaces(objects);
    return found.length > 0 && (await inventory(objects, found[0] ?? "")).size > 4;
  });
  // In an object: a promise of execa's would be awaited by the caller's await.
  return { pid: running.pid ?? 0, ended: running };
}

/** What the state knows. */
async function deployment(): Promise<Deployment> {
  const exported = await workspace.pulumi(["stack", "export", "--stack", "dev"]);
  return (JSON.parse(exported.stdout) as { readonly deployment: Deployment }).deployment;
}

/** Finishes the update and checks that cluster and state agree: nothing missing, nothing that the state does not know. */
async function finishAndCompare(flags: readonly string[] = []): Promise<void> {
  const finished = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview", ...flags]);
  expect(finished.exitCode, finished.all).toBe(0);
  // The update does not wait for pods, and a refresh reports those that are still starting as a change.
  for (const namespace of await namespaces(objects)) {
    await eventually(`${namespace} has settled`, () => isSettled(objects, namespace));
  }
  const second = await workspace.pulumi(["preview", "--stack", "dev", "--expect-no-changes", "--refresh"]);
  expect(second.exitCode, second.all).toBe(0);

  const { resources, pending_operations: pending } = await deployment();
  expect(pending ?? []).toEqual([]);
  const recorded = new Set(
    resources
      .filter((resource) => resource.type.startsWith("kubernetes:"))
      .map((resource) => `${resource.type.split(":").at(-1)}/${resource.id}`),
  );
  for (const namespace of await namespaces(objects)) {
    for (const [key, object] of await inventory(objects, namespace)) {
      if (object.metadata?.labels?.["app.kubernetes.io/managed-by"] !== "tenantry") continue;
      // Volume claims and endpoints are made by the cluster from our objects.
      if (key.startsWith("PersistentVolumeClaim/")) continue;
      const [kind, name] = key.split("/");
      expect(recorded, key).toContain(`${kind}/${namespace}/${name}`);
    }
  }
}

test("Ctrl-C in the middle of an update: the next one finishes", async () => {
  const running = await updateInTheMiddle();
  // To the group, as a terminal does it.
  process.kill(-running.pid, "SIGINT");
  expect((await running.ended).exitCode).not.toBe(0);
  await finishAndCompare();
});

test("kill -9 of the engine: the lock is recognised as dead, the next update adopts and finishes", async () => {
  const running = await updateInTheMiddle();
  process.kill(-running.pid, "SIGKILL");
  await running.ended;
  const location = {
    directory: workspace.directory,
    environment: "dev",
    variables: { PULUMI_BACKEND_URL: workspace.backendUrl },
  };
  expect(clearDeadLocks(location, "tenantry")).toBe(1);
  // As `npm start` does it: the update adopts, and then the creates are forgotten whose end the killed engine could not tell.
  const finished = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview", ...compareFlags]);
  expect(finished.exitCode, finished.all).toBe(0);
  const forgotten = await workspace.pulumi(["refresh", "--stack", "dev", "--yes", ...forgetFlags]);
  expect(forgotten.exitCode, forgotten.all).toBe(0);
  await finishAndCompare();
});

test("kill -9 of the engine, without our help: cancel and up finish, and a refresh forgets the creates that were cut off", async () => {
  const running = await updateInTheMiddle();
  process.kill(-running.pid, "SIGKILL");
  await running.ended;
  const locked = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview"]);
  expect(locked.exitCode).not.toBe(0);
  expect(locked.all).toMatch(/the stack is currently locked by 1 lock/);

  // What README.md and docs/troubleshooting.md say, for stacks that `npm start` does not know.
  const cancelled = await workspace.pulumi(["cancel", "dev", "--yes"]);
  expect(cancelled.exitCode, cancelled.all).toBe(0);
  const pending = (await deployment()).pending_operations ?? [];
  const finished = await workspace.pulumi(["up", "--stack", "dev", "--yes", "--skip-preview", ...compareFlags]);
  expect(finished.exitCode, finished.all).toBe(0);
  const second = await workspace.pulumi(["preview", "--stack", "dev", "--expect-no-changes"]);
  expect(second.exitCode, second.all).toBe(0);
  // The update has made the objects, and goes on warning of the creates whose end it was not told.
  expect((await deployment()).pending_operations ?? []).toHaveLength(pending.length);

  const forgotten = await workspace.pulumi(["refresh", "--stack", "dev", "--yes", ...forgetFlags]);
  expect(forgotten.exitCode, forgotten.all).toBe(0);
  await finishAndCompare();
});

test("a lock whose process lives is not taken away", async () => {
  const running = await updateInTheMiddle();
  const location = {
    directory: workspace.directory,
    environment: "dev",
    variables: { PULUMI_BACKEND_URL: workspace.backendUrl },
  };
  expect(() => clearDeadLocks(location, "tenantry")).toThrow(/another update of dev is running/);
  expect((await running.ended).exitCode).toBe(0);
});

test("kill -9 of the API server: the update fails, the cluster heals, the next update finishes", async () => {
  const running = await updateInTheMiddle();
  const paths = localPaths(inject("clusterDirectory"));
  const run = JSON.parse(readFileSync(paths.cluster.run, "utf8")) as { processes: Record<string, { pid: number }> };
  process.kill(run.processes["kube-apiserver"]?.pid ?? 0, "SIGKILL");
  // What is being created fails at once, and so does the update. It does not end before what it awaits has, such as the pods of a
  // Deployment, and that goes on asking a server that is not there for ten minutes.
  await Promise.race([running.ended, sleep(outageMilliseconds)]);

  // Before any expectation: the tests that follow need the server.
  const reporter = createReporter();
  await clusterUp({ paths, tools: await ensureTools(clusterTools, { paths, reporter }), reporter });
  expect((await running.ended).exitCode).not.toBe(0);
  await finishAndCompare();
}, 600_000);
