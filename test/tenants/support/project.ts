import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { formatProblem } from "../../../tenants/errors.ts";
import { loadEnvironment, type Loaded } from "../../../tenants/load.ts";
import { inspectEnvironment } from "../../../tenants/plan.ts";

/** A sound environment in dev sizes, as YAML under `tenantry:environment:`. */
export const soundEnvironment = `
sizes: dev
domain: dev.example
protect: false
cluster: { identifier: test }
capacity: { cpu: 90, memory: 360Gi, ephemeralStorage: 300Gi, storage: 1Ti, pods: 600, volumes: 100 }
storage: { default: standard, classes: [standard, fast] }
gateway: { name: edge, namespace: edge, className: tenantry, create: true, listenerSets: true }
images: { runtime: registry.example/runtime:1, dashboard: registry.example/dashboard:1, requireDigest: false }
`.trim();

/** One sound tenant, as YAML under `tenantry:tenants:`. */
export const soundTenants = `
- { id: acme, name: Acme, tier: pro }
`.trim();

/** What a stack file is made of; everything has a sound default. */
export interface StackText {
  readonly tenants?: string;
  readonly environment?: string;
  /** More lines under `config:`. */
  readonly config?: string;
}

/** Text of a stack file. Tenants come first, so that their first line is always line 3 and their text begins in column 5. */
export function stackText({ tenants = soundTenants, environment = soundEnvironment, config = "" }: StackText): string {
  const parts = [
    "config:",
    "  tenantry:tenants:",
    indent(tenants, 4),
    "  tenantry:environment:",
    indent(environment, 4),
    ...(config === "" ? [] : [indent(config, 2)]),
  ];
  return `${parts.join("\n")}\n`;
}

/** Writes files into a new folder, hands the folder over, and removes it. */
export function withProject<T>(files: Readonly<Record<string, string>>, use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "tenantry-project-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What loading an environment called dev from these files gives. */
export function loadText(stack: StackText, files: Readonly<Record<string, string>> = {}): Loaded {
  return withProject({ "Pulumi.dev.yaml": stackText(stack), ...files }, (directory) =>
    loadEnvironment({ directory, environment: "dev" }),
  );
}

/** Every problem of an environment, one line each. */
export function messagesOf(stack: StackText, files: Readonly<Record<string, string>> = {}): readonly string[] {
  return inspectEnvironment(loadText(stack, files)).problems.map(formatProblem);
}

function indent(text: string, spaces: number): string {
  return text
    .trim()
    .split("\n")
    .map((line) => " ".repeat(spaces) + line)
    .join("\n");
}
