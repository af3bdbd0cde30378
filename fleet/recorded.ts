import * as z from "zod";

import {
  fleetOutput,
  finishedKey,
  isCounted,
  protectedOutput,
  updateType,
  type FinishedUpdate,
} from "../components/record-names.ts";

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
  /** Ids of the tenants with an object that was being created then: it may be in the cluster, and is in no state. */
  readonly creating: readonly string[];
  /** Ids of the tenants in it. */
  readonly tenants: readonly string[];
  /** Ids of the tenants that may not be removed: those that the program remembers, and those with a resource that the engine protects. */
  readonly protected: readonly string[];
}

const operationSchema = z.looseObject({
  type: z.string(),
  resource: z.looseObject({ parent: z.string().optional(), custom: z.boolean().optional() }).optional(),
});

type PendingOperation = z.output<typeof operationSchema>;

const stateSchema = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        parent: z.string().optional(),
        protect: z.boolean().optional(),
        inputs: z.looseObject({}).optional(),
        outputs: z.looseObject({}).optional(),
      }),
    )
    .nullish(),
  pending_operations: z.array(operationSchema).nullish(),
});

/** A state file has the one form, `pulumi stack export` the other. A stack that was never updated has nothing in either. */
const fileSchema = z.looseObject({ checkpoint: z.looseObject({ latest: stateSchema.nullish() }) });
const exportSchema = z.looseObject({ deployment: stateSchema.nullable() });

const finishedSchema = z.looseObject({
  [finishedKey]: z.strictObject({ fingerprint: z.string(), resources: z.int() }),
});

const protectedSchema = z.looseObject({ [protectedOutput]: z.array(z.string()) });

/** Type of the component that is one tenant. */
export const tenantType = "tenantry:index:TenantStack";

/** Reads a state as a backend keeps or exports it. Throws where it is none. */
export function readRecorded(document: unknown): Recorded {
  const { resources, pending_operations: pending } = stateIn(document) ?? {};
  const all = resources ?? [];
  const update = all.find(({ type }) => type === updateType);
  const stack = all.find(({ type }) => type === "pulumi:pulumi:Stack");
  const begun = update?.inputs?.["fingerprint"];
  const components = new Set(all.flatMap(({ type, urn }) => (type === tenantType ? [urn] : [])));
  const remembered = protectedSchema.safeParse(stack?.outputs).data?.[protectedOutput] ?? [];
  const guarded = all.flatMap(({ parent = "", protect }) =>
    protect === true && components.has(parent) ? [parent] : [],
  );
  const finished = finishedSchema.safeParse(stack?.outputs?.[fleetOutput]);
  return {
    begun: typeof begun === "string" ? begun : null,
    finished: finished.success ? finished.data[finishedKey] : null,
    resources: all.filter(({ type }) => isCounted(type)).length,
    pending: pending?.length ?? 0,
    creating: creatingIn(pending ?? [], new Map(all.map(({ urn, parent }) => [urn, parent ?? ""]))),
    tenants: [...components].map(nameOf).sort(),
    protected: [...new Set([...remembered, ...guarded.map(nameOf)])].sort(),
  };
}

/**
 * Tenants with creations that were cut off, found by the parents; names are never parsed. A component is no object of the cluster. Of a
 * part whose parents the state has lost nothing is left either: its namespace went with them.
 */
function creatingIn(operations: readonly PendingOperation[], parents: ReadonlyMap<string, string>): readonly string[] {
  const tenants = operations.flatMap(({ type, resource }) => {
    if (type !== "creating" || resource?.custom === false) return [];
    let step = resource?.parent ?? "";
    while (step !== "" && typeOf(step) !== tenantType) step = parents.get(step) ?? "";
    return step === "" ? [] : [nameOf(step)];
  });
  return [...new Set(tenants)].sort();
}

/** A resource's own type: the URN has those of its parents before it. */
export function typeOf(urn: string): string {
  const types = urn.split("::")[2] ?? "";
  return types.slice(types.lastIndexOf("$") + 1);
}

/** The logical name in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function stateIn(document: unknown): z.output<typeof stateSchema> | null | undefined {
  const isFile = typeof document === "object" && document !== null && "checkpoint" in document;
  return isFile ? fileSchema.parse(document).checkpoint.latest : exportSchema.parse(document).deployment;
}
