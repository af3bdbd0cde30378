/** Real pods of real tenants on a real node, and what the network lets through between them. A cluster of its own. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CoreV1Api, type KubeConfig, type KubernetesObject, NetworkingV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { sendFrom } from "../../attack/packets/send.ts";
import type { PacketReport } from "../../attack/packets/report.ts";
import { clusterDown, clusterStatus, clusterUp } from "../../local/cluster/index.ts";
import { apiPort, nodeLayout } from "../../local/cluster/real-node/layout.ts";
import { ensureNetwork, inside } from "../../local/cluster/real-node/network.ts";
import { linkTable } from "../../local/cluster/real-node/rules.ts";
import { run } from "../../local/cluster/real-node/run.ts";
import { readNodeLink } from "../../local/cluster/real-node/state.ts";
import { nodePartNames } from "../../local/cluster/real-node/index.ts";
import { readRunState } from "../../local/cluster/run-state.ts";
import type { ClusterTools } from "../../local/cluster/parts.ts";
import type { NodeTools } from "../../local/cluster/real-node/parts.ts";
import { localEnvironment } from "../../local/environment.ts";
import { type LocalPaths, localPaths } from "../../local/paths.ts";
import { silentReporter as reporter } from "../../local/reporter.ts";
import { clusterTools, ensureTools, realNodeTools } from "../../local/toolchain/index.ts";
import { enforcerAnnotation } from "../../tenants/node-annotations.ts";
import { listenEverywhere } from "../local/real/support/node-network.ts";
import { captureCommand } from "../support/command-line.ts";
import { eventually, openCluster } from "./support/client.ts";
import { create } from "./support/raw.ts";
import { prepareRealNode, tracesOf } from "./support/real-node.ts";
import { makeWorkspace, type Workspace } from "./support/workspace.ts";

const obstacle = await prepareRealNode();
const home = process.cwd();

/** What a kubelet sets for the whole machine. */
const settings = ["vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops"].map((name) => `/proc/sys/${name}`);
const valuesOf = (files: readonly string[]) => files.map((file) => readFileSync(file, "utf8"));

/** A pod of nobody's, in a namespace without policies. */
const bystander: readonly (KubernetesObject & Record<string, unknown>)[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "bystander" } },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bystander", namespace: "bystander" },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      containers: [{ name: "main", image: "local.invalid/any:1", env: [{ name: "PORT", value: "8080" }] }],
    },
  },
];

