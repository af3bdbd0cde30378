import { join } from "node:path";

import { defineConfig } from "vitest/config";

/**
 * Three projects: `unit` is pure and parallel; `browser` opens pages in a real browser; `cluster` talks to real servers and shares
 * one embedded cluster, so its files run one after the other.
 */
export default defineConfig({
  // The programs in docs/examples import the package by its name, as their readers do.
  resolve: { alias: { tenantry: join(import.meta.dirname, "components/index.ts") } },
  test: {
    // Longer than the 10 s that is usual: vitest would leave a cluster behind that a busy machine takes its time to end.
    teardownTimeout: 90_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**", "test/cluster/**", "test/local/real/**"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/setup.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "cluster",
          include: ["test/cluster/**/*.test.ts", "test/local/real/**/*.test.ts"],
          globalSetup: ["test/cluster/setup.ts"],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: [
        "tenants/**/*.ts",
        "components/**/*.ts",
        "fleet/**/*.ts",
        "cli/**/*.ts",
        "attack/**/*.ts",
        "connection/**/*.ts",
        "preflight/**/*.ts",
        "index.ts",
      ],
      reporter: ["text-summary", "json-summary"],
      // Each room by itself, so that a well-tested one cannot hide another.
      thresholds: {
        "tenants/**": { lines: 90 },
        "components/**": { lines: 90 },
        "fleet/**": { lines: 90 },
        "cli/**": { lines: 90 },
        "attack/**": { lines: 90 },
        "connection/**": { lines: 90 },
        "preflight/**": { lines: 90 },
      },
    },
  },
});
