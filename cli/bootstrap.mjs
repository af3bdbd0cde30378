// The first file that runs in a fresh clone: plain JavaScript for Node >= 20, no packages. It installs the packages when
// they are missing or stale, then hands over to the TypeScript file named by its first argument, run by Node >= 22.18,
// which strips types by itself.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(project, "node_modules");
const marker = join(modules, ".tenantry-installed");
const MISSING_TOOL = 3;

/** Ends the process with a message for people: what is missing, why it is needed, the command that installs it. */
function missing(what, why, remedy) {
  process.stderr.write(`tenantry: ${what}\n  why: ${why}\n  mend: ${remedy}\n`);
  process.exit(MISSING_TOOL);
}

/** A command that installs a Node that is new enough for everything here, npm included. */
function installNode() {
  if (process.platform === "darwin") return "brew install node";
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  if (existsSync("/sbin/apk")) return `${sudo}apk add nodejs npm`;
  // Distributions often have an older Node; this is the official build, in a folder that is on everybody's PATH.
  const archive = `https://nodejs.org/dist/v22.23.3/node-v22.23.3-linux-${process.arch}.tar.gz`;
  return `curl -fsSL ${archive} | ${sudo}tar -C /usr/local -xz --strip-components=1`;
}

/** A command that installs npm beside a Node that came without it. */
function installNpm() {
  const sudo = process.getuid?.() === 0 ? "" : "sudo ";
  if (existsSync("/usr/bin/apt-get")) return `${sudo}apt-get update && ${sudo}apt-get install -y nodejs npm`;
  if (existsSync("/usr/bin/dnf")) return `${sudo}dnf install -y nodejs npm`;
  return installNode();
}

/** Whether a version string such as `v22.23.3` is at least `major.minor`. */
function atLeast(version, major, minor) {
  const [foundMajor = 0, foundMinor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

// `npm ci` empties node_modules first, so two at once, or one beside a half-finished one, leave a mixture of both.
const lock = join(project, ".tenantry", "npm-ci.lock");
const holder = join(lock, "processes");
/** Milliseconds after which a lock is taken over whoever seems to hold it: numbers of processes are used again. */
const LONGEST_INSTALL = 30 * 60 * 1000;

/** Records the processes of this install in the lock. Returns false when another command holds it. */
function takeLock() {
  const mine = `${lock}.${process.pid}`;
  try {
    mkdirSync(mine, { recursive: true, mode: 0o700 });
    writeFileSync(join(mine, "processes"), `${process.pid}`);
  } catch (error) {
    process.stderr.write(`tenantry: cannot write ${dirname(mine)}: ${error.message}\n`);
    process.stderr.write("  mend: run the command as the owner of the checkout, or in one that you can write to\n");
    process.exit(1);
  }
  try {
    // Renaming onto a folder with something in it fails, so the lock appears with its holder inside or not at all.
    renameSync(mine, lock);
    return true;
  } catch {
    rmSync(mine, { recursive: true, force: true });
    return false;
  }
}

/** Ends the hold in one step: a lock that is being emptied would look free to a rename, and then not be removable. */
function releaseLock() {
  const aside = `${lock}.released.${process.pid}`;
  renameSync(lock, aside);
  rmSync(aside, { recursive: true, force: true });
}

/** Moves the lock aside when its holder was killed. */
function clearDeadLock() {
  try {
    const seen = readFileSync(holder, "utf8");
    const young = Date.now() - statSync(lock).mtimeMs < LONGEST_INSTALL;
    if (young && seen.split(" ").some((pid) => isAlive(Number(pid)))) return;
    const aside = `${lock}.dead.${process.pid}`;
    renameSync(lock, aside);
    // Another command may have been quicker, and this is its fresh lock.
    if (readFileSync(join(aside, "processes"), "utf8") === seen) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, lock);
  } catch {
    // It was released meanwhile.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return error.code === "EPERM";
  }
}

async function installPackages() {
  const lockfile = createHash("sha256")
    .update(readFileSync(join(project, "package-lock.json")))
    .digest("hex");
  const isInstalled = () => existsSync(marker) && readFileSync(marker, "utf8") === lockfile;
  if (isInstalled()) return;
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    missing(
      "node_modules is a link to packages that are not those of package-lock.json",
      "`npm ci` would empty the folder behind the link, which is somebody else's",
      `rm ${modules}`,
    );
  }
  for (let told = false; !takeLock(); told = true) {
    if (!told) process.stderr.write("tenantry: another command is installing the packages; waiting for it\n");
    clearDeadLock();
    await sleep(200);
  }
  try {
    if (isInstalled()) return;
    process.stderr.write("tenantry: installing the packages of package-lock.json (about a minute, once)\n");
    await runNpmCi();
    // `npm ci` may end before it has written everything; the marker is only written after it has succeeded.
    writeFileSync(marker, lockfile);
  } finally {
    releaseLock();
  }
}

/** Runs `npm ci` to its end; ends this process, and the lock with it, when that fails. */
async function runNpmCi() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const install = spawn(npm, ["ci", "--loglevel=error"], { cwd: project, stdio: ["ignore", 2, "inherit"] });
  // npm goes on when this process alone is killed, so the lock names both.
  if (install.pid !== undefined) writeFileSync(holder, `${process.pid} ${install.pid}`);
  const stop = forwardSignals(install);
  const [code, error] = await new Promise((resolve) => {
    install.once("error", (reason) => resolve([1, reason]));
    install.once("close", (status, signal) => resolve([status ?? 128 + constants.signals[signal], null]));
  });
  stop();
  if (code === 0) return;
  releaseLock();
  if (error !== null) missing("npm was not found", "it installs the packages of package-lock.json", installNpm());
  if (code > 128) process.exit(code);
  process.stderr.write("tenantry: `npm ci` failed; its message is above. The same command goes on from here.\n");
  process.exit(1);
}

/**
 * Passes signals on, and lets the child decide when to end. Returns how to stop that.
 *
 * A terminal sends Ctrl-C to every process in front, the child and its `pulumi` included, and a second one would make a
 * child give up what it is finishing. So SIGINT is passed on only where no terminal can have sent it. The child is not
 * put into a group of its own instead, since it could not read from the terminal nor be stopped with Ctrl-Z then.
 */
function forwardSignals(child) {
  const forward = (signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  return () => signals.forEach((signal) => process.off(signal, forward));
}

/** A Node that strips types: this one if it is new enough, else the one that came as a package. */
function findNode() {
  if (atLeast(process.version, 22, 18)) return process.execPath;
  const packaged = join(modules, ".bin", "node");
  if (existsSync(packaged)) return packaged;
  return missing(
    `Node ${process.version} is too old and no packaged Node exists for ${process.platform}-${process.arch}`,
    "Pulumi's SDK and the type stripping that runs this program need Node >= 22.18",
    installNode(),
  );
}

// Whoever reads standard error may go away, as in `npm start 2>&1 | head`; nobody has asked the work to stop.
process.stderr.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});
if (!atLeast(process.version, 20, 0)) {
  missing(`Node ${process.version} is too old`, "npm packages of this project need Node >= 20", installNode());
}
await installPackages();
const node = findNode();
const [script, ...rest] = process.argv.slice(2);
const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(project, script), ...rest], {
  stdio: "inherit",
  env: { ...process.env, PATH: [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter) },
});
forwardSignals(child);
child.on("error", (error) => {
  process.stderr.write(`tenantry: ${node} cannot be started: ${error.message}\n  mend: rm -r ${modules}\n`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
});
