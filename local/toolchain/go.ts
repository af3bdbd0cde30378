import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import semver from "semver";

import { CommandError } from "../command-error.ts";
import { buildFlags } from "./recipe-hash.ts";

/** The oldest Go that compiles every recipe: the largest `go` line among the go.mod files, which is that of metrics-server's module. */
export const minimumGo = "1.26.4";

/** Where Go's own installer puts it; often not on the PATH of a fresh shell. */
const usualPlaces = ["/usr/local/go/bin/go"];

/** The first Go that can fetch a newer one as a module. */
const firstWithToolchains = "1.21.0";

/** Milliseconds for fetching a toolchain of some 70 MB. */
const fetchMilliseconds = 300_000;

/**
 * Path or name of a Go that is new enough: `TENANTRY_GO`, the PATH, then `places`; where all are older, one that an older
 * Go fetches as a module. Throws CommandError (3) that says what needs it and how to get it.
 */
export async function requireGo(
  neededFor: readonly string[],
  environment: NodeJS.ProcessEnv,
  places: readonly string[] = usualPlaces,
): Promise<string> {
  const candidates = [environment["TENANTRY_GO"], "go", ...places].filter((each) => each !== undefined);
  const seen: string[] = [];
  const fetching: string[] = [];
  for (const candidate of candidates) {
    const version = await goVersion(candidate, environment);
    if (version === null) continue;
    if (semver.gte(version, minimumGo)) return candidate;
    seen.push(`${candidate} is ${version}`);
    if (semver.gte(version, firstWithToolchains)) fetching.push(candidate);
  }
  for (const candidate of fetching) {
    const newer = await fetchedGo(candidate, environment);
    if (newer !== null) return newer;
  }
  const found = seen.length === 0 ? "none was found" : seen.join(", ");
  throw new CommandError(
    3,
    `Go ${minimumGo} or newer is needed to build ${neededFor.join(", ")}, which are neither installed nor downloadable here; ${found}.`,
    process.platform === "darwin"
      ? "Install it with: brew install go"
      : `Install it with: curl -fsSL https://go.dev/dl/go${minimumGo}.linux-${process.arch === "x64" ? "amd64" : process.arch}.tar.gz | sudo tar -C /usr/local -xz`,
  );
}

/** The Go that `go` fetches through the module proxy, checked against Go's checksum database, and keeps in its module cache. */
async function fetchedGo(go: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(go, ["env", "GOROOT"], {
      env: { ...goEnvironment(environment), GOTOOLCHAIN: `go${minimumGo}` },
      timeout: fetchMilliseconds,
    });
    const newer = join(stdout.trim(), "bin", "go");
    const version = await goVersion(newer, environment);
    return version !== null && semver.gte(version, minimumGo) ? newer : null;
  } catch {
    return null;
  }
}

async function goVersion(go: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(go, ["env", "GOVERSION"], {
      env: goEnvironment(environment),
      timeout: 10_000,
    });
    const version = semver.coerce(stdout.trim().replace(/^go/, ""));
    return version === null ? null : version.version;
  } catch {
    return null;
  }
}

/** The environment of every Go command: the person's proxies and caches, our flags, and no other Go than this one. */
export function goEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, CGO_ENABLED: "0", GOFLAGS: buildFlags.join(" "), GOTOOLCHAIN: "local", GOWORK: "off" };
}
