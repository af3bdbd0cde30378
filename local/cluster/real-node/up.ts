import { enforcerAnnotation } from "../../../tenants/node-annotations.ts";
import type { LocalPaths } from "../../paths.ts";
import type { Reporter } from "../../reporter.ts";
import { CommandError } from "../../command-error.ts";
import type { ApiClient } from "../api-client.ts";
import type { ClusterPorts } from "../ports.ts";
import { WaitTimeout, waitFor } from "../../wait.ts";
import { ensureNodeCertificates } from "./certificates.ts";
import { stopOnMachine } from "./down.ts";
import { writeNodeFiles, writePodNetwork } from "./files.ts";
import { furnish } from "./furnish.ts";
import { writeImages } from "./images.ts";
import { nodeLayout, nodeName } from "./layout.ts";
import { ensureCgroup, saveMachine } from "./machine.ts";
import { ensureNetwork, isNetworkWhole } from "./network.ts";
import { type NodePart, type NodePartName, type NodeTools, nodePartNames, nodeParts } from "./parts.ts";
import { ensureNodePart, waitForNodePart } from "./processes.ts";
import { simulatedPodsWarning } from "./simulated-pods.ts";
import { settleNodeLink } from "./state.ts";

/** What the real node is brought up with; the control plane runs already. */
export interface NodeUpOptions {
  readonly paths: LocalPaths;
  readonly ports: ClusterPorts;
  readonly tools: NodeTools;
  readonly api: ApiClient;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds until the node is Ready and its resolver answers. */
const readySeconds = 120;

/** Brings the real node up, or heals it. Returns when it is Ready and the cluster's resolver runs on it. */
export async function realNodeUp(options: NodeUpOptions): Promise<readonly NodePartName[]> {
  const { paths, ports, tools, api, reporter, signal } = options;
  const layout = nodeLayout(paths);
  const started = await reporter.step("Starting the real node", async (update) => {
    const link = await settleNodeLink(paths, layout.id);
    // Pods hang on the network that they were started in: without it, all of them have to be started anew.
    if (!(await isNetworkWhole(layout, link))) await stopOnMachine(paths, layout);
    await saveMachine(layout);
    await ensureNodeCertificates(paths, layout, link);
    writeNodeFiles(paths, layout, link);
    writeImages(layout.images, tools);
    ensureCgroup(layout);
    await ensureNetwork(layout, link);
    const parts = nodeParts(paths, link, ports, tools);
    const begun: NodePartName[] = [];
    const bring = async (...names: readonly NodePartName[]) => {
      signal?.throwIfAborted();
      update(`(${names.join(", ")})`);
      const chosen = names.map((name) => parts[nodePartNames.indexOf(name)] as NodePart);
      for (const part of chosen) if (await ensureNodePart(paths, part)) begun.push(part.name);
      for (const part of chosen) await waitForNodePart(paths, part, signal);
    };
    await bring("relay", "world", "containerd");
    await furnish(api, layout, link, signal);
    await bring("kubelet");
    writePodNetwork(layout, await podRangeOfNode(api, signal));
    await bring("kube-proxy", "kube-router");
    update("(node and resolver)");
    await announceEnforcer(api, signal);
    await isReady(api, `/api/v1/nodes/${nodeName}`, "the real node is not Ready", isNodeReady, signal);
    const deployment = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
    await isReady(api, deployment, "the resolver of the real node is not ready", isRolledOut, signal);
    return begun;
  });
  for (const line of (await simulatedPodsWarning(api, signal)) ?? []) reporter.note(line);
  return started;
}

interface NodeObject {
  readonly spec?: { readonly podCIDR?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The controllers give every node its part of the pods' addresses. */
async function podRangeOfNode(api: ApiClient, signal?: AbortSignal): Promise<string> {
  const ask = async () => {
    const answer = await api.get(`/api/v1/nodes/${nodeName}`);
    return answer.status === 200 ? ((JSON.parse(answer.body) as NodeObject).spec?.podCIDR ?? null) : null;
  };
  return await awaiting("the real node has not registered", signal, ask);
}

/** Says on the Node who enforces policies there: a process shows in no DaemonSet. Called once it is well. */
async function announceEnforcer(api: ApiClient, signal?: AbortSignal): Promise<void> {
  const enforcer: NodePartName = "kube-router";
  await api.patch(
    `/api/v1/nodes/${nodeName}`,
    { metadata: { annotations: { [enforcerAnnotation]: enforcer } } },
    signal,
  );
}

function isNodeReady(body: string): boolean {
  const { status } = JSON.parse(body) as NodeObject;
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

interface DeploymentObject {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

function isRolledOut(body: string): boolean {
  const { metadata, status } = JSON.parse(body) as DeploymentObject;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  return observedGeneration >= metadata.generation && replicas > 0 && replicas === updatedReplicas && readyReplicas > 0;
}

async function isReady(
  api: ApiClient,
  path: string,
  what: string,
  check: (body: string) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  await awaiting(what, signal, async () => {
    const answer = await api.get(path);
    return answer.status === 200 && check(answer.body) ? true : null;
  });
}

async function awaiting<Value>(
  what: string,
  signal: AbortSignal | undefined,
  check: () => Promise<Value | null>,
): Promise<Value> {
  try {
    return await waitFor(check, { seconds: readySeconds, signal });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    throw new CommandError(
      1,
      `${what} after ${readySeconds} s.`,
      `"npm run local -- status" names the log file of each part; "npm run local -- up --real-node" tries again.`,
    );
  }
}
