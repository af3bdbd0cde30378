import type { Reporter } from "../../local/reporter.ts";
import type { FleetResult } from "./result.ts";

/** What to measure. */
export interface FleetBenchOptions {
  /** Folder of the project. */
  readonly project: string;
  /** Measurements of each short thing, at least 1. */
  readonly runs: number;
  /** Tenants of the bring-up. */
  readonly tenants: number;
  /** Whether all ways are measured in the fleet of 1; otherwise `kubectl` and single POSTs are left out. */
  readonly allPeers: boolean;
  /** Bring-ups of each peer. */
  readonly bringUps: number;
  /** Tenants in one Pulumi stack; 0 leaves that out. */
  readonly singleStack: number;
  /** Tenants of the large fleet. */
  readonly large: number;
  readonly cellSize: number;
  /** Sizes of the plans, ascending. */
  readonly plans: readonly number[];
  readonly reporter: Reporter;
  /** Told of what is measured so far, so that a run that is cut leaves its figures. */
  readonly onPart: (result: FleetResult) => void;
}

/** Cells of the small fleet; the onboarded tenants of each round get a new one. */
export const smallCells = 64;
