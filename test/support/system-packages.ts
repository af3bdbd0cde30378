import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

/** Minutes that one command of the system's package manager may take. */
const installMinutes = 10;

/**
 * Installs packages of the system that tests need, where this process may: as root, with apt-get. Says on standard error what
 * they are for. Returns why they could not be installed, to be read after a comma; `null` when they are there.
 */
export async function installPackages(
  environment: NodeJS.ProcessEnv,
  packages: readonly string[],
  purpose: string,
): Promise<string | null> {
  if (findProgram(environment, ["apt-get"]) === null) return "and no apt-get to install it with";
  if (process.getuid?.() !== 0) return "and only root may install it";
  process.stderr.write(`> installing ${packages.join(", ")} for ${purpose}\n`);
  const apt = (...args: readonly string[]) =>
    execa("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeout: installMinutes * 60_000,
      all: true,
      reject: false,
    });
  // Lists that cannot be brought up to date may still name what is asked for.
  await apt("update");
  const { failed, all } = await apt("install", "--yes", "--no-install-recommends", ...packages);
  return failed ? `and apt-get cannot install it (${all.trim().split("\n").at(-1) ?? ""})` : null;
}

/** The first of these programs that there is: a path as it is, a name in the folders of the PATH. */
export function findProgram(environment: NodeJS.ProcessEnv, programs: readonly string[]): string | null {
  const folders = (environment["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const candidates = programs.flatMap((program) =>
    program.includes("/") ? [program] : folders.map((folder) => join(folder, program)),
  );
  return candidates.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
