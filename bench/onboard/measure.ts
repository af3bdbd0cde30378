import { setTimeout as sleep } from "node:timers/promises";

import { roundMilliseconds } from "../statistics.ts";
import { untilGone, untilReady, type RawApi } from "../api.ts";
import type { FreshTenant, Peer } from "./peers/peer.ts";

/** One onboarding, in seconds. */
export interface Measurement {
  /** From the start of the command until it returned. */
  readonly command: number;
  /** From the start of the command until the first pod of both workloads was Ready, whoever waited for it. */
  readonly ready: number;
}

/** Pause after a tenant is gone, for the controllers to finish with it, in milliseconds. */
const settleMilliseconds = 500;

/** Looks at the onboarded tenant before it is removed again. */
export type Inspect = (tenant: FreshTenant) => Promise<void>;

/** Onboards a tenant by one peer, takes both times, removes the tenant and waits until nothing of it is left. */
export async function measureOnboarding(
  peer: Peer,
  tenant: FreshTenant,
  api: RawApi,
  inspect: Inspect = async () => {},
): Promise<Measurement> {
  await peer.prepare(tenant);
  const start = performance.now();
  await peer.onboard(tenant);
  const command = performance.now();
  await untilReady(api, tenant.namespace);
  const ready = performance.now();
  await inspect(tenant);
  await peer.remove(tenant);
  await untilGone(api, tenant.namespace);
  await sleep(settleMilliseconds);
  const seconds = (end: number): number => roundMilliseconds((end - start) / 1000);
  return { command: seconds(command), ready: seconds(ready) };
}
