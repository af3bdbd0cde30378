import { existsSync } from "node:fs";
import { join } from "node:path";

import { absoluteUrl } from "../fleet/backends/file-url.ts";
import type { PulumiLocation } from "../fleet/pulumi-cli.ts";
import { CommandError, exitCodes } from "../local/command-error.ts";
import { localEnvironment } from "../local/environment.ts";
import { localPaths } from "../local/paths.ts";

/** Where the stacks of an environment live, and which `pulumi` serves them. */
export interface FleetLocation {
  readonly location: PulumiLocation;
  readonly backendUrl: string;
  /** Folder for the logs of each stack. */
  readonly logs: string;
}

/**
 * The backend that the shell names; for `dev`, where it names none, the embedded cluster's. Throws a `CommandError` where that does not
 * exist yet.
 */
export function fleetLocation(
  directory: string,
  environment: string,
  shell: NodeJS.ProcessEnv = process.env,
): FleetLocation {
  const paths = localPaths(directory);
  const logs = join(paths.root, "fleet", environment);
  const written = shell["PULUMI_BACKEND_URL"] ?? "";
  // The CLI does not run in this folder when it makes a cell, so a relative path would be another one there.
  const backendUrl = absoluteUrl(written, directory);
  if (environment !== "dev" || backendUrl !== "" || (shell["PULUMI_ACCESS_TOKEN"] ?? "") !== "") {
    const variables = {
      // Every cell loads the same program: compiled once, it need not be compiled by each of them.
      NODE_COMPILE_CACHE: shell["NODE_COMPILE_CACHE"] ?? paths.compileCache,
      // Each would ask the network whether there is a newer CLI.
      PULUMI_SKIP_UPDATE_CHECK: shell["PULUMI_SKIP_UPDATE_CHECK"] ?? "true",
      ...(backendUrl === written ? {} : { PULUMI_BACKEND_URL: backendUrl }),
    };
    return { location: { directory, environment, variables, pulumiRoot: null }, backendUrl, logs };
  }
  if (!existsSync(paths.cluster.kubeconfig)) {
    throw new CommandError(exitCodes.missing, `there is no embedded cluster in ${directory} yet`, "npm start");
  }
  const variables = localEnvironment(paths, shell);
  const location = { directory, environment, variables, pulumiRoot: paths.root };
  return { location, backendUrl: variables["PULUMI_BACKEND_URL"] ?? "", logs };
}
