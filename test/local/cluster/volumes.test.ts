import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { clusterVolumes, removeVolumes } from "../../../local/cluster/volumes.ts";
import { createLocalDirectories, localPaths } from "../../../local/paths.ts";
import { temporaryDirectory } from "../support/temporary.ts";

test("this cluster's volumes are removed, and nobody else's", () => {
  const root = join(temporaryDirectory(), "hostpath_pv");
  for (const name of ["mine", "other"]) {
    mkdirSync(join(root, name, "data"), { recursive: true });
    writeFileSync(join(root, name, "data", "file"), name);
  }
  expect(removeVolumes([join(root, "mine"), join(root, "gone")], root)).toEqual([join(root, "mine")]);
  expect(existsSync(join(root, "mine"))).toBe(false);
  expect(existsSync(join(root, "other", "data", "file"))).toBe(true);
});

test("a volume that names something else, or a link, is left alone", () => {
  const folder = temporaryDirectory();
  const root = join(folder, "hostpath_pv");
  const precious = join(folder, "precious");
  for (const path of [join(root, "mine"), precious]) mkdirSync(path, { recursive: true });
  writeFileSync(join(precious, "file"), "");
  symlinkSync(precious, join(root, "link"));
  symlinkSync(precious, join(root, "mine", "inner"));
  const hostile = [
    precious,
    root,
    `${root}/`,
    `${root}/..`,
    `${root}/../precious`,
    `${root}/link`,
    `${root}/link/file`,
  ];
  expect(removeVolumes(hostile, root)).toEqual([]);
  // A link inside a volume goes as a link.
  expect(removeVolumes([join(root, "mine")], root)).toEqual([join(root, "mine")]);
  expect(existsSync(join(precious, "file"))).toBe(true);
  symlinkSync(root, join(folder, "linked"));
  mkdirSync(join(root, "again"));
  expect(removeVolumes([join(folder, "linked", "again")], join(folder, "linked"))).toEqual([]);
});

test("volumes are remembered from the last answer; without one nobody knows them", async () => {
  const paths = localPaths(temporaryDirectory());
  createLocalDirectories(paths);
  expect(await clusterVolumes(paths)).toBeNull();
  writeFileSync(join(paths.cluster.directory, "volumes.json"), '["/tmp/hostpath_pv/one"]');
  expect(await clusterVolumes(paths)).toEqual(["/tmp/hostpath_pv/one"]);
  writeFileSync(join(paths.cluster.directory, "volumes.json"), "[");
  expect(await clusterVolumes(paths)).toBeNull();
});
