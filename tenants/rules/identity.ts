import type { Problem } from "../errors.ts";
import { foldId, forbiddenSuffix, reservedIdPrefixes, reservedIds } from "../names.ts";
import { placeOf, type Finding, type FleetRecord } from "./fleet.ts";

/** Rules about ids. They need no environment and see records that failed the schema elsewhere: an id is taken all the same. */
export function identityProblems(records: readonly FleetRecord[]): readonly Problem[] {
  const firstById = new Map<string, FleetRecord>();
  const firstByFold = new Map<string, FleetRecord & { readonly id: string }>();
  return records.flatMap((record) => {
    const { id } = record;
    if (id === null) return [];
    const same = firstById.get(id);
    if (same !== undefined) return [idProblem(record, id, duplicate(id, same))];
    firstById.set(id, record);
    const alike = firstByFold.get(foldId(id));
    if (alike === undefined) firstByFold.set(foldId(id), { ...record, id });
    return [...(alike === undefined ? [] : [idProblem(record, id, folded(id, alike))]), ...wordProblems(record, id)];
  });
}

function wordProblems(record: FleetRecord, id: string): readonly Problem[] {
  if (reservedIds.has(id)) {
    return [
      idProblem(record, id, {
        rule: "reserved-id",
        value: `"${id}"`,
        bound: "is reserved: it means something to Kubernetes, Pulumi, DNS or Tenantry",
        remedy: "Choose another id, such as the customer's name.",
      }),
    ];
  }
  const prefix = reservedIdPrefixes.find((reserved) => id.startsWith(reserved));
  const suffix = forbiddenSuffix(id);
  const finding = (value: string, bound: string): Finding => ({
    rule: "reserved-id",
    value,
    bound,
    remedy: "Choose another id; it can never be changed later.",
  });
  return [
    ...(prefix === undefined ? [] : [idProblem(record, id, finding(`"${id}"`, `must not begin with ${prefix}`))]),
    ...(suffix === null
      ? []
      : [
          idProblem(
            record,
            id,
            finding(`"${id}" ends in -${suffix}`, "is how the resources of another tenant are named"),
          ),
        ]),
  ];
}

function duplicate(id: string, first: FleetRecord): Finding {
  return {
    rule: "duplicate-id",
    value: `"${id}" again`,
    bound: `must be unique; first used in ${placeOf(first.source, ["id"])}`,
    remedy: "Rename the newer one, or remove it.",
  };
}

function folded(id: string, first: FleetRecord & { readonly id: string }): Finding {
  return {
    rule: "id-collision",
    value: `"${id}" and "${first.id}" (${placeOf(first.source, ["id"])})`,
    bound: `both become "${foldId(id)}" in systems that drop or fold dashes`,
    remedy: "Choose an id that differs by more than dashes.",
  };
}

function idProblem(record: FleetRecord, id: string, finding: Finding): Problem {
  return { source: record.source.position(["id"]), tenant: id, path: "id", ...finding };
}
