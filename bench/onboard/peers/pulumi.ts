import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { RawApi } from "../../api.ts";
import type { Run } from "../programs.ts";
import type { FleetFile } from "../fleet-file.ts";
import type { Peer } from "./peer.ts";

/** What differs from plain `pulumi up --skip-preview`. */
export interface PulumiVariant {
  readonly name: string;
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Writes the state once at the end instead of twice for each changed resource; a crash then loses the record. */
export const withoutCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" } as const;

/** What is compared with the peers: nothing is tuned. */
export const plainPulumi: PulumiVariant = { name: "pulumi" };

/**
 * Variants that show where the time goes. `quietHome` is a PULUMI_HOME in which the CLI cannot write the log that it otherwise
 * keeps of every operation; there is no setting for that.
 */
export function pulumiVariants(quietHome: string): readonly PulumiVariant[] {
  return [
    { name: "pulumi-parallel-64", flags: ["--parallel", "64"] },
    { name: "pulumi-no-log", variables: { PULUMI_HOME: quietHome } },
    { name: "pulumi-no-checkpoints", variables: withoutCheckpoints },
    { name: "pulumi-neither", variables: { ...withoutCheckpoints, PULUMI_HOME: quietHome } },
  ];
}

/** A PULUMI_HOME whose `logs` is a file instead of a folder, so that the CLI goes on without its log. */
export function makeQuietHome(directory: string): string {
  mkdirSync(directory);
  writeFileSync(join(directory, "logs"), "");
  return directory;
}

/** Arguments of an update as a person would type it, without questions and colours. */
export function upArguments(stack: string, flags: readonly string[] = []): readonly string[] {
  return ["up", "--skip-preview", "--yes", "--stack", stack, "--non-interactive", "--color", "never", ...flags];
}

/** A record more in the list, then `pulumi up --skip-preview` of the whole program. Pulumi itself waits for readiness. */
export function pulumiPeer(run: Run, api: RawApi, fleet: FleetFile, variant: PulumiVariant): Peer {
  return {
    name: variant.name,
    command: ["pulumi up --skip-preview", ...(variant.flags ?? []), ...describe(variant.variables ?? {})].join(" "),
    waits: true,
    prepare: (tenant) => fleet.add(tenant.id),
    onboard: async () => run("pulumi", upArguments(fleet.stack, variant.flags), variant.variables),
    remove: async (tenant) => {
      fleet.remove(tenant.id);
      // The state as it was before, instead of an update that takes as long as the measured one.
      await api.json("DELETE", `/api/v1/namespaces/${tenant.namespace}`);
      await run("pulumi", ["stack", "import", "--stack", fleet.stack, "--file", fleet.baseline]);
    },
  };
}

/** Variables as words, without paths. */
function describe(variables: Readonly<Record<string, string>>): readonly string[] {
  const words: string[] = [];
  if ("PULUMI_SKIP_CHECKPOINTS" in variables) words.push("(no checkpoints)");
  if ("PULUMI_HOME" in variables) words.push("(no log)");
  return words;
}
