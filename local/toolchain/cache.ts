import { createHash } from "node:crypto";
import {
  type Stats,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";

import { z } from "zod";

import { withLock } from "../cluster/lock.ts";
import { isVerified, rememberVerified } from "./verification.ts";

const manifestSchema = z.object({
  recipe: z.string(),
  /** Name of the program or folder inside the entry. */
  content: z.string(),
  /** Bytes of a program; number of files in a folder. */
  size: z.number(),
  /** Of a program's content; of the names and contents of a folder's files. */
  sha256: z.string(),
  source: z.enum(["built", "downloaded", "copied"]),
});

/** What is known about a cache entry; lies beside it as `manifest.json`. */
export type Manifest = z.infer<typeof manifestSchema>;

/** One entry of the tool cache: a folder `<tool>-<recipe hash>` that holds the content and its manifest. */
export interface CacheEntry {
  readonly cache: string;
  readonly tool: string;
  readonly hash: string;
  /** What the content has to be: one regular file, or a folder of files. */
  readonly kind: "program" | "files";
}

function entryDirectory(entry: CacheEntry): string {
  return join(entry.cache, `${entry.tool}-${entry.hash}`);
}

/**
 * Path of the cached content, or `null` when there is none or it is damaged: it is not what the recipe makes, or its size
 * or checksum differ. The checksum of a program is computed once after each boot, and whenever the file was written since:
 * all of them together take a second or two. That of a folder always is, since its time says nothing about what lies in it.
 */
export async function findCached(entry: CacheEntry): Promise<string | null> {
  const directory = entryDirectory(entry);
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")));
    if (manifest.recipe !== entry.hash) return null;
    const content = join(directory, manifest.content);
    const status = lstatSync(content);
    if (!isKind(entry.kind, status)) return null;
    if (entry.kind === "program") {
      if (status.size !== manifest.size) return null;
      if (isVerified(directory, content)) return content;
    }
    if ((await measure(entry.kind, content)).sha256 !== manifest.sha256) return null;
    // As it was before it was read: what was written meanwhile is not what was verified.
    if (entry.kind === "program") rememberVerified(directory, status);
    return content;
  } catch {
    // No entry, or one whose manifest is missing or torn.
    return null;
  }
}

/**
 * Makes a cache entry with `produce`, which writes the content into the empty folder it is given and returns the name
 * of the content and how it came. Only a finished entry appears under its name, and only one process at a time makes it;
 * who waited takes what the other one made. `produce` has to end when its signal is aborted.
 */
export async function makeCached(
  entry: CacheEntry,
  produce: (
    directory: string,
    signal: AbortSignal,
  ) => Promise<{ readonly content: string; readonly source: Manifest["source"] }>,
  options: { readonly onWait: () => void; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const directory = entryDirectory(entry);
  const lock = join(entry.cache, ".locks", `${entry.tool}-${entry.hash}`);
  return await withLock(
    lock,
    options.onWait,
    async (signal) => {
      const made = await findCached(entry);
      if (made !== null) return made;
      const partial = `${directory}.partial`;
      // A build that was killed leaves its folder; nobody else can be using it, since we hold the lock.
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true, mode: 0o700 });
      try {
        const { content, source } = await produce(partial, signal);
        writeFileSync(
          join(partial, "manifest.json"),
          JSON.stringify(await describe(entry, partial, content, source), null, 2),
        );
        // A crash of the machine must not leave the name of a finished entry on content that never reached the disk.
        syncAll(partial);
        if (existsSync(directory)) rmSync(directory, { recursive: true, force: true });
        renameSync(partial, directory);
        sync(entry.cache);
        return join(directory, content);
      } finally {
        rmSync(partial, { recursive: true, force: true });
      }
    },
    options.signal,
  );
}

async function describe(
  entry: CacheEntry,
  directory: string,
  content: string,
  source: Manifest["source"],
): Promise<Manifest> {
  const path = join(directory, content);
  const status = lstatSync(path);
  if (!isKind(entry.kind, status)) {
    throw new Error(
      `${entry.tool} was to be ${entry.kind === "program" ? "one file" : "a folder"}, which ${path} is not`,
    );
  }
  const { size, sha256 } = await measure(entry.kind, path);
  return { recipe: entry.hash, content, size, sha256, source };
}

/** Writes a folder with everything in it to the disk. */
function syncAll(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) sync(join(entry.parentPath, entry.name));
  }
  sync(directory);
}

function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isKind(kind: CacheEntry["kind"], status: Stats): boolean {
  return kind === "program" ? status.isFile() : status.isDirectory();
}

async function measure(kind: CacheEntry["kind"], path: string): Promise<{ size: number; sha256: string }> {
  if (kind === "program") return { size: lstatSync(path).size, sha256: await sha256OfFile(path) };
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((file) => !file.isDirectory())
    .map((file) => relative(path, join(file.parentPath, file.name)))
    .sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0${await sha256OfFile(join(path, file))}\n`);
  return { size: files.length, sha256: hash.digest("hex") };
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256OfFile(path: string, algorithm: "sha256" | "sha512" = "sha256"): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
