import type { Machine } from "../machine.ts";
import type { FleetFigures } from "../onboard/report.ts";
import type { Summary } from "../statistics.ts";
import type { Goal } from "./goals.ts";

/** What was measured in one fleet. */
export interface OneFleet {
  readonly tenants: number;
  /** Tenants of its cells that were never made: their states are copies of a real one, and the cluster does not have them. */
  readonly madeUp: number;
  readonly onboarding: FleetFigures;
  /** `fleet preview` with one tenant changed. */
  readonly preview: Summary;
  /** `fleet up` without any change. */
  readonly unchanged: Summary;
  /** Of each `fleet up` without a change. */
  readonly peakBytes: readonly number[];
}

/** Bringing up many tenants, each way as often as the machine's time allowed. */
export interface BringUpFigures {
  readonly tenants: number;
  readonly cellSize: number;
  readonly parallel: number;
  readonly fleet: { readonly command: Summary; readonly ready: Summary };
  readonly helm: { readonly command: Summary; readonly ready: Summary };
  readonly kubectl: { readonly command: Summary; readonly ready: Summary };
  readonly raw: { readonly command: Summary; readonly ready: Summary };
  /** `fleet up` with the same tenants taken off the list. */
  readonly offboarding: Summary;
  /** How often each `fleet up` changed the number of stacks at once. */
  readonly limitChanges: readonly number[];
  readonly peakBytes: readonly number[];
}

/** The same tenants in one Pulumi stack, by plain `pulumi up --skip-preview`, measured once. Seconds. */
export interface SingleStack {
  readonly tenants: number;
  readonly bringUp: number;
  /** One tenant more. */
  readonly onboarding: number;
}

/** Planning and proving so many tenants, without a cluster. */
export interface PlanCost {
  readonly tenants: number;
  readonly seconds: Summary;
  /** The largest of all runs. */
  readonly peakBytes: number;
}

/** Everything that a run gives; `null` is what it did not come to. */
export interface FleetResult {
  readonly name: "fleet";
  readonly date: string;
  /** Whether the run came to its end. */
  readonly complete: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly cellSize: number;
  readonly objectsPerTenant: number;
  /** How the figures came about, for readers of the file. */
  readonly notes: readonly string[];
  readonly one: OneFleet | null;
  readonly bringUp: BringUpFigures | null;
  /** `null` also where it was not asked for. */
  readonly singleStack: SingleStack | null;
  readonly many: OneFleet | null;
  readonly plans: readonly PlanCost[];
  readonly goals: readonly Goal[];
}
