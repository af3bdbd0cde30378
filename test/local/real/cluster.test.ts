/** The embedded cluster for real: two of them in folders of their own, broken and healed. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { ApiClient } from "../../../local/cluster/api-client.ts";
import { clusterDown, clusterStatus, clusterUp, nodeNames, partNames } from "../../../local/cluster/index.ts";
import type { ClusterTools, PartName } from "../../../local/cluster/parts.ts";
import { isRunning } from "../../../local/cluster/process-identity.ts";
import { readRunState, writeRunState } from "../../../local/cluster/run-state.ts";
import { volumesDirectory } from "../../../local/cluster/volumes.ts";
import { type LocalPaths, localPaths } from "../../../local/paths.ts";
import { silentReporter as reporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";

const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "tenantry-cluster-")));
const [first, second] = folders.map(localPaths) as [LocalPaths, LocalPaths];
let tools: ClusterTools;

const up = (paths: LocalPaths) => clusterUp({ paths, tools, reporter });
const down = (paths: LocalPaths) => clusterDown({ paths, reporter });
const processOf = (paths: LocalPaths, name: PartName) => {
  const record = readRunState(paths.cluster.run).processes[name];
  if (record === undefined) throw new Error(`${name} is not recorded`);
  return record;
};

async function withApi<Result>(paths: LocalPaths, use: (api: ApiClient) => Promise<Result>): Promise<Result> {
  const port = readRunState(paths.cluster.run).ports["kube-apiserver"] as number;
  const api = new ApiClient(port, paths.cluster.pki);
  try {
    return await use(api);
  } finally {
    api.close();
  }
}

async function nodes(paths: LocalPaths): Promise<readonly string[]> {
  const answer = await withApi(paths, (api) => api.get("/api/v1/nodes"));
  const list = JSON.parse(answer.body) as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return list.items.map(({ metadata }) => metadata.name);
}

beforeAll(async () => {
  tools = await ensureTools(["gateway-api", "network-policy-api", "kube", "kwok", "metrics-server"], {
    paths: first,
    reporter,
  });
});

afterAll(async () => {
  await Promise.all([first, second].map(down));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test("two clusters start at once; a second start waits for the first and finds all done", async () => {
  const [one, again, other] = await Promise.all([up(first), up(first), up(second)]);
  expect([...one.started, ...again.started]).toEqual([...partNames]);
  expect(other.started).toEqual([...partNames]);
  expect(one.server).not.toBe(other.server);
  expect(await nodes(first)).toEqual(nodeNames);
  expect((await clusterStatus({ paths: second })).state).toBe("up");
});

test("a service of the cluster is there: classes, definitions and metrics", async () => {
  await withApi(first, async (api) => {
    for (const path of [
      "/apis/storage.k8s.io/v1/storageclasses/standard",
      "/apis/gateway.networking.k8s.io/v1/gatewayclasses/tenantry",
      "/apis/gateway.networking.k8s.io/v1/httproutes",
      "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
      "/apis/metrics.k8s.io/v1beta1/pods",
    ]) {
      expect((await api.get(path)).status, path).toBe(200);
    }
  });
});

test("no secret is on a command line, and no process has the environment of its caller", () => {
  const secrets = [
    ...["admin", "sa", "ca", "etcd-client"].map((name) => readFileSync(join(first.cluster.pki, `${name}.key`), "utf8")),
    readFileSync(join(first.cluster.config, "encryption.yaml"), "utf8"),
  ].flatMap((text) => text.split(/[\s"]+/).filter((word) => word.length >= 40));
  expect(secrets.length).toBeGreaterThan(4);
  const shown = execFileSync("ps", ["-eww", "-o", "args="], { encoding: "utf8" });
  expect(shown).toContain(first.cluster.etcd);
  for (const secret of secrets) expect(shown.includes(secret)).toBe(false);
  const environment = readFileSync(`/proc/${processOf(first, "kube-apiserver").pid}/environ`, "utf8");
  expect(environment.split("\0").map((entry) => entry.split("=")[0])).toEqual(["PATH", "HOME", ""]);
});

test("a stranger is let in neither by the API server nor by etcd", async () => {
  const { ports } = readRunState(first.cluster.run);
  const withWrongCertificate = new ApiClient(ports["kube-apiserver"] as number, first.cluster.pki, "etcd-client");
  expect((await withWrongCertificate.get("/api/v1/namespaces")).status).not.toBe(200);
  withWrongCertificate.close();
  // The cluster's administrator is nobody to etcd, and another checkout's administrator is nobody here.
  const admin = new ApiClient(ports["etcd"] as number, first.cluster.pki, "admin", "etcd-ca");
  expect((await admin.get("/health")).status).toBe(0);
  admin.close();
  const neighbour = new ApiClient(ports["kube-apiserver"] as number, second.cluster.pki, "admin");
  expect((await neighbour.get("/readyz")).status).toBe(0);
  neighbour.close();
});

test("Secrets are encrypted at rest, and the audit log has no word of them", async () => {
  const value = "only-the-owner-knows-this";
  await withApi(first, (api) =>
    api.apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "plain", namespace: "default" },
      data: { marker: "the-marker-is-plain" },
    }),
  );
  const body = JSON.stringify({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "hidden" },
    stringData: { value },
  });
  await withApi(first, (api) =>
    api.patch("/api/v1/namespaces/default", { metadata: { annotations: { about: "audit" } } }),
  );
  await withApi(first, (api) => api.create("/api/v1/namespaces/default/secrets", body));
  const stored = execFileSync("sh", ["-c", 'cat "$0"/member/wal/*.wal "$0"/member/snap/db', first.cluster.etcd], {
    maxBuffer: 2 ** 30,
  });
  expect(stored.includes("the-marker-is-plain")).toBe(true);
  expect(stored.includes(value)).toBe(false);
  const audit = readFileSync(first.cluster.auditLog, "utf8");
  expect(audit).toContain("/api/v1/namespaces/default/secrets");
  expect(audit).not.toContain(value);
  expect(audit).not.toContain(Buffer.from(value).toString("base64"));
});

test.each(partNames)(
  "kill -9 of %s: status says so, up heals exactly that, and the neighbour is left alone",
  async (name) => {
    const before = readRunState(second.cluster.run).processes;
    const victim = processOf(first, name);
    process.kill(victim.pid, "SIGKILL");
    await vi.waitUntil(() => !isRunning(victim));
    const status = await clusterStatus({ paths: first });
    expect(status.state).toBe("degraded");
    expect(status.parts.find((part) => part.name === name)).toMatchObject({ health: "stopped", pid: null });
    expect((await up(first)).started).toEqual([name]);
    expect((await clusterStatus({ paths: first })).state).toBe("up");
    expect(readRunState(second.cluster.run).processes).toEqual(before);
  },
);

test("after a reboot numbers belong to others: up starts everything, keeps the data and touches no stranger", async () => {
  const state = readRunState(first.cluster.run);
  await down(first);
  const strangers = Object.fromEntries(
    Object.entries(state.processes).map(([name, record]) => [name, { ...record, pid: process.pid }]),
  );
  // A program has taken the API server's port meanwhile.
  const squatter = createServer().listen(state.ports["kube-apiserver"], "127.0.0.1");
  await once(squatter, "listening");
  writeRunState(first.cluster.run, { ...state, processes: strangers });
  expect((await up(first)).started).toEqual([...partNames]);
  squatter.close();
  expect(readRunState(first.cluster.run).ports["kube-apiserver"]).not.toBe(state.ports["kube-apiserver"]);
  const answer = await withApi(first, (api) => api.get("/api/v1/namespaces/default/secrets/hidden"));
  expect(answer.status).toBe(200);
});

test("a lost run file: up ends the stray parts and starts again on the same data", async () => {
  const before = readRunState(first.cluster.run).processes;
  rmSync(first.cluster.run);
  expect((await up(first)).started).toEqual([...partNames]);
  for (const record of Object.values(before)) expect(isRunning(record)).toBe(false);
});

test.each([100, 1_000, 3_000, 5_000])(
  "a start interrupted after %i ms leaves nothing running",
  async (milliseconds) => {
    await down(second);
    const interruption = new AbortController();
    const start = clusterUp({ paths: second, tools, reporter, signal: interruption.signal });
    const timer = setTimeout(() => interruption.abort(), milliseconds);
    // A quick machine may be done by then.
    const outcome = await start.then(
      () => "started",
      (error: unknown) => (error instanceof Error ? error.name : "unknown"),
    );
    clearTimeout(timer);
    expect(outcome).toBe(interruption.signal.aborted ? "AbortError" : "started");
    if (outcome === "AbortError") expect((await clusterStatus({ paths: second })).state).toBe("down");
  },
);

test("damaged data is noticed and said, with the way out", async () => {
  // The starts before may have been quicker than their interruption.
  await down(second);
  const wal = execFileSync("sh", ["-c", 'ls "$0"/member/wal/*.wal', second.cluster.etcd], { encoding: "utf8" }).trim();
  const content = readFileSync(wal);
  writeFileSync(wal, content.fill(0xa5, 2_048, 40_000));
  await expect(up(second)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining("which a crash may have damaged") as string,
    hint: expect.stringContaining("down --purge") as string,
  });
  await clusterDown({ paths: second, reporter, purge: true });
  expect((await up(second)).started).toEqual([...partNames]);
});

test("down ends everything of its own and nothing else", async () => {
  const mine = readRunState(first.cluster.run).processes;
  const others = readRunState(second.cluster.run).processes;
  expect(await down(first)).toEqual([...partNames]);
  for (const record of Object.values(mine)) expect(isRunning(record)).toBe(false);
  for (const record of Object.values(others)) expect(isRunning(record)).toBe(true);
  expect(await down(first)).toEqual([]);
  expect((await clusterStatus({ paths: first })).state).toBe("down");
});

test("a purge removes this cluster's volumes, known from before it was stopped, and no other's", async () => {
  const [mine, neighbours] = ["first", "second"].map((name) =>
    join(volumesDirectory, `tenantry-test-${process.pid}-${name}`),
  );
  for (const folder of [mine, neighbours]) mkdirSync(folder as string, { recursive: true });
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "mine" },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: mine } },
  };
  await withApi(second, (api) => api.create("/api/v1/persistentvolumes", JSON.stringify(volume)));
  await down(second);
  expect(existsSync(mine as string)).toBe(true);
  await clusterDown({ paths: second, reporter, purge: true });
  expect(existsSync(mine as string)).toBe(false);
  expect(existsSync(neighbours as string)).toBe(true);
  rmSync(neighbours as string, { recursive: true });
});
