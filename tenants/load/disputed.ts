import { child, type PlacedScalar, type SourceDocument } from "../document.ts";
import type { Problem } from "../errors.ts";
import { describeValue, formatPath, shownText } from "../schema/problems.ts";

/**
 * Texts without quotes below a key of `config` (the whole file where it is `null`) that Pulumi would hand to the program as
 * something else than was checked, each with its tenant where it stands in a list of tenants.
 */
export function disputedProblems(document: SourceDocument, key: string | null): readonly Problem[] {
  const path = key === null ? [] : ["config", key];
  // The environment's own keys are shown as everywhere else, without the key that holds them.
  const prefix = key === null || key === "tenantry:environment" ? "" : key;
  return document.disputed(path).map((scalar) => disputedProblem(document, path.length, prefix, scalar));
}

function disputedProblem({ root }: SourceDocument, depth: number, prefix: string, scalar: PlacedScalar): Problem {
  const { source, path, text, takenFor, remedy } = scalar;
  const inList = root !== null && typeof path[depth] === "number";
  const tenant = inList ? idOf(child(root, path.slice(0, depth + 1)).value) : null;
  const inside = tenant === null ? `${prefix}${formatPath(path.slice(depth))}` : formatPath(path.slice(depth + 1));
  return {
    source,
    tenant,
    path: inside,
    rule: "disputed-scalar",
    value: path.includes("secrets") ? "text that is not shown" : `${describeValue(text)} without quotes`,
    bound: `some readers of YAML take it for ${takenFor}, so what is checked might not be what is made`,
    remedy,
  };
}

function idOf(record: unknown): string | null {
  if (typeof record !== "object" || record === null || !("id" in record)) return null;
  return typeof record.id === "string" ? shownText(record.id) : null;
}
