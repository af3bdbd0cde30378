/** The first file that runs in a clone, in a project of its own with an npm that only pretends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { expect, onTestFinished, test, vi } from "vitest";

const original = join(import.meta.dirname, "../../cli/bootstrap.mjs");

interface Project {
  readonly folder: string;
  /** One line per `npm ci`. */
  readonly installs: () => number;
}

/** A project whose npm takes a while, and whose program says hello, or what signals it got. */
function project(npm = 'echo run >> "$0.runs"; rm -rf node_modules; sleep 0.5; mkdir node_modules'): Project {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-bootstrap-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["cli", "bin"]) mkdirSync(join(folder, name));
  copyFileSync(original, join(folder, "cli", "bootstrap.mjs"));
  writeFileSync(join(folder, "package-lock.json"), "{}");
  writeFileSync(
    join(folder, "hello.ts"),
    'const word: string = "hello";\nconsole.log(word, ...process.argv.slice(2));\n',
  );
  writeFileSync(
    join(folder, "wait.ts"),
    `const seen: string[] = [];
for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => seen.push(name));
process.on("SIGTERM", () => setTimeout(() => { console.log(seen.join()); process.exit(7); }, 200));
setInterval(() => undefined, 1000);
console.log("ready");
`,
  );
  writeFileSync(join(folder, "bin", "npm"), `#!/bin/sh\n${npm}\n`);
  chmodSync(join(folder, "bin", "npm"), 0o755);
  const runs = join(folder, "bin", "npm.runs");
  return { folder, installs: () => (existsSync(runs) ? readFileSync(runs, "utf8").trim().split("\n").length : 0) };
}

function start(
  { folder }: Project,
  args: readonly string[],
  PATH = `${join(folder, "bin")}:/usr/bin:/bin`,
): ChildProcess {
  return spawn(process.execPath, [join(folder, "cli", "bootstrap.mjs"), ...args], {
    env: { PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finish(child: ChildProcess) {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { stdout, stderr, code };
}

test("two commands at once install the packages once, and both go on", async () => {
  const fresh = project();
  const both = await Promise.all([start(fresh, ["hello.ts", "a"]), start(fresh, ["hello.ts", "b"])].map(finish));
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(both.map(({ stdout }) => stdout)).toEqual(["hello a\n", "hello b\n"]);
  expect(fresh.installs()).toBe(1);
  expect((await finish(start(fresh, ["hello.ts"]))).stderr).toBe("");
  expect(fresh.installs()).toBe(1);
});

test("packages behind a link are somebody else's, and left alone", async () => {
  const linked = project();
  const theirs = join(linked.folder, "theirs");
  mkdirSync(theirs);
  writeFileSync(join(theirs, ".tenantry-installed"), "of another lockfile");
  symlinkSync(theirs, join(linked.folder, "node_modules"));
  const { code, stderr } = await finish(start(linked, ["hello.ts"]));
  expect(code).toBe(3);
  expect(stderr).toMatch(/node_modules is a link .*\n {2}why: .*\n {2}mend: rm /);
  expect(linked.installs()).toBe(0);
  expect(readFileSync(join(theirs, ".tenantry-installed"), "utf8")).toBe("of another lockfile");
});

test.each([
  ["a killed command", () => 2 ** 22 + 1, () => undefined],
  ["a number that was used again", () => process.pid, (lock: string) => ageOf(lock, 3600)],
])("the lock of %s is taken over", async (_name, pid, prepare) => {
  const fresh = project();
  const lock = join(fresh.folder, ".tenantry", "npm-ci.lock");
  mkdirSync(lock, { recursive: true });
  writeFileSync(join(lock, "processes"), `${pid()}`);
  prepare(lock);
  expect((await finish(start(fresh, ["hello.ts"]))).code).toBe(0);
  expect(fresh.installs()).toBe(1);
  expect(existsSync(lock)).toBe(false);
});

test("a living holder of the lock is waited for", async () => {
  const fresh = project();
  const lock = join(fresh.folder, ".tenantry", "npm-ci.lock");
  mkdirSync(lock, { recursive: true });
  writeFileSync(join(lock, "processes"), `${process.pid}`);
  const waiting = start(fresh, ["hello.ts"]);
  const [line] = (await once(waiting.stderr as NodeJS.ReadableStream, "data")) as [Buffer];
  expect(line.toString()).toContain("another command is installing the packages");
  expect(fresh.installs()).toBe(0);
  rmSync(lock, { recursive: true });
  expect((await finish(waiting)).code).toBe(0);
});

test("a failed install holds no lock and is not taken for done", async () => {
  const broken = project("exit 1");
  for (const attempt of [1, 2]) {
    const { code, stderr } = await finish(start(broken, ["hello.ts"]));
    expect(code, `attempt ${attempt}`).toBe(1);
    expect(stderr).toContain("`npm ci` failed");
  }
});

test("without npm the message says what is missing, why, and the command that installs it", async () => {
  const fresh = project();
  const { code, stderr } = await finish(start(fresh, ["hello.ts"], "/nowhere"));
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /npm was not found\n {2}why: .*\n {2}mend: .*(apt-get install|dnf install|brew install|curl|apk add) /,
  );
});

test("a signal to this process alone reaches the program once, and its exit code comes back", async () => {
  const fresh = project();
  const child = start(fresh, ["wait.ts"]);
  let stdout = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  await vi.waitUntil(() => stdout.includes("ready"), { timeout: 20_000 });
  child.kill("SIGINT");
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  expect(stdout.split("\n")[1]?.split(",").sort()).toEqual(["SIGINT", "SIGTERM"]);
  expect(code).toBe(7);
});

function ageOf(path: string, seconds: number): void {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(path, then, then);
}

test("a checkout where the lock cannot be written is told as such", async () => {
  const clone = project();
  writeFileSync(join(clone.folder, ".tenantry"), "");
  const { code, stderr } = await finish(start(clone, ["hello.ts"]));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^tenantry: cannot write .*\.tenantry: ENOTDIR.*\n {2}mend: .*\n$/);
  expect(clone.installs()).toBe(0);
});
