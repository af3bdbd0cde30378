/**
 * What a stack is made of, as one digest: equal digests mean that an update would register the same resources. The program leaves it
 * in the stack's state and `fleet` compares, so no update has to run to know that there is nothing to do. No Pulumi in here.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { globSync } from "tinyglobby";

import { slicesOf } from "../tenants/cells.ts";
import type { SecretName } from "../tenants/load/secrets.ts";
import type { EnvironmentPlan } from "../tenants/model.ts";

/** Files of the program that decide what it registers; the configuration is in the plan. */
const sources = ["index.ts", "Pulumi.yaml", "tenants/**/*.ts", "components/**/*.ts"];

/** What the program runs beside them: it decides whether an update may begin, and against which cluster. */
const guards = ["preflight/**/*.ts", "connection/**/*.ts"];

/** Digest of the program in a folder and of the versions of the packages that it names. */
export function programDigest(directory: string): string {
  return digestOf(directory, sources);
}

/** Digest of everything of the program that a process keeps loaded. */
export function loadedDigest(directory: string): string {
  return digestOf(directory, [...sources, ...guards]);
}

function digestOf(directory: string, patterns: readonly string[]): string {
  const hash = createHash("sha256");
  const files = globSync([...patterns], { cwd: directory, onlyFiles: true }).sort();
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(directory, file)))
      .update("\0");
  const { dependencies = {} } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return hash.update(JSON.stringify(dependencies)).digest("hex");
}

/** The fingerprints of an environment's stacks, by cell; `null` asks for the environment's own stack. */
export function fingerprints(
  program: string,
  plan: EnvironmentPlan,
  secrets: readonly SecretName[],
): (cell: number | null) => string {
  const digests = new Map<string, string[]>();
  for (const { tenant, name, digest } of secrets) {
    digests.set(tenant, [...(digests.get(tenant) ?? []), `${name}=${digest}`]);
  }
  const slice = slicesOf(plan);
  // The environment's own stack says how many cells there are, so it is another with another number.
  const common = (platform: boolean): string =>
    JSON.stringify([program, platform, plan.platform, platform ? plan.cells.count : null]);
  const [ofOwn, ofCell] = [common(true), common(false)];
  return (cell) => {
    const { platform, tenants } = slice(cell);
    const hash = createHash("sha256").update(platform ? ofOwn : ofCell);
    for (const tenant of tenants) {
      hash.update(JSON.stringify([tenant, [...(digests.get(tenant.id) ?? [])].sort()]));
    }
    return hash.digest("hex");
  };
}
