import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLocalDirectories, localPaths } from "../../local/paths.ts";
import { temporaryDirectory } from "./support/temporary.ts";

test("the folders are for their owner only, and Pulumi finds no place for its log of every operation", () => {
  const paths = localPaths(temporaryDirectory());
  createLocalDirectories(paths);
  createLocalDirectories(paths);
  for (const directory of [paths.root, paths.bin, paths.cluster.pki, paths.pulumi.state]) {
    expect(statSync(directory).mode & 0o777, directory).toBe(0o700);
  }
  expect(statSync(join(paths.pulumi.home, "logs")).isFile()).toBe(true);
});

test("logs that are there already stay", () => {
  const paths = localPaths(temporaryDirectory());
  mkdirSync(join(paths.pulumi.home, "logs"), { recursive: true });
  writeFileSync(join(paths.pulumi.home, "logs", "update.log"), "kept");
  createLocalDirectories(paths);
  expect(statSync(join(paths.pulumi.home, "logs", "update.log")).size).toBe(4);
});
