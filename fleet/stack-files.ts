import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import type { FleetStack } from "./inventory.ts";
import type { PulumiCli, PulumiLocation } from "./pulumi-cli.ts";

/** How Pulumi is told a stack's configuration. */
export interface StackConfiguration {
  readonly flags: readonly string[];
  readonly remove: () => void;
}

/**
 * The environment's own stack reads the environment's file by itself. A cell gets a copy of it: where the file has no salt yet, Pulumi
 * writes one, and cells that run at once would write different ones into the one file.
 */
export function stackConfiguration(
  { directory, environment }: PulumiLocation,
  { name, cell }: Pick<FleetStack, "name" | "cell">,
  folder: string,
): StackConfiguration {
  if (cell === null) return { flags: [], remove: () => undefined };
  // Of this process: a preview may run beside an update.
  const copy = join(folder, `${name}.${process.pid}.config.yaml`);
  copyFileSync(join(directory, `Pulumi.${environment}.yaml`), copy);
  chmodSync(copy, 0o600);
  return { flags: ["--config-file", copy], remove: () => rmSync(copy, { force: true }) };
}

/**
 * Makes a stack. `pulumi stack init` writes a file for it, which for the environment's own stack is the one that people keep; for a cell
 * it is not wanted, and is written in a folder that goes again.
 */
export async function createStack(
  cli: PulumiCli,
  { directory, environment }: PulumiLocation,
  { name, cell }: FleetStack,
): Promise<void> {
  const file = join(directory, `Pulumi.${environment}.yaml`);
  const settings: unknown = parse(readFileSync(file, "utf8"));
  const provider =
    typeof settings === "object" && settings !== null && "secretsprovider" in settings
      ? settings.secretsprovider
      : null;
  // Without it Pulumi takes its default and drops the line from the environment's file.
  const flags = typeof provider === "string" ? ["--secrets-provider", provider] : [];
  const init = ["stack", "init", name, "--no-select", ...flags];
  if (cell === null) {
    await cli.ask(init);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "tenantry-cell-"));
  try {
    copyFileSync(join(directory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    copyFileSync(file, join(folder, `Pulumi.${name}.yaml`));
    await cli.ask(init, { directory: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
