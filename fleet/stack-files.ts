import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse } from "yaml";

import { createEmptyStack } from "./backends/empty-stack.ts";
import type { FleetStack } from "./inventory.ts";
import type { PulumiCli, PulumiLocation } from "./pulumi-cli.ts";
import type { RunContext } from "./run-context.ts";

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
  location: PulumiLocation,
  { name, cell }: Pick<FleetStack, "name" | "cell">,
  folder: string,
): StackConfiguration {
  if (cell === null) return { flags: [], remove: () => undefined };
  // Of this process: a preview may run beside an update.
  const copy = join(folder, `${name}.${process.pid}.config.yaml`);
  copyFileSync(fileOf(location), copy);
  chmodSync(copy, 0o600);
  return { flags: ["--config-file", copy], remove: () => rmSync(copy, { force: true }) };
}

/** A cell's stack is made without the CLI where that is possible; the environment's own stays with it, for its file may be changed. */
export async function makeStack(
  { backend, location, project, logs }: Pick<RunContext, "backend" | "location" | "project" | "logs">,
  cli: PulumiCli,
  stack: FleetStack,
): Promise<void> {
  const variables = { ...process.env, ...location.variables };
  const isMade =
    stack.cell !== null &&
    saysHowToEncrypt(location) &&
    (await createEmptyStack(backend.store, { project, stack: stack.name, variables }));
  if (!isMade) await createStack(cli, location, stack, logs);
}

/**
 * Makes a stack, with the environment's secrets provider: left to itself, `pulumi stack init` takes a passphrase, and writes that over
 * what the file says. It writes a file for the stack, which for the environment's own stack is the one that people keep; for a cell it
 * is not wanted, and is written in a folder that goes again.
 *
 * @param logs Folder where it is noted that `fleet` has started it: `pulumi stack init` takes the stack's lock.
 */
export async function createStack(
  cli: PulumiCli,
  location: PulumiLocation,
  { name, cell }: FleetStack,
  logs: string,
): Promise<void> {
  const { directory } = location;
  const provider = textOf(settingsIn(location), "secretsprovider");
  const init = ["stack", "init", name, "--no-select", ...(provider === null ? [] : ["--secrets-provider", provider])];
  if (cell === null) {
    await cli.ask(init, { logs, stack: name });
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "tenantry-cell-"));
  try {
    copyFileSync(join(directory, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    copyFileSync(fileOf(location), join(folder, `Pulumi.${name}.yaml`));
    await cli.ask(init, { directory: folder, logs, stack: name });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether an environment's file says whole how its stacks encrypt, so that making one has nothing to add to it. */
export function saysHowToEncrypt(location: PulumiLocation): boolean {
  const settings = settingsIn(location);
  const key = textOf(settings, "secretsprovider") === null ? "encryptionsalt" : "encryptedkey";
  return textOf(settings, key) !== null;
}

function fileOf({ directory, environment }: PulumiLocation): string {
  return join(directory, `Pulumi.${environment}.yaml`);
}

/** What an environment's file says; without a secrets provider in it, its stacks have a passphrase. */
function settingsIn(location: PulumiLocation): Readonly<Record<string, unknown>> {
  const settings: unknown = parse(readFileSync(fileOf(location), "utf8"));
  return typeof settings === "object" && settings !== null ? (settings as Record<string, unknown>) : {};
}

function textOf(settings: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = settings[key];
  return typeof value === "string" ? value : null;
}
