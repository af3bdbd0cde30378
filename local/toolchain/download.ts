import { execFile } from "node:child_process";
import { chmodSync, createWriteStream, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { promisify } from "node:util";

import { sha256OfFile } from "./cache.ts";
import type { Platform, Release } from "./recipes.ts";

/** Remembers within one run whether the download sites can be reached, so that a closed network is waited for once. */
export class Network {
  #open: boolean;
  readonly #answerMilliseconds: number;

  /** `answerMilliseconds`: how long the first answer of a site may take. */
  constructor(open: boolean, answerMilliseconds = 3_000) {
    this.#open = open;
    this.#answerMilliseconds = answerMilliseconds;
  }

  /** Whether it is worth asking. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** GET, or `null` when the site cannot be reached (then none will be asked again) or does not have the file. */
  async get(url: string, signal?: AbortSignal): Promise<Response | null> {
    if (!this.#open) return null;
    const tooLate = new AbortController();
    const timer = setTimeout(() => tooLate.abort(), this.#answerMilliseconds);
    try {
      const signals = signal === undefined ? [tooLate.signal] : [tooLate.signal, signal];
      const response = await fetch(url, { signal: AbortSignal.any(signals) });
      return response.ok ? response : null;
    } catch {
      signal?.throwIfAborted();
      this.#open = false;
      return null;
    } finally {
      // The body may take as long as it needs; only the answer's beginning is timed.
      clearTimeout(timer);
    }
  }
}

/**
 * Downloads an official release into `directory` as `name` and checks it against its published checksum. Returns false
 * when that is not possible for whatever reason: the caller then builds instead.
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
  const checksums = await network.get(release.checksumUrl(platform), signal);
  if (checksums === null) return false;
  const digest = findDigest(await checksums.text(), basename(new URL(url).pathname));
  if (digest === null) return false;
  const response = await network.get(url, signal);
  if (response?.body === null || response === null) return false;
  const file = join(directory, `${name}.download`);
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream<Uint8Array>), createWriteStream(file), { signal });
    if ((await sha256OfFile(file, digest.length === 128 ? "sha512" : "sha256")) !== digest) return false;
    if (release.member === null) {
      renameSync(file, join(directory, name));
    } else {
      const member = release.member(platform);
      await promisify(execFile)("tar", ["-xzf", file, "-C", directory, member]);
      renameSync(join(directory, member), join(directory, name));
    }
    chmodSync(join(directory, name), 0o755);
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  } finally {
    rmSync(file, { force: true });
  }
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
