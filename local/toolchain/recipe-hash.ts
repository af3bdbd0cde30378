import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Platform, Recipe } from "./recipe.ts";

/** Go's flags for every build: no machine paths in the program, go.mod and go.sum as committed. */
export const buildFlags = ["-trimpath", "-mod=readonly", "-buildvcs=false"] as const;

/** The platform that this program runs on, in Go's words. */
export function hostPlatform(): Platform {
  return {
    os: process.platform === "win32" ? "windows" : process.platform,
    arch: process.arch === "x64" ? "amd64" : process.arch,
  };
}

/** Folder of a recipe, with its go.mod, go.sum and perhaps main.go. */
export function recipeDirectory(recipe: Pick<Recipe, "name">): string {
  return fileURLToPath(new URL(`./${recipe.name}`, import.meta.url));
}

/** Files of a recipe that decide what is built. Tests do not. */
export function recipeFiles(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((file) => file === "go.mod" || file === "go.sum" || (file.endsWith(".go") && !file.endsWith("_test.go")))
    .sort();
}

/** Twelve hexadecimal digits that change with anything that changes what the recipe gives. */
export function recipeHash(recipe: Recipe, directory = recipeDirectory(recipe), platform = hostPlatform()): string {
  const hash = createHash("sha256");
  // JSON leaves the functions of a release out; its version stands for them.
  hash.update(JSON.stringify([recipe, platform, buildFlags]));
  for (const file of recipeFiles(directory)) hash.update(`\0${file}\0`).update(readFileSync(join(directory, file)));
  return hash.digest("hex").slice(0, 12);
}
