import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { explicitTool, installedTool, realDirectory } from "../../../local/toolchain/found.ts";
import { pluginVersion } from "../../../local/toolchain/plugin-version.ts";
import { recipeOf, settingOf } from "../../../local/toolchain/recipes.ts";
import { temporaryDirectory, writeProgram } from "../support/temporary.ts";

const kwok = recipeOf("kwok");

test("an explicit setting is taken as it is, and a wrong one is an error that names it", () => {
  const program = writeProgram(join(temporaryDirectory(), "my-kwok"), "anything");
  expect(settingOf("pulumi-resource-random")).toBe("TENANTRY_PULUMI_RESOURCE_RANDOM");
  expect(explicitTool(kwok, { TENANTRY_KWOK: program })).toBe(program);
  expect(explicitTool(kwok, {})).toBeNull();
  expect(() => explicitTool(kwok, { TENANTRY_KWOK: "/nowhere/kwok" })).toThrow(
    expect.objectContaining({
      exitCode: 3,
      message: expect.stringContaining("TENANTRY_KWOK names /nowhere/kwok") as string,
    }),
  );
});

test("the PATH is searched in order, and only a version that works is taken", async () => {
  const [old, right, own] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
  writeProgram(join(old, "kwok"), "kwok version v0.7.0");
  const good = writeProgram(join(right, "kwok"), "kwok version v0.8.3 go1.26 (linux/amd64)");
  writeProgram(join(own, "kwok"), "kwok version v0.8.0");
  const search = (PATH: string) => installedTool(kwok, { environment: { PATH }, ownDirectory: own });
  expect(await search(`${old}:${right}`)).toBe(good);
  expect(await search(old)).toBeNull();
  // Our own links are no discovery.
  expect(await search(own)).toBeNull();
  // A relative entry would depend on where the command is run.
  expect(await search(".")).toBeNull();
});

test("a program that fails to tell its version is not taken", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "kwok"), "#!/bin/sh\necho v0.8.0; exit 1\n", { mode: 0o755 });
  expect(await installedTool(kwok, { environment: { PATH: directory }, ownDirectory: "/own" })).toBeNull();
});

/** A program that serves GetPluginInfo as a provider does, or prints something else than a port. */
function writePlugin(directory: string, version: string, port = "server.address().port"): string {
  const path = join(directory, "pulumi-resource-kubernetes");
  const script = `#!${process.execPath}
const server = require("node:http2").createServer();
server.on("stream", (stream, headers) => {
  const version = Buffer.from(headers[":path"].endsWith("/GetPluginInfo") ? ${JSON.stringify(version)} : "");
  stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, version.length + 2, 10, version.length]), version]));
});
server.listen(0, "127.0.0.1", () => console.log(${port}));
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

test("a plugin on the PATH is asked for its version, and only one that works here is taken", async () => {
  const [old, silent, right] = [temporaryDirectory(), temporaryDirectory(), temporaryDirectory()];
  writePlugin(old, "4.20.0");
  writePlugin(silent, "4.34.2", "'no port'");
  const good = writePlugin(right, "v4.34.2");
  const search = (PATH: string) =>
    installedTool(recipeOf("pulumi-resource-kubernetes"), {
      environment: { PATH, PULUMI_HOME: "/nowhere" },
      ownDirectory: "/own",
    });
  expect(await search(`${old}:${silent}`)).toBeNull();
  expect(await search(`${old}:${silent}:${right}`)).toBe(good);
});

test("a plugin that ends at once, or cannot be run, has no version", async () => {
  const directory = temporaryDirectory();
  expect(await pluginVersion(writeProgram(join(directory, "ends"), "not a port"))).toBeNull();
  expect(await pluginVersion(join(directory, "missing"))).toBeNull();
});

test("the newest plugin in range among Pulumi's own is taken", async () => {
  const home = temporaryDirectory();
  for (const version of ["4.20.0", "4.21.2", "5.0.0", "3.1.0"]) {
    mkdirSync(join(home, "plugins", `resource-random-v${version}`), { recursive: true });
    writeProgram(join(home, "plugins", `resource-random-v${version}`, "pulumi-resource-random"), "");
  }
  // An interrupted installation leaves a folder without a program.
  mkdirSync(join(home, "plugins", "resource-random-v4.30.0"));
  const found = await installedTool(recipeOf("pulumi-resource-random"), {
    environment: { PATH: "", PULUMI_HOME: home },
    ownDirectory: "/own",
  });
  expect(found).toBe(join(home, "plugins", "resource-random-v4.21.2", "pulumi-resource-random"));
});

test("the language host is the one beside the engine that was taken, links followed", async () => {
  const [release, links] = [temporaryDirectory(), temporaryDirectory()];
  const pulumi = writeProgram(join(release, "pulumi"), "v3.259.0");
  const host = writeProgram(join(release, "pulumi-language-nodejs"), "");
  symlinkSync(pulumi, join(links, "pulumi"));
  const recipe = recipeOf("pulumi-language-nodejs");
  const search = { environment: { PATH: release }, ownDirectory: "/own" };
  expect(await installedTool(recipe, { ...search, pulumiDirectory: realDirectory(join(links, "pulumi")) })).toBe(host);
  expect(await installedTool(recipe, search)).toBeNull();
});
