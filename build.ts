/**
 * Builds the package that other programs install: JavaScript with types in dist/, because Node does not strip types below
 * node_modules, and beside it the files that local/ reads at run time.
 */
import { cpSync, rmSync } from "node:fs";
import { extname, join } from "node:path";

import { execa } from "execa";

const project = import.meta.dirname;
const dist = join(project, "dist");

rmSync(dist, { recursive: true, force: true });
await execa("tsc", ["-p", "tsconfig.build.json"], { cwd: project, stdio: "inherit", preferLocal: true });
// The recipes of the tools and the configuration of the embedded cluster; what tsc has made of the rest stands there already.
cpSync(join(project, "local"), join(dist, "local"), { recursive: true, filter: (path) => extname(path) !== ".ts" });
// Style and script of the page that `plan --html` writes.
cpSync(join(project, "cli", "html", "client"), join(dist, "cli", "html", "client"), {
  recursive: true,
  filter: (path) => extname(path) !== ".json",
});
