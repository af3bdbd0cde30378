import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { parse, stringify } from "yaml";

/** The repository that is under test. */
export const repository = join(import.meta.dirname, "..", "..", "..");

/** What a Pulumi program needs; node_modules is linked, everything else copied so that tests may edit it. */
const programFiles = ["index.ts", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];
const programFolders = ["tenants", "components", "connection", "preflight"];

/** A tenant as a person writes it. */
export type TenantRecord = Record<string, unknown> & { id: string };

/** A copy of the program with a state of its own, for tests that edit the list of tenants. */
export interface Workspace {
  readonly directory: string;
  /** PULUMI_BACKEND_URL of the copy. */
  readonly backendUrl: string;
  /** Runs the Pulumi CLI in the copy; never throws, so that tests can look at the exit code. */
  readonly pulumi: (args: readonly string[], options?: RunOptions) => PulumiRun;
  /** The tenants in Pulumi.dev.yaml. */
  readonly tenants: () => TenantRecord[];
  /** Replaces the tenants in Pulumi.dev.yaml, and leaves the rest of the file's data as it is. */
  readonly writeTenants: (tenants: readonly TenantRecord[]) => void;
  /** tenantry:environment of Pulumi.dev.yaml. */
  readonly environment: () => Record<string, unknown>;
  /** Replaces keys of tenantry:environment in the file of an environment, dev where none is named. */
  readonly patchEnvironment: (patch: Readonly<Record<string, unknown>>, name?: string) => void;
  /** Sets another key below `config:` in Pulumi.dev.yaml, such as `tenantry:cells`. */
  readonly setConfig: (key: string, value: unknown) => void;
  readonly remove: () => void;
}

/** How a Pulumi command is run. */
export interface RunOptions {
  /** In a process group of its own, as a terminal would. @default false */
  readonly detached?: boolean;
  /** What it reads from standard input, which is no place that others can look at. @default nothing */
  readonly input?: string;
}

/** A running Pulumi command, `all` being both outputs as they came. */
export type PulumiRun = ReturnType<typeof runPulumi>;

/** What a finished Pulumi command gives. */
export type PulumiResult = Awaited<PulumiRun>;

function runPulumi(
  directory: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
  { detached = false, input = "" }: RunOptions,
) {
  return execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: directory,
    env: variables,
    all: true,
    reject: false,
    detached,
    input,
  });
}

interface StackFile {
  config: Record<string, unknown>;
}

/**
 * Makes a workspace. `variables` are what `local env` gives: where the cluster, the tools and the state are. `backend` is where its
 * states are kept; a folder of its own where it is left out.
 */
export function makeWorkspace(variables: Readonly<Record<string, string>>, backend?: string): Workspace {
  // The real path: Node resolves links, and the program finds its files beside itself.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "tenantry-workspace-")));
  for (const file of programFiles) cpSync(join(repository, file), join(directory, file));
  for (const folder of programFolders) cpSync(join(repository, folder), join(directory, folder), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(directory, "node_modules"));
  const state = mkdtempSync(join(directory, "state-"));
  const backendUrl = backend ?? `file://${state}`;
  const environment = { ...variables, PULUMI_BACKEND_URL: backendUrl };
  const stackFile = (name = "dev") => join(directory, `Pulumi.${name}.yaml`);
  const read = (name?: string): StackFile => parse(readFileSync(stackFile(name), "utf8")) as StackFile;
  const write = (content: StackFile, name?: string): void => writeFileSync(stackFile(name), stringify(content));
  return {
    directory,
    backendUrl,
    pulumi: (args, options = {}) => runPulumi(directory, environment, args, options),
    tenants: () => read().config["tenantry:tenants"] as TenantRecord[],
    writeTenants: (tenants) => {
      const content = read();
      content.config["tenantry:tenants"] = tenants;
      write(content);
    },
    environment: () => read().config["tenantry:environment"] as Record<string, unknown>,
    patchEnvironment: (patch, name) => {
      const content = read(name);
      content.config["tenantry:environment"] = { ...(content.config["tenantry:environment"] as object), ...patch };
      write(content, name);
    },
    setConfig: (key, value) => {
      const content = read();
      content.config[key] = value;
      write(content);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
