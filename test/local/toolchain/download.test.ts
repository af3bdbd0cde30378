import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { downloadRelease, findDigest } from "../../../local/toolchain/download.ts";
import { Network } from "../../../local/toolchain/network.ts";
import type { Release } from "../../../local/toolchain/recipe.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const platform = { os: "linux", arch: "amd64" };

/** Serves files on loopback; `null` never answers. Counts requests. */
async function serve(files: Readonly<Record<string, Buffer | string | null>>) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    requests.push(path);
    const content = files[path];
    if (content === null) return;
    response.writeHead(content === undefined ? 404 : 200).end(content);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as { port: number }).port}`, requests };
}

function releaseAt(base: string, member: string | null): Release {
  return {
    version: "1.0.0",
    url: () => `${base}/tool.bin`,
    checksumUrl: () => `${base}/sums`,
    member: member === null ? null : () => member,
  };
}

const digestOf = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

/** An archive with one program, its checksum, and a neighbour as real archives have them. */
function archiveWith(member: string): Readonly<Record<string, Buffer | string>> {
  const source = temporaryDirectory();
  mkdirSync(dirname(join(source, member)), { recursive: true });
  writeFileSync(join(source, member), "program");
  writeFileSync(join(source, "LICENSE"), "terms");
  const archive = execFileSync("tar", ["-czf", "-", "-C", source, "LICENSE", member]);
  return { "/tool.bin": archive, "/sums": digestOf(archive) };
}

test("a program with the right checksum is taken and can be run", async () => {
  const { base } = await serve({
    "/tool.bin": "program",
    "/sums": `${digestOf("other")}  other\n${digestOf("program")}  tool.bin\n`,
  });
  const directory = temporaryDirectory();
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", new Network(true))).toBe(true);
  expect(readFileSync(join(directory, "tool"), "utf8")).toBe("program");
  accessSync(join(directory, "tool"), constants.X_OK);
});

test.each([
  ["the engine's archive, whose folder has the program's name", "pulumi", "pulumi/pulumi"],
  ["a plugin's archive, with the program at top level", "pulumi-resource-random", "pulumi-resource-random"],
])("one program is taken out of %s", async (_name, name, member) => {
  const { base } = await serve(archiveWith(member));
  const directory = temporaryDirectory();
  expect(await downloadRelease(releaseAt(base, member), platform, directory, name, new Network(true))).toBe(true);
  expect(readFileSync(join(directory, name), "utf8")).toBe("program");
  accessSync(join(directory, name), constants.X_OK);
  expect(readdirSync(directory)).toEqual([name]);
});

test.each([
  ["a folder", "pulumi/pulumi", "pulumi"],
  ["not in the archive", "pulumi/other", "pulumi/pulumi"],
])("nothing is taken, and nothing left behind, when the member is %s", async (_name, packed, member) => {
  const { base } = await serve(archiveWith(packed));
  const directory = temporaryDirectory();
  expect(await downloadRelease(releaseAt(base, member), platform, directory, "pulumi", new Network(true))).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

test.each<[string, Readonly<Record<string, string>>]>([
  ["another checksum", { "/tool.bin": "program", "/sums": `${digestOf("forged")}  tool.bin` }],
  ["no checksum of this file", { "/tool.bin": "program", "/sums": `${digestOf("program")}  other.bin` }],
  ["no checksums", { "/tool.bin": "program" }],
  ["no such file", { "/sums": `${digestOf("program")}  tool.bin` }],
])("nothing is taken when there is %s", async (_name, files) => {
  const { base } = await serve(files);
  const directory = temporaryDirectory();
  const network = new Network(true);
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
  // The site answers, so the next tool is worth a try.
  expect(network.isOpen).toBe(true);
});

test("a closed network is waited for once", async () => {
  const { base, requests } = await serve({ "/sums": null });
  const network = new Network(true, { answerMilliseconds: 100 });
  const directory = temporaryDirectory();
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(requests).toEqual(["/sums"]);
  expect(existsSync(join(directory, "tool"))).toBe(false);
});

test.each(["/sums", "/tool.bin"])("a body that stops in the middle is given up: %s", async (stalling) => {
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    response.writeHead(200).write(path === "/sums" ? `${digestOf("program")}  tool.bin\n` : "prog");
    if (path !== stalling) response.end("ram");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const directory = temporaryDirectory();
  const network = new Network(true, { stallMilliseconds: 100 });
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(network.isOpen).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

test("an interruption ends a download with the signal's reason", async () => {
  const { base } = await serve({ "/sums": null });
  const interruption = new AbortController();
  const download = downloadRelease(
    releaseAt(base, null),
    platform,
    temporaryDirectory(),
    "tool",
    new Network(true),
    interruption.signal,
  );
  interruption.abort();
  await expect(download).rejects.toMatchObject({ name: "AbortError" });
});

test("a broken-off connection is no download, and no reason to fail", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" }).write("half a checksum", () => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  expect(await downloadRelease(releaseAt(base, null), platform, temporaryDirectory(), "tool", new Network(true))).toBe(
    false,
  );
});

test("checksum files come in two forms", () => {
  const [one, two] = ["a".repeat(64), "B".repeat(128)];
  expect(findDigest(`${one}  x.tar.gz\n${two} *y.tar.gz\n`, "y.tar.gz")).toBe("b".repeat(128));
  expect(findDigest(`${one}\n`, "anything")).toBe(one);
  expect(findDigest("<html>not found</html>", "x")).toBeNull();
});
