import { type IncomingMessage, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";

import type { Cluster, ClusterAnswer, ClusterRequest } from "./cluster.ts";
import type { Credentials } from "./credentials.ts";

/** Longest time for one answer, and for all of them together, in milliseconds. */
const answerMilliseconds = 10_000;
const allMilliseconds = 20_000;

/** Opens a cluster. Nothing is asked yet. */
export function openCluster({ server, context, ours, nobody }: Credentials): Cluster {
  const withCredentials = kept(ours);
  const without = kept(nobody);
  const everything = AbortSignal.timeout(allMilliseconds);
  return {
    server,
    context,
    isVerified: new URL(server).protocol === "https:" && ours.rejectUnauthorized !== false,
    ask: (request) => {
      if (typeof request.as === "object" && actsForSomebody(ours)) {
        // A second impersonation would take the place of the first, and with it the limits of whom it is for.
        return Promise.resolve({ status: 403, text: "the kubeconfig acts for somebody already" });
      }
      const options = request.as === "anonymous" ? without : withCredentials;
      return exchange(new URL(server + request.path), options, request, everything);
    },
    close: () => {
      for (const { agent } of [withCredentials, without]) if (agent instanceof Agent) agent.destroy();
    },
  };
}

/** Keeps connections open between requests, where no agent leads through a proxy. */
function kept(options: RequestOptions): RequestOptions {
  if (options.agent !== undefined) return options;
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
  const known = Object.entries({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...options, agent: new Agent({ keepAlive: true, maxSockets: 4, ...Object.fromEntries(known) }) };
}

function actsForSomebody({ headers }: RequestOptions): boolean {
  return Object.keys((headers as Readonly<Record<string, unknown>> | undefined) ?? {}).some((name) =>
    name.toLowerCase().startsWith("impersonate-"),
  );
}

function exchange(
  url: URL,
  base: RequestOptions,
  { method, body, accept = "application/json", as }: ClusterRequest,
  everything: AbortSignal,
): Promise<ClusterAnswer> {
  const own = base.headers as Readonly<Record<string, string>> | undefined;
  const options: RequestOptions = {
    ...base,
    method,
    signal: AbortSignal.any([everything, AbortSignal.timeout(answerMilliseconds)]),
    headers: {
      ...own,
      accept,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(typeof as === "object" ? { "impersonate-user": as.user, "impersonate-group": [...as.groups] } : {}),
    },
  };
  const { agent, ...plain } = options;
  return new Promise((resolve) => {
    const failed = (error: Error) => {
      const late = error.name === "AbortError" || error.name === "TimeoutError";
      resolve({ status: 0, text: late ? `no answer within ${answerMilliseconds / 1000} s` : reasonOf(error) });
    };
    const listen = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", failed);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    };
    const sent =
      url.protocol === "http:" ? httpRequest(url, plain, listen) : httpsRequest(url, { ...plain, agent }, listen);
    sent.on("error", failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Node gathers what several addresses of one host said in an error without words of its own. */
function reasonOf(error: Error): string {
  const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = causes;
  return error.message === "" && first instanceof Error ? first.message : error.message;
}
