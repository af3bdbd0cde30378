import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { CommandError, exitCodes } from "../local/command-error.ts";
import { InputError } from "../tenants/errors.ts";
import { planFleet, type Fleet } from "./inventory.ts";

/**
 * The environment as it was at a git ref, divided by the program of today; `null` where it did not exist then, or cannot be read by
 * today's rules. Throws a `CommandError` where git does not know the ref.
 */
export async function fleetAt(directory: string, environment: string, ref: string): Promise<Fleet | null> {
  const commit = resolveRef(directory, ref);
  const copy = mkdtempSync(join(tmpdir(), "tenantry-since-"));
  try {
    await extract(directory, commit, copy);
    return planFleet(copy, environment);
  } catch (error) {
    // Nothing can be compared with what was wrong by today's rules, so everything counts as changed.
    if (error instanceof InputError) return null;
    throw error;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Names of the stacks that are made of something else than before. */
export function changedStacks(now: Fleet, before: Fleet | null): ReadonlySet<string> {
  const known = new Map(before?.stacks.map(({ name, fingerprint }) => [name, fingerprint]));
  return new Set(now.stacks.filter(({ name, fingerprint }) => known.get(name) !== fingerprint).map(({ name }) => name));
}

function resolveRef(directory: string, ref: string): string {
  try {
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
    return execFileSync("git", args, { cwd: directory, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new CommandError(exitCodes.missing, "--changed-since needs git, and there is none on the PATH");
    }
    throw new CommandError(
      exitCodes.input,
      `git knows no commit ${JSON.stringify(ref)} here`,
      "fetch it first; in a workflow, check out with fetch-depth: 0",
    );
  }
}

/** Writes the project's folder as it was at a commit. Git archives the folder that it is run in. */
async function extract(directory: string, commit: string, into: string): Promise<void> {
  const archive = spawn("git", ["archive", "--format=tar", commit], {
    cwd: directory,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const tar = promisify(execFile)("tar", ["-xf", "-", "-C", into]);
  const { stdin } = tar.child;
  if (stdin !== null) archive.stdout.pipe(stdin);
  const code = new Promise<number | null>((resolve, reject) => {
    archive.once("error", reject);
    archive.once("close", resolve);
  });
  await tar;
  if ((await code) !== 0) throw new CommandError(exitCodes.failed, `git archive of ${commit} failed`);
}
