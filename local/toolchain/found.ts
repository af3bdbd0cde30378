import { execFile } from "node:child_process";
import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import semver from "semver";

import { CommandError } from "../command-error.ts";
import { pluginVersion } from "./plugin-version.ts";
import type { ProgramRecipe, Recipe } from "./recipe.ts";
import { settingOf } from "./recipes.ts";

/** Where to look for installed programs. */
export interface SearchOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Our own links: what is found there was found before, by us. */
  readonly ownDirectory: string;
  /** Folder of the `pulumi` that was taken, once that is known. */
  readonly pulumiDirectory?: string | undefined;
}

/** Milliseconds a program may take to say its version. */
const versionMilliseconds = 10_000;

/** The tool that the person named by `TENANTRY_<TOOL>`, or `null`. Throws when it is named but not there. */
export function explicitTool(recipe: Recipe, environment: NodeJS.ProcessEnv): string | null {
  const setting = settingOf(recipe.name);
  const path = environment[setting];
  if (path === undefined || path === "") return null;
  const usable = recipe.kind === "files" ? isDirectory(path) : isExecutable(path);
  if (usable) return path;
  throw new CommandError(
    3,
    `${setting} names ${path}, which is not ${recipe.kind === "files" ? "a folder" : "a program that can be run"}.`,
    `Correct ${setting}, or unset it so that ${recipe.name} is found or built.`,
  );
}

/** An installed program of a version that works here, or `null`. */
export async function installedTool(recipe: Recipe, options: SearchOptions): Promise<string | null> {
  if (recipe.kind === "files") return null;
  if (recipe.name === "pulumi-language-nodejs") return languageHost(options);
  for (const directory of searchPath(options)) {
    const path = join(directory, recipe.name);
    if (isExecutable(path) && (await isAcceptable(recipe, path))) return path;
  }
  return recipe.pluginRange === null ? null : installedPlugin(recipe.name, recipe.pluginRange, options.environment);
}

/** The language host tells no version; the one that lies beside the engine we take belongs to it. */
function languageHost(options: SearchOptions): string | null {
  if (options.pulumiDirectory === undefined) return null;
  const path = join(options.pulumiDirectory, "pulumi-language-nodejs");
  return isExecutable(path) ? path : null;
}

function searchPath(options: SearchOptions): readonly string[] {
  const own = resolved(options.ownDirectory);
  return (options.environment["PATH"] ?? "")
    .split(":")
    .filter((entry) => entry.startsWith("/") && resolved(entry) !== own);
}

/** `.tenantry/bin` comes first on the PATH that Pulumi gets, so a plugin of a version that does not work here is not used. */
async function isAcceptable(recipe: ProgramRecipe, path: string): Promise<boolean> {
  if (recipe.pluginRange !== null) return inRange(await pluginVersion(path), recipe.pluginRange);
  if (recipe.versionCheck === null) return false;
  return inRange(await versionOf(path, recipe.versionCheck.args), recipe.versionCheck.range);
}

function inRange(version: string | null, range: string): boolean {
  return version !== null && semver.satisfies(version, range);
}

/** The first version number that a program prints, or `null` when it prints none or fails. */
export async function versionOf(path: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(path, [...args], {
      timeout: versionMilliseconds,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const match = /v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(`${stdout}\n${stderr}`);
    return match?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The newest plugin in range among those that `pulumi plugin install` has put into its home. */
function installedPlugin(name: string, range: string, environment: NodeJS.ProcessEnv): string | null {
  const home = environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const prefix = `${name.replace("pulumi-", "")}-v`;
  const versions = readFolder(join(home, "plugins"))
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => entry.slice(prefix.length))
    .filter(
      (version) => semver.satisfies(version, range) && isExecutable(join(home, "plugins", prefix + version, name)),
    );
  const newest = semver.maxSatisfying(versions, range);
  return newest === null ? null : join(home, "plugins", prefix + newest, name);
}

/** Folder of a program after following links: the language host lies beside the real `pulumi`. */
export function realDirectory(path: string): string {
  return dirname(resolved(path));
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function readFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
