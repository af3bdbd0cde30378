/** The way from a download that fails to a build, with a site and a Go that only pretend. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, test, vi } from "vitest";

import { processStartTime } from "../../../local/cluster/process-identity.ts";
import { localPaths } from "../../../local/paths.ts";
import { silentReporter as reporter } from "../../../local/reporter.ts";
import { ensureTools } from "../../../local/toolchain/index.ts";
import { minimumGo } from "../../../local/toolchain/go.ts";
import { temporaryDirectory } from "../support/temporary.ts";

afterEach(() => void vi.unstubAllGlobals());

/** A Go that says its version, and "builds" by writing where `-o` points. */
function pretendedGo(directory: string): string {
  const go = join(directory, "go");
  const script = `#!/bin/sh
if [ "$1" = env ]; then echo go${minimumGo}; exit; fi
while [ "$1" != -o ]; do shift; done
printf built > "$2"
`;
  writeFileSync(go, script, { mode: 0o755 });
  return go;
}

/** Answers as Pulumi's release site would, with an archive that holds `member`. */
function serveRelease(directory: string, member: string): string[] {
  mkdirSync(join(directory, member, ".."), { recursive: true });
  writeFileSync(join(directory, member), "downloaded");
  const archive = execFileSync("tar", ["-czf", "-", "-C", directory, member]);
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const name = asked.length === 1 ? "" : url.split("/").at(-1);
    if (name !== "") return Promise.resolve(new Response(new Uint8Array(archive)));
    // The checksums name the archive that will be asked for, which only the recipe knows: a bare digest fits any.
    return Promise.resolve(new Response(createHash("sha256").update(archive).digest("hex")));
  });
  return asked;
}

function environmentIn(directory: string): NodeJS.ProcessEnv {
  return { PATH: "", HOME: directory, XDG_CACHE_HOME: join(directory, "cache"), TENANTRY_GO: pretendedGo(directory) };
}

test("the engine is downloaded where the release can be had", async () => {
  const directory = temporaryDirectory();
  const asked = serveRelease(join(directory, "release"), "pulumi/pulumi");
  const options = { paths: localPaths(directory), reporter, environment: environmentIn(directory) };
  const { pulumi } = await ensureTools(["pulumi"], options);
  expect(readFileSync(pulumi, "utf8")).toBe("downloaded");
  expect(readFileSync(join(directory, ".tenantry", "bin", "pulumi"), "utf8")).toBe("downloaded");
  expect(await ensureTools(["pulumi"], options)).toEqual({ pulumi });
  expect(asked).toHaveLength(2);
});

test.each(["pulumi/pulumi/unexpected", "pulumi/other"])(
  "an archive with %s in place of the engine is no use: it is built, as one file",
  async (member) => {
    const directory = temporaryDirectory();
    serveRelease(join(directory, "release"), member);
    const options = { paths: localPaths(directory), reporter, environment: environmentIn(directory) };
    const { pulumi } = await ensureTools(["pulumi"], options);
    expect(lstatSync(pulumi).isFile()).toBe(true);
    expect(readFileSync(pulumi, "utf8")).toBe("built");
    expect(await ensureTools(["pulumi"], options)).toEqual({ pulumi });
  },
);

test("an interrupted build ends Go with all it has started, says so as an interruption, and leaves nothing", async () => {
  const directory = temporaryDirectory();
  const pids = join(directory, "pids");
  const go = join(directory, "go");
  const script = `#!/bin/bash
if [ "$1" = env ]; then echo go${minimumGo}; exit; fi
sleep 600 & echo $! $GOTMPDIR > ${pids}
trap 'echo interrupted >&2; sleep 0.3; echo tidied > ${pids}.tidy; exit 1' INT
wait; wait
`;
  writeFileSync(go, script, { mode: 0o755 });
  const interruption = new AbortController();
  const environment = {
    PATH: "/usr/bin:/bin",
    XDG_CACHE_HOME: join(directory, "cache"),
    TENANTRY_GO: go,
    TENANTRY_OFFLINE: "1",
  };
  const options = { paths: localPaths(directory), reporter, environment, signal: interruption.signal };
  const build = ensureTools(["kube"], options);
  const started = vi.waitUntil(() => existsSync(pids) && readFileSync(pids, "utf8").endsWith("\n"), {
    timeout: 10_000,
  });
  void started.then(() => interruption.abort());
  await expect(build).rejects.toMatchObject({ name: "AbortError" });
  const [compiler, work] = readFileSync(pids, "utf8").trim().split(" ");
  expect(existsSync(`${pids}.tidy`)).toBe(true);
  expect(existsSync(work as string)).toBe(false);
  expect(processStartTime(Number(compiler))).toBeNull();
  expect(readdirSync(join(directory, "cache", "tenantry", "tools"))).toEqual([".locks"]);
});
