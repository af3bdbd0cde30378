import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { type LocalPaths, createLocalDirectories, toolCacheDirectory } from "../paths.ts";
import type { Reporter } from "../reporter.ts";
import { buildTool } from "./build.ts";
import { type CacheEntry, findCached, makeCached } from "./cache.ts";
import { downloadRelease } from "./download.ts";
import { type SearchOptions, explicitTool, installedTool, realDirectory } from "./found.ts";
import { requireGo } from "./go.ts";
import { Network } from "./network.ts";
import { hostPlatform, recipeHash } from "./recipe-hash.ts";
import type { Recipe, ToolName } from "./recipe.ts";
import { recipeOf } from "./recipes.ts";

export type { ToolName } from "./recipe.ts";

/** Where each requested tool is: a program, or a folder for what is only files, such as `gateway-api`. */
export type ToolPaths<Name extends ToolName = ToolName> = Readonly<Record<Name, string>>;

/** What the cluster consists of, in the order in which it is built. */
export const clusterPartTools = [
  "gateway-api",
  "network-policy-api",
  "kube",
  "kwok",
  "metrics-server",
] as const satisfies readonly ToolName[];

/** What `npm start` needs: the cluster, and Pulumi to update it. */
export const clusterTools = [
  ...clusterPartTools,
  "pulumi-language-nodejs",
  "pulumi",
  "pulumi-resource-random",
  "pulumi-resource-kubernetes",
] as const satisfies readonly ToolName[];

/** What a real node needs beside them; Linux only. */
export const realNodeTools = ["probe", "node", "kube-router", "coredns"] as const satisfies readonly ToolName[];

/** What upstream's tests of the real node's enforcer need beside that. */
export const conformanceTools = ["netpol-specs", "agnhost"] as const satisfies readonly ToolName[];

/** How to find tools. */
export interface EnsureToolsOptions {
  readonly paths: LocalPaths;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  /** Default: this process's. `TENANTRY_<TOOL>` names a tool, `TENANTRY_OFFLINE=1` skips downloads. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Finds each tool, or gets it: explicit setting, PATH and Pulumi's plugins, our cache, official download, build from Go
 * modules. Links those that belong on the PATH into `.tenantry/bin`.
 *
 * Builds run one after the other: Go keeps every core busy by itself, and two links at once need twice the memory.
 * Throws CommandError: 3 when a tool is neither there nor can be built, 1 when a build fails (its log is named). Throws the
 * signal's reason when it is aborted; what Go has compiled by then stays in its cache.
 */
export async function ensureTools<const Name extends ToolName>(
  names: readonly Name[],
  options: EnsureToolsOptions,
): Promise<ToolPaths<Name>> {
  const environment = options.environment ?? process.env;
  createLocalDirectories(options.paths);
  const finder = new Finder(options, environment);
  const paths = new Map<ToolName, string>();
  // The engine first: the language host that lies beside it is taken with it.
  const present: ToolName[] = [...names].sort((one, other) => Number(other === "pulumi") - Number(one === "pulumi"));
  for (const name of present) {
    const path = await finder.find(recipeOf(name), paths.get("pulumi"));
    if (path !== null) paths.set(name, path);
  }
  const missing = names.filter((name) => !paths.has(name));
  if (missing.length > 1) {
    options.reporter.note(
      `${missing.length} tools are not on this machine yet: ${missing.join(", ")}. They are downloaded or built once (some 20 minutes on 2 cores when all are built) and kept in ${finder.cache}.`,
    );
  }
  for (const name of missing) paths.set(name, await finder.obtain(recipeOf(name), missing));
  for (const [name, path] of paths) linkTool(options.paths, recipeOf(name), path);
  return Object.fromEntries(paths) as ToolPaths<Name>;
}

class Finder {
  readonly cache: string;
  readonly #options: EnsureToolsOptions;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #network: Network;

  constructor(options: EnsureToolsOptions, environment: NodeJS.ProcessEnv) {
    this.#options = options;
    this.#environment = environment;
    this.cache = toolCacheDirectory(environment);
    this.#network = new Network((environment["TENANTRY_OFFLINE"] ?? "") === "");
  }

  async find(recipe: Recipe, pulumi: string | undefined): Promise<string | null> {
    const search: SearchOptions = {
      environment: this.#environment,
      ownDirectory: this.#options.paths.bin,
      pulumiDirectory: pulumi === undefined ? undefined : realDirectory(pulumi),
    };
    return (
      explicitTool(recipe, this.#environment) ??
      (await installedTool(recipe, search)) ??
      (await findCached(this.#entry(recipe)))
    );
  }

  async obtain(recipe: Recipe, missing: readonly ToolName[]): Promise<string> {
    const { reporter, paths } = this.#options;
    const title = `${recipe.name} ${recipe.version} (${recipe.purpose})`;
    return await reporter.step(title, async (update) => {
      const produce = async (directory: string, signal: AbortSignal) => {
        if (recipe.kind === "program" && recipe.release !== null && this.#network.isOpen) {
          update("downloading");
          const done = await downloadRelease(
            recipe.release,
            hostPlatform(),
            directory,
            recipe.name,
            this.#network,
            signal,
          );
          if (done) return { content: recipe.name, source: "downloaded" as const };
        }
        const go = await requireGo(missing, this.#environment);
        mkdirSync(paths.toolLogs, { recursive: true, mode: 0o700 });
        const log = join(paths.toolLogs, `${recipe.name}.log`);
        rmSync(log, { force: true });
        await buildTool(recipe, directory, { go, environment: this.#environment, log, onProgress: update, signal });
        return { content: recipe.name, source: recipe.kind === "files" ? ("copied" as const) : ("built" as const) };
      };
      const onWait = () => update("waiting for another checkout that builds it");
      return await makeCached(this.#entry(recipe), produce, { onWait, signal: this.#options.signal });
    });
  }

  #entry(recipe: Recipe): CacheEntry {
    return { cache: this.cache, tool: recipe.name, hash: recipeHash(recipe), kind: recipe.kind };
  }
}

/** Points `.tenantry/bin/<tool>` at the tool, in one step, so that a running `pulumi` never misses it. */
function linkTool(paths: LocalPaths, recipe: Recipe, target: string): void {
  if (recipe.kind !== "program" || !recipe.onPath) return;
  const link = join(paths.bin, recipe.name);
  if (linkTarget(link) === target) return;
  const temporary = `${link}.${process.pid}`;
  rmSync(temporary, { force: true });
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

function linkTarget(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
