import { execFile } from "node:child_process";
import { chmodSync, createWriteStream, lstatSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

import { sha256OfFile } from "./cache.ts";
import type { Network } from "./network.ts";
import type { Platform, Release } from "./recipe.ts";

/**
 * Downloads an official release into `directory` as `name` and checks it against its published checksum. Returns false,
 * and leaves nothing in `directory`, when that is not possible for whatever reason: the caller then builds instead.
 */
export async function downloadRelease(
  release: Release,
  platform: Platform,
  directory: string,
  name: string,
  network: Network,
  signal?: AbortSignal,
): Promise<boolean> {
  const url = release.url(platform);
  const checksums = await network.get(release.checksumUrl(platform), text, signal);
  const digest = checksums === null ? null : findDigest(checksums, basename(new URL(url).pathname));
  if (digest === null) return false;
  const file = join(directory, `${name}.download`);
  // A folder of its own: a member such as `pulumi/pulumi` begins with a folder that has the name of the program.
  const unpacked = join(directory, `${name}.unpacked`);
  try {
    const save = async (body: AsyncIterable<Uint8Array>) => {
      await pipeline(body, createWriteStream(file), { signal });
      return true;
    };
    if ((await network.get(url, save, signal)) === null) return false;
    if ((await sha256OfFile(file, digest.length === 128 ? "sha512" : "sha256")) !== digest) return false;
    const program = release.member === null ? file : await unpack(file, unpacked, release.member(platform), signal);
    if (!lstatSync(program).isFile()) return false;
    chmodSync(program, 0o755);
    renameSync(program, join(directory, name));
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  } finally {
    rmSync(file, { force: true });
    rmSync(unpacked, { recursive: true, force: true });
  }
}

async function unpack(archive: string, directory: string, member: string, signal?: AbortSignal): Promise<string> {
  mkdirSync(directory, { mode: 0o700 });
  await promisify(execFile)("tar", ["-xzf", archive, "-C", directory, member], { signal });
  return join(directory, member);
}

/** The digest of `file` in a checksum text: a line `<digest>  <file>`, or a text that is nothing but a digest. */
export function findDigest(text: string, file: string): string | null {
  const digest = /^[0-9a-f]{64}(?:[0-9a-f]{64})?$/i;
  for (const line of text.split("\n")) {
    const [first = "", second] = line.trim().split(/\s+\*?/);
    if (digest.test(first) && (second === undefined || basename(second) === file)) return first.toLowerCase();
  }
  return null;
}
