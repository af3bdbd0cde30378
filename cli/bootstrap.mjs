// The first file that runs in a fresh clone: plain JavaScript for Node >= 20, no packages. It installs the packages when
// they are missing or stale, then hands over to the TypeScript file named by its first argument, run by Node >= 22.18,
// which strips types by itself.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(project, "node_modules");
const marker = join(modules, ".tenantry-installed");
const MISSING_TOOL = 3;

/** Ends the process with a message for people: what is missing, why it is needed, how to get it. */
function missing(what, why, remedy) {
  process.stderr.write(`tenantry: ${what}\n  why: ${why}\n  mend: ${remedy}\n`);
  process.exit(MISSING_TOOL);
}

/** Whether a version string such as `v22.23.3` is at least `major.minor`. */
function atLeast(version, major, minor) {
  const [foundMajor = 0, foundMinor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

function installPackages() {
  const lockfile = createHash("sha256")
    .update(readFileSync(join(project, "package-lock.json")))
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === lockfile) return;
  process.stderr.write("tenantry: installing the packages of package-lock.json (about a minute, once)\n");
  // `npm ci` may end before it has written everything; the marker is only written after it has succeeded.
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const install = spawnSync(npm, ["ci", "--loglevel=error"], { cwd: project, stdio: ["ignore", 2, "inherit"] });
  if (install.error) {
    missing("npm was not found", "it installs the packages of package-lock.json", "install Node.js >= 20 with npm");
  }
  if (install.status !== 0) {
    process.stderr.write("tenantry: `npm ci` failed; its message is above. The same command goes on from here.\n");
    process.exit(1);
  }
  writeFileSync(marker, lockfile);
}

/** A Node that strips types: this one if it is new enough, else the one that came as a package. */
function findNode() {
  if (atLeast(process.version, 22, 18)) return process.execPath;
  const packaged = join(modules, ".bin", "node");
  if (existsSync(packaged)) return packaged;
  return missing(
    `Node ${process.version} is too old and no packaged Node exists for ${process.platform}-${process.arch}`,
    "Pulumi's SDK and the type stripping that runs this program need Node >= 22.18",
    "install Node.js >= 22.18 and run the command again",
  );
}

if (!atLeast(process.version, 20, 0)) {
  missing(`Node ${process.version} is too old`, "npm packages of this project need it", "install Node.js >= 20");
}
installPackages();
const node = findNode();
const [script, ...rest] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(project, script), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter) },
});
// A terminal sends Ctrl-C to the child too; what comes from elsewhere is passed on. The child decides when to end.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
