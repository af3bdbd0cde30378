import { ApiClient, type Identity } from "../connection/client.ts";
import type { Credentials } from "../connection/credentials.ts";
import type { Cluster, ClusterRequest } from "./cluster.ts";

/** Longest time for one answer, and for all of them together, in milliseconds. */
const answerMilliseconds = 10_000;
const allMilliseconds = 20_000;

/** Requests on their way at once: enough to be quick, few enough for a server that others use. */
const atOnce = 4;

/** Opens a cluster for the preflight. Nothing is asked yet. */
export function openCluster(credentials: Credentials): Cluster {
  const client = new ApiClient(credentials, atOnce);
  const signal = AbortSignal.timeout(allMilliseconds);
  const { server, context, isVerified } = client;
  return {
    server,
    context,
    isVerified,
    ask: async ({ method, path, accept = "application/json", body, as }) => {
      const request = { method, path, body, headers: { accept }, identity: identityOf(as) };
      try {
        return await client.send({ ...request, milliseconds: answerMilliseconds, signal });
      } catch {
        return { status: 0, text: `no answer within ${allMilliseconds / 1000} s` };
      }
    },
    close: () => client.close(),
  };
}

function identityOf(as: ClusterRequest["as"]): Identity {
  if (as === undefined) return { kind: "administrator" };
  return as === "anonymous" ? { kind: "anonymous" } : { kind: "impersonated", ...as };
}
