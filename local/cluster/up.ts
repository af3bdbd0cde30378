import { existsSync } from "node:fs";

import { type LocalPaths, createLocalDirectories } from "../paths.ts";
import type { Reporter } from "../reporter.ts";
import { ApiClient } from "./api-client.ts";
import { writeConfigFiles } from "./config-files.ts";
import { type Furniture, buildFurniture, furnitureMark, hasFurniture } from "./furniture.ts";
import { isCurrent } from "./health.ts";
import { LockLost, withLock } from "./lock.ts";
import { definitionsEstablished, metricsAvailable, nodePortsAgree, nodesReady } from "./readiness.ts";
import { type ClusterTools, type Part, type PartName, clusterParts, partNames } from "./parts.ts";
import { ensurePki } from "./pki.ts";
import { type NodePartName, type NodeTools, isRealNodeRunning, realNodeDown, realNodeUp } from "./real-node/index.ts";
import { type ClusterPorts, choosePorts, isPortFree, portNames } from "./ports.ts";
import { isRunning } from "./process-identity.ts";
import { type RunState, readRunState, writeRunState } from "./run-state.ts";
import { PortTaken, Starter } from "./starter.ts";
import { together } from "./together.ts";
import { waitFor } from "../wait.ts";

/** How to bring the cluster up. */
export interface ClusterUpOptions {
  /** Layout of the checkout's local environment (`localPaths`). */
  readonly paths: LocalPaths;
  readonly tools: ClusterTools;
  readonly reporter: Reporter;
  /** Programs of a real node, which the cluster is to have then. Without them, a real node that it has is left as it is. */
  readonly realNode?: NodeTools | undefined;
  /** Ends the start; what this start has begun is ended again. */
  readonly signal?: AbortSignal | undefined;
}

/** What `clusterUp` found and did. */
export interface ClusterUpResult {
  /** Parts that had to be started; empty when everything was running. */
  readonly started: readonly (PartName | NodePartName)[];
  readonly kubeconfig: string;
  /** `https://127.0.0.1:<port>` */
  readonly server: string;
}

/** Seconds a part may take to become healthy. A busy machine needs several times the usual 3 s. */
const healthySeconds = 90;

/** Parts that need the API server, and each other's not. */
const controllers = [
  "kube-controller-manager",
  "kube-scheduler",
  "namespace-finalizer",
  "kwok",
  "metrics-server",
] as const;

/** How often ports are drawn anew when another program is quicker. */
const portAttempts = 4;

/**
 * Brings the cluster up, or heals it: parts that run as they should are left alone, others are started. Returns when
 * the API server is ready, all nodes are Ready and the metrics API is available.
 *
 * Safe to repeat and to run twice at once (the second waits). Throws CommandError with the end of the log of a part
 * that does not start, and the signal's reason when it is aborted.
 */
export async function clusterUp(options: ClusterUpOptions): Promise<ClusterUpResult> {
  const { paths } = options;
  createLocalDirectories(paths);
  const onWait = () => options.reporter.note("Another command is starting or stopping this cluster; waiting for it.");
  return await withLock(
    paths.cluster.directory,
    onWait,
    async (signal) => {
      // Again: the command that held the lock may have been a `down --purge`.
      createLocalDirectories(paths);
      const hadNode = isRealNodeRunning(paths);
      for (let attempt = 1; ; attempt++) {
        const starter = new Starter(paths);
        try {
          return await bringUp(paths, { ...options, signal }, starter);
        } catch (error) {
          // A part that fails leaves the others running, for the next `up`; an interruption leaves nothing behind. Who has
          // taken the lock over manages the parts now.
          const isInterrupted = signal.aborted && !(signal.reason instanceof LockLost);
          if (isInterrupted && options.realNode !== undefined && !hadNode) await realNodeDown(paths);
          if (isInterrupted || error instanceof PortTaken) await starter.undo();
          signal.throwIfAborted();
          if (!(error instanceof PortTaken) || attempt === portAttempts) throw error;
          options.reporter.note(`${error.message}; trying another one.`);
        }
      }
    },
    options.signal,
  );
}

