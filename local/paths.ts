import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

import { errorMessage } from "../tenants/errors.ts";
import { CommandError, exitCodes } from "./command-error.ts";

/** Where the local environment of one checkout keeps its files. Everything lives under `.tenantry/`, mode 0700. */
export interface LocalPaths {
  /** The checkout. */
  readonly project: string;
  /** `.tenantry`: git-ignored, mode 0700. */
  readonly root: string;
  /** Links to the tools this checkout uses; goes on the PATH. */
  readonly bin: string;
  readonly cluster: {
    readonly directory: string;
    readonly pki: string;
    readonly etcd: string;
    readonly config: string;
    readonly logs: string;
    /** Ports and processes of the running cluster. */
    readonly run: string;
    /** Kubeconfig of the administrator, with its credentials inside; mode 0600. */
    readonly kubeconfig: string;
    readonly auditLog: string;
  };
  readonly pulumi: { readonly home: string; readonly state: string };
  /** NODE_COMPILE_CACHE: compiled programs start faster the second time. */
  readonly compileCache: string;
  /** One log file per tool that is built. */
  readonly toolLogs: string;
}

/** The layout of the local environment of the checkout at `projectDirectory` (absolute). */
export function localPaths(projectDirectory: string): LocalPaths {
  const root = join(projectDirectory, ".tenantry");
  const cluster = join(root, "cluster");
  return {
    project: projectDirectory,
    root,
    bin: join(root, "bin"),
    cluster: {
      directory: cluster,
      pki: join(cluster, "pki"),
      etcd: join(cluster, "etcd"),
      config: join(cluster, "config"),
      logs: join(cluster, "logs"),
      run: join(cluster, "run.json"),
      kubeconfig: join(cluster, "kubeconfig"),
      auditLog: join(cluster, "audit.log"),
    },
    pulumi: { home: join(root, "pulumi", "home"), state: join(root, "pulumi", "state") },
    compileCache: join(root, "node-compile-cache"),
    toolLogs: join(root, "tool-logs"),
  };
}

/**
 * Creates the folders of the local environment, readable by their owner only. Safe to repeat. Throws a `CommandError` where the
 * checkout cannot be written.
 */
export function createLocalDirectories(paths: LocalPaths): void {
  const directories = [
    paths.root,
    paths.bin,
    paths.cluster.directory,
    paths.cluster.pki,
    paths.cluster.config,
    paths.cluster.logs,
    paths.pulumi.home,
    paths.pulumi.state,
    paths.compileCache,
    paths.toolLogs,
  ];
  try {
    for (const directory of directories) mkdirSync(directory, { recursive: true, mode: 0o700 });
    turnOffPulumiLog(paths.pulumi.home);
    // mkdir leaves the mode of a folder that existed before as it was.
    chmodSync(paths.root, 0o700);
  } catch (error) {
    const reason = errorMessage(error);
    throw new CommandError(
      exitCodes.failed,
      `cannot write ${paths.root}, where the local environment keeps its files: ${reason}`,
      "run the command as the owner of the checkout, or in a checkout that you can write to",
    );
  }
}

/**
 * The CLI logs every operation at debug level, formatted, compressed and encrypted, to `$PULUMI_HOME/logs`: a fifth of its
 * time and 12 to 16 MB for each update, with no setting to turn it off (pulumi/pulumi#23731). Where it cannot make that
 * folder it does without, so an empty file takes its place. A folder that is there already is left to its owner.
 */
function turnOffPulumiLog(home: string): void {
  const logs = join(home, "logs");
  if (!existsSync(logs)) writeFileSync(logs, "", { mode: 0o600 });
}

/**
 * Folder of the tool cache, shared by all checkouts of a person: `$XDG_CACHE_HOME/tenantry/tools`, else
 * `~/.cache/tenantry/tools`. A relative XDG_CACHE_HOME is ignored, as the XDG specification demands.
 */
export function toolCacheDirectory(environment: NodeJS.ProcessEnv): string {
  const configured = environment["XDG_CACHE_HOME"];
  const base = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ".cache");
  return join(base, "tenantry", "tools");
}
