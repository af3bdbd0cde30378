import { logicalName, roles } from "../tenants/names.ts";

/**
 * What Pulumi is to touch for one tenant: its component, and every role by its whole name, so that neither `acme-corp` is meant with
 * `acme`, nor does a resource escape that the state has lost.
 */
export function targetsOf(id: string): readonly string[] {
  return [`**::${id}`, ...roles.flatMap((role) => [`**::${logicalName(id, role)}`, `**::${logicalName(id, role)}.*`])];
}
