import { type PreflightCheckName, preflightCheckNames, type PreflightPlan, statableChecks } from "../preflight.ts";
import type { EnvironmentSpec } from "../schema.ts";

/** What the preflight holds a cluster to. */
export function planPreflight({ preflight, storage }: EnvironmentSpec): PreflightPlan {
  const reasons = <Name extends PreflightCheckName>(
    names: readonly Name[],
    given: Readonly<Partial<Record<Name, string | undefined>>>,
  ) => Object.fromEntries(names.map((name) => [name, given[name] ?? null])) as Record<Name, string | null>;
  return {
    strict: preflight.strict,
    stated: reasons(statableChecks, preflight.stated),
    accepted: reasons(preflightCheckNames, preflight.accept),
    storageClasses: [...new Set(storage.classes)].sort(),
  };
}
