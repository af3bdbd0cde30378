import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, copyFileSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

import { CommandError } from "../command-error.ts";
import { goEnvironment } from "./go.ts";
import { recipeDirectory, recipeFiles } from "./recipe-hash.ts";
import type { FilesRecipe, ProgramRecipe, Recipe } from "./recipe.ts";

/** What a build needs besides its recipe. */
export interface BuildOptions {
  readonly go: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Everything that Go prints; named when the build fails. */
  readonly log: string;
  readonly onProgress: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Builds a program, or copies the files of a module, into `directory` under the tool's name. */
export async function buildTool(recipe: Recipe, directory: string, options: BuildOptions): Promise<void> {
  switch (recipe.kind) {
    case "program":
      await buildProgram(recipe, directory, options);
      return;
    case "files":
      await copyFiles(recipe, directory, options);
      return;
    default: {
      const unknown: never = recipe;
      throw new Error(`unknown recipe ${String(unknown)}`);
    }
  }
}

/**
 * Compiles in a copy of the recipe's folder, where files of a module can be added. Go keeps every compiled package in
 * its own cache, so a build that was interrupted goes on where it was.
 */
async function buildProgram(recipe: ProgramRecipe, directory: string, options: BuildOptions): Promise<void> {
  const source = recipeDirectory(recipe);
  const work = mkdtempSync(join(tmpdir(), "tenantry-build-"));
  try {
    for (const file of recipeFiles(source)) copyFileSync(join(source, file), join(work, file));
    for (const { module, path } of recipe.moduleFiles) {
      const file = join(work, basename(path));
      copyFileSync(join(await moduleDirectory(recipe, module, work, options), path), file);
      // Files of the module cache are read-only, and so would be their copies.
      chmodSync(file, 0o644);
    }
    const stamps = Object.entries(recipe.stamps).map(([variable, value]) => `-X ${variable}=${value}`);
    const start = Date.now();
    let packages = 0;
    await runGo(
      recipe,
      [
        "build",
        "-v",
        "-ldflags",
        ["-s", "-w", ...stamps].join(" "),
        "-o",
        join(directory, recipe.name),
        recipe.package,
      ],
      work,
      options,
      {
        onError: () => packages++,
        onTick: () => options.onProgress(`(${packages} packages, ${Math.round((Date.now() - start) / 1000)} s)`),
      },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function copyFiles(recipe: FilesRecipe, directory: string, options: BuildOptions): Promise<void> {
  const source = join(await moduleDirectory(recipe, recipe.module, recipeDirectory(recipe), options), recipe.directory);
  const target = join(directory, recipe.name);
  cpSync(source, target, { recursive: true });
  chmodSync(target, 0o755);
}

/** Folder of a module in Go's cache, downloaded and checked against go.sum. */
async function moduleDirectory(recipe: Recipe, module: string, work: string, options: BuildOptions): Promise<string> {
  const lines: string[] = [];
  await runGo(recipe, ["mod", "download", "-json", module], work, options, { onOutput: (line) => lines.push(line) });
  const answer = JSON.parse(lines.join("\n")) as { readonly Dir: string };
  return answer.Dir;
}

/** Milliseconds that Go has to end and to remove what it has written halfway. */
const graceMilliseconds = 5_000;

/** Ends Go and everything it has started. A group lives until its last member has ended, so its number is ours till then. */
async function endGroup(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended.
    }
  };
  signalGroup("SIGINT");
  const late = new AbortController();
  const isOver = closed.then(
    () => true,
    () => true,
  );
  const isLate = sleep(graceMilliseconds, false, { signal: late.signal }).catch(() => true);
  if (!(await Promise.race([isOver, isLate]))) signalGroup("SIGKILL");
  late.abort();
}

interface GoListeners {
  readonly onOutput?: (line: string) => void;
  readonly onError?: (line: string) => void;
  readonly onTick?: () => void;
}

async function runGo(
  recipe: Recipe,
  args: readonly string[],
  work: string,
  options: BuildOptions,
  listeners: GoListeners,
): Promise<void> {
  const log = createWriteStream(options.log, { flags: "a", mode: 0o600 });
  const ticker = setInterval(() => listeners.onTick?.(), 1000);
  try {
    options.signal?.throwIfAborted();
    const child = spawn(options.go, args, {
      cwd: work,
      // What Go writes while it compiles goes with the folder, even when it is killed.
      env: { ...goEnvironment(options.environment), GOTMPDIR: work },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that an interruption ends the compilers and linkers that Go has started as well.
      detached: true,
    });
    const closed = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    const onAbort = () => void endGroup(child, closed);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    createInterface(child.stdout).on("line", (line) => listeners.onOutput?.(line));
    createInterface(child.stderr).on("line", (line) => {
      log.write(`${line}\n`);
      listeners.onError?.(line);
    });
    const code = await closed.finally(() => options.signal?.removeEventListener("abort", onAbort));
    options.signal?.throwIfAborted();
    if (code === 0) return;
  } finally {
    clearInterval(ticker);
    await new Promise<void>((resolve) => log.end(resolve));
  }
  const tail = readFileSync(options.log, "utf8").trimEnd().split("\n").slice(-6).join("\n");
  throw new CommandError(
    1,
    `${recipe.name} ${recipe.version} could not be built; Go's last lines:\n${tail}`,
    `Everything Go printed is in ${options.log}. The same command goes on from where the build stopped.`,
  );
}
