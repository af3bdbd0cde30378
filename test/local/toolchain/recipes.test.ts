import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import semver from "semver";
import { expect, test } from "vitest";

import { minimumGo, requireGo } from "../../../local/toolchain/go.ts";
import { clusterTools } from "../../../local/toolchain/index.ts";
import { recipeDirectory, recipeHash } from "../../../local/toolchain/recipe-hash.ts";
import { recipeOf, recipes } from "../../../local/toolchain/recipes.ts";
import { temporaryDirectory, writeProgram } from "../support/temporary.ts";

test.each(recipes.map((recipe) => recipe.name))(
  "%s is pinned: go.mod and go.sum are there, and Go is new enough",
  (name) => {
    const module = readFileSync(join(recipeDirectory({ name }), "go.mod"), "utf8");
    const line = /^go (\S+)$/m.exec(module)?.[1];
    expect(semver.gte(minimumGo, semver.coerce(line)?.version ?? "999.0.0")).toBe(true);
    // A module that needs no other has nothing to pin.
    if (!module.includes("require")) return;
    expect(readFileSync(join(recipeDirectory({ name }), "go.sum"), "utf8")).toContain("h1:");
  },
);

test("every tool of npm start has a recipe", () => {
  for (const name of clusterTools) expect(recipeOf(name).name).toBe(name);
});

test("the hash follows what is built and nothing else", () => {
  const recipe = recipeOf("pulumi-resource-random");
  const directory = join(temporaryDirectory(), "copy");
  cpSync(recipeDirectory(recipe), directory, { recursive: true });
  const before = recipeHash(recipe, directory);
  writeFileSync(join(directory, "more_test.go"), "package main\n");
  expect(recipeHash(recipe, directory)).toBe(before);
  expect(recipeHash(recipe, directory, { os: "plan9", arch: "amd64" })).not.toBe(before);
  writeFileSync(join(directory, "main.go"), "package main\n");
  expect(recipeHash(recipe, directory)).not.toBe(before);
});

test("without a Go that is new enough the error says which tools, which Go and how to get it", async () => {
  const directory = temporaryDirectory();
  const old = writeProgram(join(directory, "go"), "go1.22.1");
  const fresh = writeProgram(join(directory, "newer-go"), "go1.99.0");
  expect(await requireGo(["kube"], { PATH: directory, TENANTRY_GO: fresh })).toBe(fresh);
  const refusal = requireGo(["kube", "kwok"], { PATH: directory, TENANTRY_GO: old }, []);
  await expect(refusal).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/kube, kwok.* is 1\.22\.1/) as string,
    hint: expect.stringContaining("Install it with") as string,
  });
});

test("an older Go fetches the one that is needed, and a Go that cannot is refused", async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "fetched", "bin"), { recursive: true });
  const newer = writeProgram(join(directory, "fetched", "bin", "go"), `go${minimumGo}`);
  const old = join(directory, "go");
  const write = (fetching: string) =>
    writeFileSync(
      old,
      `#!/bin/sh\nif [ "$GOTOOLCHAIN" = go${minimumGo} ]; then ${fetching}; else echo go1.26.0; fi\n`,
      {
        mode: 0o755,
      },
    );
  write(`echo ${directory}/fetched`);
  expect(await requireGo(["kube"], { PATH: directory }, [])).toBe(newer);
  write("echo no network >&2; exit 1");
  await expect(requireGo(["kube"], { PATH: directory }, [])).rejects.toMatchObject({ exitCode: 3 });
});
