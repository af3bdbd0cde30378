import type { DashboardSettings } from "./manifests/dashboard.ts";
import type { Input } from "./manifests/kubernetes.ts";
import { type WorkloadArgs, workloadSettings } from "./workload-args.ts";

/** Arguments of `Dashboard`. */
export interface DashboardArgs extends WorkloadArgs {
  /** @default 3001 */
  readonly port?: number;
  /** URL of the runtime; the container gets it as `RUNTIME_URL`. @default none */
  readonly runtimeUrl?: Input<string>;
  /** Pods above the desired number during an update, at least 1. @default 1 */
  readonly maxSurge?: number;
}

/** Applies every default. */
export function dashboardSettings(name: string, args: DashboardArgs): DashboardSettings {
  return {
    ...workloadSettings(name, args, 3001),
    maxSurge: args.maxSurge ?? 1,
    runtimeUrl: args.runtimeUrl ?? null,
  };
}
