import type { EnvironmentPlan } from "../tenants/model.ts";
import type { PreflightCheckName } from "../tenants/preflight.ts";
import type { ClusterView } from "./view.ts";

/**
 * What a check found. `assumed`: nothing shows it, and something or somebody says so. `unknown`: nobody can tell.
 */
export type Verdict = "enforced" | "not-enforced" | "assumed" | "unknown";

/** A verdict, how it was found, and what to do about it. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was seen, as one sentence without its full stop. */
  readonly found: string;
  /** What to do where the verdict does not do; `null` for `enforced`. */
  readonly remedy: string | null;
  /** What a person should know whatever the verdict is. @default nothing */
  readonly hint?: string;
}

/** One question to a cluster. */
export interface Check {
  readonly name: PreflightCheckName;
  /** `update`: without it the update itself fails. `isolation`: the update would go through, and something would not hold. */
  readonly need: "update" | "isolation";
  /** Whether the plan relies on it. @default always */
  readonly applies?: (plan: EnvironmentPlan) => boolean;
  readonly look: (view: ClusterView, plan: EnvironmentPlan) => Promise<Finding>;
}

/** It holds. */
export function enforced(found: string): Finding {
  return { verdict: "enforced", found, remedy: null };
}

/** It does not hold. */
export function notEnforced(found: string, remedy: string): Finding {
  return { verdict: "not-enforced", found, remedy };
}

/** Nobody can tell. */
export function unknown(found: string, remedy: string): Finding {
  return { verdict: "unknown", found, remedy };
}