async function bringUp(paths: LocalPaths, options: ClusterUpOptions, starter: Starter): Promise<ClusterUpResult> {
  const { reporter, signal } = options;
  await starter.stopStrays();
  await ensurePki(paths.cluster.pki);
  const ports = await settlePorts(paths);
  writeConfigFiles(paths, ports);
  const parts = clusterParts(paths, ports, options.tools);
  const furniture = buildFurniture(paths.cluster.pki, ports, definitionFolders(options.tools));
  const api = new ApiClient(ports["kube-apiserver"], paths.cluster.pki);
  let startedOnNode: readonly NodePartName[] = [];
  const part = (name: PartName) => parts[partNames.indexOf(name)] as Part;
  const bring = async (names: readonly PartName[], until: AbortSignal | undefined) => {
    for (const name of names) {
      until?.throwIfAborted();
      await starter.ensureRunning(part(name));
    }
    const waits = names.map((name) => (own: AbortSignal) => starter.waitHealthy(part(name), healthySeconds, own));
    await together(until, waits);
  };
  try {
    const stopped = parts.filter((each) => !isCurrent(each, starter.state)).map(({ name }) => name);
    const title = stopped.length === 0 ? "Checking the embedded cluster" : `Starting ${stopped.join(", ")}`;
    await reporter.step(title, async (update) => {
      update("(etcd and API server)");
      await bring(["etcd", "kube-apiserver"], signal);
      const furnished = await hasFurniture(api, furniture.hash);
      if (!furnished) await applyAll(api, furniture.base, signal);
      update("(controllers and nodes)");
      await together(signal, [
        (own) => bring(controllers, own),
        (own) => (furnished ? Promise.resolve() : applyDefinitions(api, furniture, own)),
      ]);
      if (!furnished) await api.apply(furnitureMark(furniture.hash), signal);
      await nodePortsAgree(api, ports.kwok, signal);
      update("(nodes and metrics)");
      await together(signal, [(own) => nodesReady(api, own), (own) => metricsAvailable(api, own)]);
    });
    if (options.realNode !== undefined) {
      startedOnNode = await realNodeUp({ paths, ports, tools: options.realNode, api, reporter, signal });
    }
  } finally {
    api.close();
  }
  return {
    started: [...starter.started, ...startedOnNode],
    kubeconfig: paths.cluster.kubeconfig,
    server: `https://127.0.0.1:${ports["kube-apiserver"]}`,
  };
}

function definitionFolders(tools: ClusterTools): readonly string[] {
  return [tools["gateway-api"], tools["network-policy-api"]];
}

async function applyAll(api: ApiClient, objects: Furniture["base"], signal?: AbortSignal): Promise<void> {
  await Promise.all(objects.map((object) => api.apply(object, signal)));
}

/** The definitions are established a moment after they are accepted; a class is applied until that is so. */
async function applyDefinitions(api: ApiClient, furniture: Furniture, signal?: AbortSignal): Promise<void> {
  await applyAll(api, furniture.definitions, signal);
  const names = furniture.definitions
    .filter(({ kind }) => kind === "CustomResourceDefinition")
    .map(({ metadata }) => metadata.name);
  await definitionsEstablished(api, names, signal);
  await applyAll(api, furniture.gateway, signal);
}

/** Seconds until a port counts as taken by somebody else: the threads of a killed part hold it for a moment. */
const releaseSeconds = 3;

/** Keeps the recorded port of a listener whose part runs, or whose port is free; draws the others. */
async function settlePorts(paths: LocalPaths): Promise<ClusterPorts> {
  const state = readRunState(paths.cluster.run);
  const kept: [string, number][] = [];
  for (const name of portNames) {
    const port = state.ports[name];
    if (port !== undefined && (isOwn(name, state) || (await becomesFree(port)))) kept.push([name, port]);
  }
  const ports = await choosePorts(Object.fromEntries(kept));
  if (!existsSync(paths.cluster.run) || kept.length !== portNames.length) {
    writeRunState(paths.cluster.run, { ...state, ports });
  }
  return ports;
}

async function becomesFree(port: number): Promise<boolean> {
  try {
    const check = async () => ((await isPortFree(port)) ? true : null);
    return await waitFor(check, { seconds: releaseSeconds, intervalMilliseconds: 50 });
  } catch {
    return false;
  }
}

function isOwn(listener: (typeof portNames)[number], state: RunState): boolean {
  const record = state.processes[listener === "etcd-peer" ? "etcd" : listener];
  return record !== undefined && isRunning(record);
}
