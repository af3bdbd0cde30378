import { existsSync } from "node:fs";
import { join } from "node:path";

import { CommandError, exitCodes } from "../local/command-error.ts";

/** Name of the Pulumi project, as in Pulumi.yaml; part of the path of its state. */
export const pulumiProject = "tenantry";

/** The folder that the command works on: the current one, which must hold a Pulumi program. npm scripts always run there. */
export function projectDirectory(): string {
  const directory = process.cwd();
  if (existsSync(join(directory, "Pulumi.yaml"))) return directory;
  throw new CommandError(
    exitCodes.input,
    `no Pulumi.yaml in ${directory}`,
    "run the command in the folder of your Tenantry program",
  );
}
