import { type ApiAnswer, ApiClient, type ApiRequest } from "../connection/client.ts";
import { credentialsFor, resolveCluster } from "../connection/open.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";
import type { Look } from "./pressure.ts";
import type { PulumiLocation } from "./pulumi-cli.ts";

/** Milliseconds between two looks at the API server. */
const lookMilliseconds = 2000;

/** As much of a client as it takes to look. */
export type WatchedServer = Pick<ApiClient, "send" | "close">;

/** An API server that is being looked at. */
export interface ServerWatch {
  /** Somebody else has seen it refuse a request. */
  readonly refused: () => void;
  readonly stop: () => Promise<void>;
}

/**
 * Asks the API server a small question every other second, one that its priorities and limits apply to, and tells how long it took and
 * what others saw refused. A cluster that cannot be opened is only not asked: the stacks say what is wrong with it.
 */
export function watchServer(
  open: () => Promise<WatchedServer | null>,
  tell: (look: Look) => void,
  everyMilliseconds = lookMilliseconds,
): ServerWatch {
  let refusals = 0;
  let stopped = false;
  let looking: Promise<void> | null = null;
  const opened = open().catch(() => null);
  const look = async (): Promise<void> => {
    const cluster = await opened;
    const start = performance.now();
    const answer = cluster === null || stopped ? null : await cluster.send(question);
    const milliseconds = performance.now() - start;
    if (stopped) return;
    const refused = refusals + (isRefusal(answer) ? 1 : 0);
    refusals = 0;
    tell({ refused, milliseconds: answer === null ? null : milliseconds });
  };
  const timer = setInterval(() => {
    // One question at a time: a server that is slow must not be asked more.
    looking ??= look().finally(() => void (looking = null));
  }, everyMilliseconds);
  // What it tells is of no use once the work is done.
  timer.unref();
  return {
    refused: () => void (refusals += 1),
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      (await opened)?.close();
    },
  };
}

const question: ApiRequest = {
  method: "GET",
  path: "/api/v1/namespaces?limit=1",
  identity: { kind: "administrator" },
  milliseconds: 10_000,
};

function isRefusal(answer: ApiAnswer | null): boolean {
  return answer !== null && answer.status === 429;
}

/** The cluster of an environment, as its stacks find it: with the variables that they get beside the shell's. */
export function clusterOf(
  { environment, platform }: EnvironmentPlan,
  { directory, variables }: Pick<PulumiLocation, "directory" | "variables">,
): () => Promise<WatchedServer | null> {
  const { context } = platform;
  const kubeconfig = platform.kubeconfig ?? variables["KUBECONFIG"] ?? null;
  const cluster = { environment, platform: { kubeconfig, context } };
  return async () => new ApiClient(await credentialsFor(resolveCluster(cluster, directory)), 1);
}
