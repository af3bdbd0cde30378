import { ApiClient } from "./api-client.ts";
import type { Part } from "./parts.ts";
import { isRunning } from "./process-identity.ts";
import type { RunState } from "./run-state.ts";

/** How one part is: `healthy`, `unhealthy` (runs but does not answer well), or `stopped`. */
export type PartHealth = "healthy" | "unhealthy" | "stopped";

/** Milliseconds that a part has to answer before it counts as unhealthy. */
const answerMilliseconds = 5_000;

/**
 * Asks the health endpoint of a part, TLS verified. A part without one is healthy when its process runs; one that cannot be
 * asked, because certificates are missing or damaged, is unhealthy.
 */
export async function partHealth(pki: string, part: Part, state: RunState): Promise<PartHealth> {
  const record = state.processes[part.name];
  if (record === undefined || !isRunning(record)) return "stopped";
  if (await answersWell(pki, part).catch(() => false)) return "healthy";
  // It may have ended while it was asked.
  return isRunning(record) ? "unhealthy" : "stopped";
}

/** Whether the health endpoint of a part answers 200 within 5 s. Throws when the certificates to ask with cannot be read. */
export async function answersWell(pki: string, part: Part): Promise<boolean> {
  if (part.health === null) return true;
  const { port, path, authority, identity } = part.health;
  const client = new ApiClient(port, pki, identity, authority);
  try {
    return (await client.get(path, AbortSignal.timeout(answerMilliseconds))).status === 200;
  } finally {
    client.close();
  }
}

/** Whether the running process of a part is the one that today's configuration asks for. */
export function isCurrent(part: Part, state: RunState): boolean {
  const record = state.processes[part.name];
  return record !== undefined && record.fingerprint === part.fingerprint && isRunning(record);
}
