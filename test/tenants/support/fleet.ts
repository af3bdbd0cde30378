import type { SourceValue } from "../../../tenants/document.ts";
import type { Loaded } from "../../../tenants/load.ts";

/** Settings with room for any number of tenants. */
export const roomyEnvironment = {
  sizes: "dev",
  domain: "test.example",
  protect: false,
  cluster: { identifier: "test" },
  capacity: { cpu: 1_000_000, memory: "7Pi", ephemeralStorage: "7Pi", storage: "7Pi", pods: 10_000_000 },
  storage: { default: "standard", classes: ["standard"] },
  gateway: { name: "edge", namespace: "edge", className: "edge", listenerSets: true },
  images: { runtime: "registry.example/runtime:1", dashboard: "registry.example/dashboard:1", requireDigest: false },
} as const;

/** A value as if it had been read from a file; its place is only the file. */
export function sourceOf(value: unknown, file = "test.yaml"): SourceValue {
  return { value, position: () => ({ file, line: 0, column: 0 }) };
}

/** An environment as if it had been loaded. */
export function loadedOf(
  tenants: readonly unknown[],
  environment: unknown = roomyEnvironment,
  fleet: unknown = {},
): Loaded {
  return {
    environment: "test",
    settings: sourceOf(environment),
    tenants: tenants.map((record) => sourceOf(record)),
    secrets: [],
    fleet: sourceOf(fleet),
    unread: [],
    problems: [],
    origin: { files: new Map(), patterns: [] },
    compare: () => [],
  };
}