describe.skipIf(obstacle !== null)(
  `packets on a real node${obstacle === null ? "" : ` (not here: ${obstacle})`}`,
  () => {
    const folders = [1, 2].map(() => mkdtempSync(join(tmpdir(), "tenantry-packets-")));
    const [paths, neighbour] = folders.map(localPaths) as [LocalPaths, LocalPaths];
    const before = { isFirst: !existsSync("/run/tenantry"), values: valuesOf(settings) };
    let tools: ClusterTools;
    let realNode: NodeTools;
    let workspace: Workspace;
    let cluster: KubeConfig;

    const core = () => cluster.makeApiClient(CoreV1Api);
    const up = (of: LocalPaths) => clusterUp({ paths: of, tools, realNode, reporter });
    const attack = async () => {
      const { stdout, stderr, exitCode } = await captureCommand("attack", "dev", "--packets", "--json");
      expect(stdout, stderr).not.toBe("");
      return { exitCode, report: JSON.parse(stdout) as PacketReport };
    };
    const expectToHold = async () => {
      const { exitCode, report } = await attack();
      const { packets, ...counts } = report;
      expect(counts).toMatchObject({ gotThrough: 0, lost: 0, unproven: 0 });
      expect(exitCode).toBe(0);
      return packets;
    };

    beforeAll(async () => {
      tools = await ensureTools(clusterTools, { paths, reporter });
      realNode = await ensureTools(realNodeTools, { paths, reporter });
      await up(paths);
      workspace = makeWorkspace(localEnvironment(paths));
      // Two of the three consent to each other, so that there is an opening to see.
      const peers: Readonly<Record<string, string>> = { acme: "globex", globex: "acme" };
      workspace.writeTenants(
        workspace.tenants().map((tenant) => {
          const peer = peers[tenant.id];
          return peer === undefined ? tenant : { ...tenant, peers: [{ tenant: peer, ports: [3000] }] };
        }),
      );
      cluster = openCluster(paths.cluster.kubeconfig);
      for (const args of [
        ["stack", "init", "dev"],
        ["up", "--stack", "dev", "--yes", "--skip-preview"],
      ]) {
        const result = await workspace.pulumi(args);
        expect(result.exitCode, result.all).toBe(0);
      }
      process.chdir(workspace.directory);
      vi.stubEnv("KUBECONFIG", paths.cluster.kubeconfig);
    }, 1_800_000);

    afterAll(async () => {
      process.chdir(home);
      vi.unstubAllEnvs();
      for (const each of [paths, neighbour]) await clusterDown({ paths: each, reporter, purge: true });
      workspace.remove();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });

    test("the tenants' pods are real: a kubelet has pulled and started them, and their probes succeed", async () => {
      const { items } = await core().listPodForAllNamespaces({ labelSelector: "tenantry.dev/tenant" });
      expect(items.length).toBeGreaterThanOrEqual(6);
      for (const { metadata, spec, status } of items) {
        expect(spec?.nodeName, metadata?.name).toBe("real-node");
        expect(status?.containerStatuses?.[0]?.containerID, metadata?.name).toMatch(/^containerd:/);
      }
      const log = await core().readNamespacedPodLog({ name: "runtime-0", namespace: "tenant-acme" });
      // The first line that the program in the image prints, so it has been started and its log is its own.
      expect(log).toContain("runtime-0 answers on port 3000\n");
      const { metadata } = await core().readNode({ name: "real-node" });
      expect(metadata?.annotations?.[enforcerAnnotation]).toBe("kube-router");
    });

    test("a pod that no policy binds reaches the API server, and no other port that the machine listens on", async () => {
      const link = readNodeLink(paths);
      const { network } = nodeLayout(paths);
      if (link === null) throw new Error("a real node has a link");
      const source = { tenant: null, namespace: "bystander", pod: "bystander", container: "main", name: "bystander" };
      for (const object of bystander) expect((await create(cluster, object)).message).toBe("");
      const isReady = async () => {
        const { status } = await core().readNamespacedPod({ name: source.pod, namespace: source.namespace });
        return status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
      };
      await eventually("the bystander is Ready", isReady);
      const machine = await listenEverywhere("the machine");
      try {
        const [server, other] = [`tcp:${link.host}:${apiPort}`, `tcp:${link.host}:${machine.port}`];
        const send = async () => Object.fromEntries(await sendFrom(cluster, source, [server, other]));
        expect(await send()).toEqual({ [server]: "connected", [other]: "silent" });
        await run("nsenter", ...inside(network), "nft", "delete", "table", "inet", linkTable);
        expect(await send()).toEqual({ [server]: "connected", [other]: "connected" });
        await ensureNetwork(nodeLayout(paths), link);
        expect(await send()).toEqual({ [server]: "connected", [other]: "silent" });
      } finally {
        machine.server.close();
        await core().deleteNamespace({ name: source.namespace });
      }
    });

    test("what the proof denies is stopped, what it allows passes, and every twin connects", async () => {
      const packets = await expectToHold();
      const tenants = ["acme", "globex", "initech"];
      for (const from of tenants) {
        for (const to of tenants.filter((id) => id !== from)) {
          const between = packets.filter((each) => each.from.startsWith(from) && each.to.startsWith(to));
          expect(between.map(({ kind }) => kind).filter((kind) => kind === "pod")).toHaveLength(8);
          expect(between.map(({ kind }) => kind).filter((kind) => kind === "service")).toHaveLength(4);
        }
        const kinds = packets.filter((each) => each.from.startsWith(from)).map(({ kind }) => kind);
        for (const kind of ["stranger", "node", "api-server", "metadata", "dns", "internet"] as const)
          expect(kinds, from).toContain(kind);
      }
      const passing = packets.filter((each) => each.expected === "allowed" && each.kind !== "dns");
      const across = passing.filter(({ from, to }) => from.split("/")[0] !== to.split("/")[0]);
      // The consented port between the two runtimes, both ways, by pod and by Service; and acme's declared egress.
      expect(across.map(({ from, to }) => `${from} > ${to}`).sort()).toEqual([
        "acme/dashboard > 203.0.113.9, TCP 443",
        "acme/runtime > 203.0.113.9, TCP 443",
        "acme/runtime > globex/runtime Service, TCP 3000",
        "acme/runtime > globex/runtime pod, TCP 3000",
        "globex/runtime > acme/runtime Service, TCP 3000",
        "globex/runtime > acme/runtime pod, TCP 3000",
      ]);
    });

    test("a policy too many and a policy too few are both seen, and fail the run", async () => {
      const api = cluster.makeApiClient(NetworkingV1Api);
      const open = (namespace: string): KubernetesObject & Record<string, unknown> => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "mistake", namespace },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ingress: [{}], egress: [{}] },
      });
      const wide = ["tenant-acme", "tenant-initech"];
      for (const namespace of wide) expect((await create(cluster, open(namespace))).message).toBe("");
      const dns = { name: "allow-dns", namespace: "tenant-globex" };
      const { spec, metadata } = await api.readNamespacedNetworkPolicy(dns);
      await api.deleteNamespacedNetworkPolicy(dns);
      try {
        const { exitCode, report } = await attack();
        expect(exitCode).toBe(1);
        const failed = (outcome: "connected" | "other", from: RegExp, to: RegExp) =>
          report.packets.filter(
            (each) =>
              (each.expected === "denied") === (outcome === "connected") &&
              (each.outcome === "connected") === (outcome === "connected") &&
              from.test(each.from) &&
              to.test(each.to),
          );
        // Two workloads to two pods by TCP and UDP, and to two Services.
        expect(failed("connected", /^initech/, /^acme/)).toHaveLength(12);
        expect(failed("connected", /^acme/, /^globex/)).toEqual([]);
        expect(failed("connected", /^globex/, /./)).toEqual(failed("connected", /^globex/, /^(acme|initech)/));
        expect(failed("connected", /^initech/, /^169\.254/)).not.toEqual([]);
        expect(failed("other", /^globex/, /^the cluster's resolver/)).toHaveLength(4);
      } finally {
        for (const namespace of wide) await api.deleteNamespacedNetworkPolicy({ name: "mistake", namespace });
        const { name, namespace, labels, annotations } = metadata ?? {};
        const restored = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec };
        await create(cluster, { ...restored, metadata: { name, namespace, labels, annotations } } as KubernetesObject);
      }
    });

    test("kill -9 of every part of the node: status says so, up heals it, a neighbour starts beside it, and all holds", async () => {
      const { processes } = readRunState(paths.cluster.run);
      for (const name of nodePartNames) process.kill(processes[name]?.pid ?? 0, "SIGKILL");
      const isSeen = async () => {
        const { state, parts } = await clusterStatus({ paths });
        return state === "degraded" && nodePartNames.every((name) => partOf(parts, name).health === "stopped");
      };
      await eventually("status sees it", isSeen);
      const [healed, other] = await Promise.all([up(paths), up(neighbour)]);
      expect(healed.started).toEqual([...nodePartNames]);
      expect(other.started).toEqual(expect.arrayContaining([...nodePartNames]));
      expect((await clusterStatus({ paths })).state).toBe("up");
      await expectToHold();
    });

    test("down leaves nothing of a node but the volumes in the checkout, and nothing of the neighbour's is touched", async () => {
      expect(tracesOf(neighbour)).not.toEqual([]);
      // As when somebody has removed the checkout and made it anew at the same place: nothing in it knows of the node.
      rmSync(neighbour.root, { recursive: true, force: true });
      await clusterDown({ paths: neighbour, reporter });
      expect(tracesOf(neighbour)).toEqual([]);
      expect((await clusterStatus({ paths })).state).toBe("up");
      await clusterDown({ paths, reporter });
      expect(tracesOf(paths)).toEqual([]);
      expect((await clusterStatus({ paths })).state).toBe("down");
      // What the tenants have written stays, as with simulated nodes.
      const { volumes } = nodeLayout(paths);
      const written = readdirSync(volumes).filter((name) => existsSync(join(volumes, name, "workspace")));
      expect(written).toHaveLength(4);
      // Another checkout of this machine may have a real node as well; then its kubelet still needs the settings.
      if (before.isFirst && !existsSync("/run/tenantry")) expect(valuesOf(settings)).toEqual(before.values);
    });
  },
);

function partOf<Part extends { readonly name: string }>(parts: readonly Part[], name: string): Part {
  const part = parts.find((each) => each.name === name);
  if (part === undefined) throw new Error(`status does not show ${name}`);
  return part;
}
