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

/** The variants that are measured to see where the time goes; the first is the one that is compared with the peers. */
export const pulumiVariants: readonly [PulumiVariant, ...PulumiVariant[]] = [
  { name: "pulumi" },
  { name: "pulumi-no-checkpoints", variables: withoutCheckpoints },
  { name: "pulumi-parallel-64", flags: ["--parallel", "64"] },
  { name: "pulumi-both", flags: ["--parallel", "64"], variables: withoutCheckpoints },
];

/** Arguments of an update as a person would type it, without questions and colours. */
export function upArguments(stack: string, flags: readonly string[] = []): readonly string[] {
  return ["up", "--skip-preview", "--yes", "--stack", stack, "--non-interactive", "--color", "never", ...flags];
}

/** A record more in the list, then `pulumi up --skip-preview` of the whole program. Pulumi itself waits for readiness. */
export function pulumiPeer(run: Run, fleet: FleetFile, variant: PulumiVariant): Peer {
  const words = Object.entries(variant.variables ?? {}).map(([name, value]) => `${name}=${value}`);
  return {
    name: variant.name,
    command: [...words, "pulumi up --skip-preview", ...(variant.flags ?? [])].join(" "),
    waits: true,
    prepare: (tenant) => fleet.add(tenant.id),
    onboard: async () => run("pulumi", upArguments(fleet.stack, variant.flags), variant.variables),
    remove: async (tenant) => {
      fleet.remove(tenant.id);
      await run("pulumi", upArguments(fleet.stack), withoutCheckpoints);
    },
  };
}
