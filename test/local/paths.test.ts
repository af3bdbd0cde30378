import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { CommandError } from "../../local/command-error.ts";
import { createLocalDirectories, localPaths } from "../../local/paths.ts";
import { asNobody } from "../tenants/support/nobody.ts";
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

test("a checkout that cannot be written is told as such, with what to do", () => {
  const checkout = temporaryDirectory();
  chmodSync(checkout, 0o555);
  let thrown: unknown;
  try {
    asNobody(() => createLocalDirectories(localPaths(checkout)));
  } catch (error) {
    thrown = error;
  }
  chmodSync(checkout, 0o755);
  expect(thrown).toBeInstanceOf(CommandError);
  const { exitCode, message, hint } = thrown as CommandError;
  expect(exitCode).toBe(1);
  expect(message).toMatch(
    /^cannot write .*\.tenantry, where the local environment keeps its files: EACCES: permission denied/,
  );
  expect(hint).toMatch(/checkout that you can write to/);
});
