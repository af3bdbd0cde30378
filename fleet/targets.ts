import { updateName, updateType } from "../components/record-names.ts";
import { logicalName, roles } from "../tenants/names.ts";
import type { FleetStack } from "./inventory.ts";
import type { Recorded } from "./recorded.ts";

/**
 * What Pulumi is to touch for one tenant: its component, and every role by its whole name, so that neither `acme-corp` is meant with
 * `acme`, nor does a resource escape that the state has lost.
 */
export function targetsOf(id: string): readonly string[] {
  return [`**::${id}`, ...roles.flatMap((role) => [`**::${logicalName(id, role)}`, `**::${logicalName(id, role)}.*`])];
}

/** The component that says what an update begins with. It has no children, and only targets with their dependents drag anything along. */
export const begunTarget = `**::${updateType}::${updateName}`;

/**
 * Targets of an update of some tenants alone. Made of other files than the last whole update, it has to say that it began: the stack then
 * has tenants of both, and would look current again as soon as the files go back to what they were.
 */
export function updateTargets(
  targets: readonly string[],
  { recorded, fingerprint }: Pick<FleetStack, "recorded" | "fingerprint">,
  present: Pick<Recorded, "finished"> | null,
): readonly string[] {
  const differs = recorded && present?.finished?.fingerprint !== fingerprint;
  return targets.length > 0 && differs ? [...targets, begunTarget] : targets;
}
