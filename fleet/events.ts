import type { LimitChange } from "./pressure.ts";
import type { FleetReport, StackReport } from "./report.ts";
import type { Wave } from "./waves.ts";

/** What is told of a run over a fleet while it goes on; `--json` writes these to standard error, one a line. */
export type FleetEvent =
  | {
      readonly type: "begin";
      readonly verb: string;
      readonly environment: string;
      /** Stacks with work, and the tenants in them. */
      readonly stacks: number;
      readonly tenants: number;
      readonly unchanged: number;
      readonly parallel: number;
    }
  | { readonly type: "wave"; readonly wave: Wave["name"]; readonly stacks: readonly string[] }
  /** Another number of stacks may run at once from now on. */
  | ({ readonly type: "pool" } & LimitChange)
  | { readonly type: "stack-begin"; readonly stack: string; readonly why: string }
  | { readonly type: "stack-progress"; readonly stack: string; readonly changed: number }
  | { readonly type: "stack-end"; readonly report: StackReport }
  | { readonly type: "end"; readonly report: FleetReport };
