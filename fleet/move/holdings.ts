import { canonical, tenantsIn, type StateDocument, type StateResource } from "./deployment.ts";
import { withoutStack } from "./urns.ts";

/**
 * What a state holds of a tenant, one line for each thing that must not be lost, the same in whichever stack it is. Of an object in the
 * cluster that is which one it is. What exists in the state alone, such as a generated password, counts with its value.
 */
export function holdingsOf(parts: readonly StateResource[]): ReadonlySet<string> {
  return new Set(
    parts.flatMap((resource) => {
      const { urn, type, id, custom, delete: dying } = resource;
      if (custom !== true) return [];
      const value = type.startsWith("kubernetes:") ? null : [resource.inputs, resource.outputs];
      return [canonical([withoutStack(urn), id, dying === true, value])];
    }),
  );
}

/** What a state holds of every tenant in it. */
export function holdingsIn(document: StateDocument): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map([...tenantsIn(document)].map(([tenant, parts]) => [tenant, holdingsOf(parts)]));
}

/** Names of the resources of one copy of a tenant that another copy lacks, or has otherwise. */
export function missingFrom(copy: ReadonlySet<string>, original: ReadonlySet<string>): readonly string[] {
  return [...original].filter((line) => !copy.has(line)).map((line) => nameIn(line));
}

/** The logical name in a line, for people; the rest of it may be secret. */
function nameIn(line: string): string {
  const [urn] = JSON.parse(line) as [string];
  return urn.slice(urn.lastIndexOf("::") + 2);
}
