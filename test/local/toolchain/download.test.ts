import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { Network, downloadRelease, findDigest } from "../../../local/toolchain/download.ts";
import type { Release } from "../../../local/toolchain/recipes.ts";
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

test("one program is taken out of an archive", async () => {
  const source = temporaryDirectory();
  mkdirSync(join(source, "pulumi"));
  writeFileSync(join(source, "pulumi", "pulumi"), "engine");
  const archive = execFileSync("tar", ["-czf", "-", "-C", source, "pulumi/pulumi"]);
  const { base } = await serve({ "/tool.bin": archive, "/sums": digestOf(archive) });
  const directory = temporaryDirectory();
  const release = releaseAt(base, "pulumi/pulumi");
  expect(await downloadRelease(release, platform, directory, "engine", new Network(true))).toBe(true);
  expect(readFileSync(join(directory, "engine"), "utf8")).toBe("engine");
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
  const network = new Network(true, 100);
  const directory = temporaryDirectory();
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(await downloadRelease(releaseAt(base, null), platform, directory, "tool", network)).toBe(false);
  expect(requests).toEqual(["/sums"]);
  expect(existsSync(join(directory, "tool"))).toBe(false);
});

test("checksum files come in two forms", () => {
  const [one, two] = ["a".repeat(64), "B".repeat(128)];
  expect(findDigest(`${one}  x.tar.gz\n${two} *y.tar.gz\n`, "y.tar.gz")).toBe("b".repeat(128));
  expect(findDigest(`${one}\n`, "anything")).toBe(one);
  expect(findDigest("<html>not found</html>", "x")).toBeNull();
});
