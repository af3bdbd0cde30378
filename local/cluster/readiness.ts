import { CommandError } from "../command-error.ts";
import type { ApiClient } from "./api-client.ts";
import { nodeNames } from "./furniture.ts";
import { WaitTimeout, waitFor } from "../wait.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

interface WithConditions {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } };
  };
}

const readySeconds = 60;

/** Waits until every simulated node is Ready. */
export async function nodesReady(api: ApiClient, signal?: AbortSignal): Promise<void> {
  await awaiting("the nodes are not Ready", signal, async () => {
    const nodes = await simulatedNodes(api);
    return nodes.length === nodeNames.length && nodes.every((node) => hasCondition(node, "Ready"));
  });
}

/** Waits until the aggregated metrics API answers through the API server. */
export async function metricsAvailable(api: ApiClient, signal?: AbortSignal): Promise<void> {
  await awaiting("the metrics API is not available", signal, async () => {
    const response = await api.get("/apis/metrics.k8s.io/v1beta1");
    if (response.status !== 200) return false;
    const service = await api.get("/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io");
    return service.status === 200 && hasCondition(JSON.parse(service.body) as WithConditions, "Available");
  });
}

/** A definition of a kind, as far as it is read. */
interface Definition extends WithConditions {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** Waits until each definition is Established and its kind is served, which comes a moment later, so that its objects can be made. */
export async function definitionsEstablished(
  api: ApiClient,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const pending = new Set(names);
  await awaiting(`the definitions ${names.join(", ")} are not established`, signal, async () => {
    await Promise.all(
      [...pending].map(async (name) => {
        const response = await api.get(`${path}/${name}`);
        if (response.status !== 200) return;
        const definition = JSON.parse(response.body) as Definition;
        if (hasCondition(definition, "Established") && (await isServed(api, definition))) pending.delete(name);
      }),
    );
    return pending.size === 0;
  });
}

async function isServed(api: ApiClient, { spec }: Definition): Promise<boolean> {
  const versions = spec.versions.filter(({ served }) => served);
  const answers = await Promise.all(
    versions.map(({ name }) => api.get(`/apis/${spec.group}/${name}/${spec.names.plural}?limit=1`)),
  );
  return answers.every(({ status }) => status === 200);
}

/** After kwok has moved to another port, the nodes must say so, or metrics would be asked for at the old one. */
export async function nodePortsAgree(api: ApiClient, port: number, signal?: AbortSignal): Promise<void> {
  for (const node of await simulatedNodes(api)) {
    const present = node.status?.daemonEndpoints?.kubeletEndpoint?.Port;
    if (present === undefined || present === port) continue;
    const change = { status: { daemonEndpoints: { kubeletEndpoint: { Port: port } } } };
    await api.patch(`/api/v1/nodes/${node.metadata.name}/status`, change, signal);
  }
}

async function simulatedNodes(api: ApiClient): Promise<readonly WithConditions[]> {
  const response = await api.get("/api/v1/nodes?labelSelector=type%3Dkwok");
  if (response.status !== 200) return [];
  return (JSON.parse(response.body) as { readonly items: readonly WithConditions[] }).items;
}

function hasCondition(object: WithConditions, type: string): boolean {
  return (
    object.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}

async function awaiting(what: string, signal: AbortSignal | undefined, check: () => Promise<boolean>): Promise<void> {
  try {
    await waitFor(async () => ((await check()) ? true : null), { seconds: readySeconds, signal });
  } catch (error) {
    if (!(error instanceof WaitTimeout)) throw error;
    throw new CommandError(
      1,
      `The control plane runs, but ${what} after ${readySeconds} s.`,
      `"npm run local -- status" names the log file of each part; "npm run local -- up" tries again.`,
    );
  }
}
