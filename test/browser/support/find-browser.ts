import { findProgram, installPackages } from "../../support/system-packages.ts";

/** A browser, or the reason why there is none. */
export type FoundBrowser = { readonly path: string } | { readonly path: null; readonly reason: string };

/** What Chromium and its kin are called, by whoever packages them. */
const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const applications = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * A Chromium: the one that `TENANTRY_CHROMIUM` names, one on the PATH, or the system's own package, which is installed where this process
 * may: as root, with apt-get. Throws when the setting names none, so that who relies on it is not told that tests were skipped.
 */
export async function findBrowser(environment: NodeJS.ProcessEnv): Promise<FoundBrowser> {
  const named = environment["TENANTRY_CHROMIUM"] ?? "";
  if (named !== "") {
    const path = findProgram(environment, [named]);
    if (path === null) throw new Error(`TENANTRY_CHROMIUM names ${named}, which is not a program that can be run`);
    return { path };
  }
  const found = findProgram(environment, [...names, ...applications]);
  if (found !== null) return { path: found };
  const obstacle = await installPackages(environment, ["chromium"], "the tests in test/browser");
  const reason = obstacle ?? "and its package brings none";
  const installed = findProgram(environment, names);
  return installed === null
    ? { path: null, reason: `no Chromium on the PATH, ${reason}; install one, or name it with TENANTRY_CHROMIUM` }
    : { path: installed };
}
