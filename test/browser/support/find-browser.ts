import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";

/** A browser, or the reason why there is none. */
export type FoundBrowser = { readonly path: string } | { readonly path: null; readonly reason: string };

/** What Chromium and its kin are called, by whoever packages them. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const applications = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Minutes that one command of the system's package manager may take. */
const installMinutes = 10;

/**
 * A Chromium: the one that `TENANTRY_CHROMIUM` names, one on the PATH, or the system's own package, which is installed where this process
 * may: as root, with apt-get. Throws when the setting names none, so that who relies on it is not told that tests were skipped.
 */
export async function findBrowser(environment: NodeJS.ProcessEnv): Promise<FoundBrowser> {
  const named = environment["TENANTRY_CHROMIUM"] ?? "";
  if (named !== "") {
    const path = onPath(environment, [named]);
    if (path === null) throw new Error(`TENANTRY_CHROMIUM names ${named}, which is not a program that can be run`);
    return { path };
  }
  const found = onPath(environment, [...names, ...applications]);
  if (found !== null) return { path: found };
  const reason = await install(environment);
  const installed = onPath(environment, names);
  return installed === null
    ? { path: null, reason: `no Chromium on the PATH, ${reason}; install one, or name it with TENANTRY_CHROMIUM` }
    : { path: installed };
}

/** Installs the system's package; returns why not. Where it could and did not help, the reason is never shown. */
async function install(environment: NodeJS.ProcessEnv): Promise<string> {
  if (onPath(environment, ["apt-get"]) === null) return "and no apt-get to install it with";
  if (process.getuid?.() !== 0) return "and only root may install it";
  process.stderr.write("> installing chromium for the tests in test/browser\n");
  const apt = (...args: readonly string[]) =>
    execa("apt-get", ["-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      timeout: installMinutes * 60_000,
      all: true,
      reject: false,
    });
  await apt("update");
  const { failed, all } = await apt("install", "-y", "--no-install-recommends", "chromium");
  return failed
    ? `and apt-get cannot install it (${all.trim().split("\n").at(-1) ?? ""})`
    : "and its package brings none";
}

function onPath(environment: NodeJS.ProcessEnv, programs: readonly string[]): string | null {
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
