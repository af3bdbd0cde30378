import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** What a Pulumi program needs of the project; packages are linked, everything else is copied so that it may be edited. */
const programFiles = ["index.ts", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml"];
const programFolders = ["tenants", "components", "connection", "preflight"];

/** Copies the program into a new folder, so that the benchmark edits a list of tenants of its own. Returns the folder. */
export function copyProgram(project: string, directory: string): string {
  mkdirSync(directory, { recursive: true });
  for (const file of programFiles) cpSync(join(project, file), join(directory, file));
  for (const folder of programFolders) cpSync(join(project, folder), join(directory, folder), { recursive: true });
  symlinkSync(join(project, "node_modules"), join(directory, "node_modules"));
  return directory;
}
