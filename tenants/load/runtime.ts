import { isDeepStrictEqual } from "node:util";

import type { SourceValue } from "../document.ts";
import type { Problem, SourcePosition } from "../errors.ts";

/** The same keys as Pulumi hands them to the running program; `undefined` where a key is not set. */
export interface RuntimeConfiguration {
  readonly environment: unknown;
  readonly tenants: unknown;
  readonly cells?: unknown;
}

/** Problems where Pulumi runs with another configuration than the file that was checked. */
export function runtimeProblems(
  runtime: RuntimeConfiguration,
  written: (key: keyof RuntimeConfiguration) => SourceValue,
  whole: SourcePosition,
): readonly Problem[] {
  const keys = ["environment", "tenants", "cells"] as const;
  return keys
    .map((key) => ({ path: `tenantry:${key}`, given: runtime[key], written: written(key) }))
    .filter(({ given, written }) => !isDeepStrictEqual(comparable(given), comparable(written.value)))
    .map(({ path, written }) => ({
      source: written.value === undefined ? whole : written.position([]),
      tenant: null,
      path,
      rule: "other-configuration",
      value: "Pulumi runs with a different value",
      bound: "must be what this file says",
      remedy: "Run with this file and without --config, so that what is checked is what is made.",
    }));
}

/** Leaves as text: Pulumi and YAML may disagree whether `8` is a number, never on how it reads. */
function comparable(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, inner]) => [key, comparable(inner)]),
    );
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
