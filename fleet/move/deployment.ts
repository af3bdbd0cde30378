import * as z from "zod";

import { tenantType, nameOf } from "../recorded.ts";

const urns = z.array(z.string());

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  delete: z.boolean().optional(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  inputs: z.looseObject({}).optional(),
  outputs: z.looseObject({}).optional(),
  dependencies: urns.optional(),
  propertyDependencies: z.record(z.string(), urns.nullable()).optional(),
  deletedWith: z.string().optional(),
  replaceWith: urns.optional(),
});

const documentSchema = z.looseObject({
  version: z.int(),
  deployment: z.looseObject({
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
    secrets_providers: z.unknown().optional(),
  }),
});

/** A resource in a state. What is not named in here passes through as it is. */
export type StateResource = z.output<typeof resourceSchema>;

/** A stack's state as `pulumi stack export` prints it and `pulumi stack import` takes it. */
export type StateDocument = z.output<typeof documentSchema>;

/** Type of the resource under which a stack has everything, and which has its outputs. */
export const rootType = "pulumi:pulumi:Stack";

/** Reads what `pulumi stack export` printed. Throws where it is no state, without a word of it, for it may have secrets in clear. */
export function readDocument(text: string): StateDocument {
  try {
    return documentSchema.parse(JSON.parse(text));
  } catch {
    throw new Error("pulumi stack export printed something that is no state");
  }
}

/** Resources of a state, in the order in which they depend on each other. */
export function resourcesOf({ deployment }: StateDocument): readonly StateResource[] {
  return deployment.resources ?? [];
}

/** The same state with other resources. */
export function withResources(document: StateDocument, resources: readonly StateResource[]): StateDocument {
  return { ...document, deployment: { ...document.deployment, resources: [...resources] } };
}

/** Everything that belongs to each tenant of a state: its component and whatever stands below that, in order. */
export function tenantsIn(document: StateDocument): ReadonlyMap<string, readonly StateResource[]> {
  const owners = new Map<string, string>();
  const parts = new Map<string, StateResource[]>();
  for (const resource of resourcesOf(document)) {
    // A parent stands before its children. Of a resource that waits to be removed there may be two with one URN.
    const owner = resource.type === tenantType ? nameOf(resource.urn) : owners.get(resource.parent ?? "");
    if (owner === undefined) continue;
    owners.set(resource.urn, owner);
    parts.set(owner, [...(parts.get(owner) ?? []), resource]);
  }
  return parts;
}

/** The same text for the same state, whatever the order in which keys were written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}
