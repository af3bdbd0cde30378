import * as z from "zod";

import { fleetOutput, finishedKey, isCounted, updateType, type FinishedUpdate } from "../components/record-names.ts";

/** What a stack's state says about its last updates and what it holds. */
export interface Recorded {
  /** Fingerprint of the update that began last; `null` where none ever did. */
  readonly begun: string | null;
  /** What the last finished update left. */
  readonly finished: FinishedUpdate | null;
  /** Resources that the program has registered, `isCounted` ones, those that wait to be removed included. */
  readonly resources: number;
  /** Operations whose end the engine was not told, because it was killed. */
  readonly pending: number;
  /** Ids of the tenants in it. */
  readonly tenants: readonly string[];
  /** URNs by tenant of what the tenant consists of, its component included. */
  readonly urns: ReadonlyMap<string, readonly string[]>;
}

const stateSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        parent: z.string().optional(),
        inputs: z.looseObject({}).optional(),
        outputs: z.looseObject({}).optional(),
      }),
    )
    .nullish(),
  pending_operations: z.array(z.unknown()).nullish(),
});

/** A state file has the one form, `pulumi stack export` the other. A stack that was never updated has neither. */
const documentSchema = z.union([
  z.looseObject({ checkpoint: z.looseObject({ latest: stateSchema.nullish() }) }),
  z.looseObject({ deployment: stateSchema.nullable() }),
]);

const finishedSchema = z.looseObject({
  [finishedKey]: z.strictObject({ fingerprint: z.string(), resources: z.int() }),
});

type Resource = NonNullable<z.output<typeof stateSchema>["resources"]>[number];

/** Type of the component that is one tenant. */
export const tenantType = "tenantry:index:TenantStack";

/** Reads a state as a backend keeps or exports it. Throws where it is none. */
export function readRecorded(document: unknown): Recorded {
  const parsed = documentSchema.parse(document);
  const state =
    "checkpoint" in parsed ? (parsed as { checkpoint: { latest?: unknown } }).checkpoint.latest : parsed["deployment"];
  const { resources, pending_operations: pending } = stateSchema.parse(state ?? {});
  const all = resources ?? [];
  const update = all.find(({ type }) => type === updateType);
  const stack = all.find(({ type }) => type === "pulumi:pulumi:Stack");
  const begun = update?.inputs?.["fingerprint"];
  const finished = finishedSchema.safeParse(stack?.outputs?.[fleetOutput]);
  const urns = urnsByTenant(all);
  return {
    begun: typeof begun === "string" ? begun : null,
    finished: finished.success ? finished.data[finishedKey] : null,
    resources: all.filter(({ type }) => isCounted(type)).length,
    pending: pending?.length ?? 0,
    tenants: [...urns.keys()].sort(),
    urns,
  };
}

/** The logical name in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function urnsByTenant(resources: readonly Resource[]): ReadonlyMap<string, readonly string[]> {
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  const owners = new Set(resources.filter(({ type }) => type === tenantType).map(({ urn }) => urn));
  const urns = new Map<string, string[]>();
  for (const { urn } of resources) {
    let step: string | undefined = urn;
    while (step !== undefined && !owners.has(step)) step = parents.get(step);
    if (step === undefined) continue;
    const tenant = nameOf(step);
    urns.set(tenant, [...(urns.get(tenant) ?? []), urn]);
  }
  return urns;
}
