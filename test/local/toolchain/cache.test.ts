import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, test, vi } from "vitest";

import { type CacheEntry, findCached, makeCached } from "../../../local/toolchain/cache.ts";
import { bootIdentity } from "../../../local/toolchain/verification.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const options = { onWait: () => undefined };

function entryIn(cache: string): CacheEntry {
  return { cache, tool: "kwok", hash: "0123456789ab", kind: "program" };
}

function writing(content: string, calls: string[] = []) {
  return async (directory: string) => {
    calls.push(content);
    await sleep(30);
    writeFileSync(join(directory, "kwok"), content);
    return { content: "kwok", source: "built" as const };
  };
}

test("what was made is found, and made only once by two at the same time", async () => {
  const entry = entryIn(temporaryDirectory());
  const calls: string[] = [];
  expect(await findCached(entry)).toBeNull();
  const [one, other] = await Promise.all([
    makeCached(entry, writing("first", calls), options),
    makeCached(entry, writing("second", calls), options),
  ]);
  expect(one).toBe(other);
  expect(calls).toHaveLength(1);
  expect(await findCached(entry)).toBe(one);
});

test.each<[string, (file: string, directory: string) => void]>([
  ["another size", (file) => appendFileSync(file, "x")],
  [
    "another content of the same size",
    (file) => {
      writeFileSync(file, "SOUND");
      utimesSync(file, 1, 1);
    },
  ],
  ["no program", (file) => rmSync(file)],
  ["no manifest", (_file, directory) => rmSync(join(directory, "manifest.json"))],
  ["half a manifest", (_file, directory) => writeFileSync(join(directory, "manifest.json"), '{"recipe":')],
])("a damaged entry is noticed and made anew: %s", async (_name, damage) => {
  const entry = entryIn(temporaryDirectory());
  const file = await makeCached(entry, writing("sound"), options);
  damage(file, join(file, ".."));
  expect(await findCached(entry)).toBeNull();
  expect(readFileSync(await makeCached(entry, writing("again"), options), "utf8")).toBe("again");
});

test("an entry that was only touched is still good", async () => {
  const entry = entryIn(temporaryDirectory());
  const file = await makeCached(entry, writing("sound"), options);
  utimesSync(file, 1, 1);
  expect(await findCached(entry)).toBe(file);
});

/** Makes an entry, and has it verified once its file is older than the clock's ticks. */
async function verifiedEntry(): Promise<{
  readonly entry: CacheEntry;
  readonly file: string;
  readonly record: string;
}> {
  const entry = entryIn(temporaryDirectory());
  const file = await makeCached(entry, writing("sound"), options);
  const record = join(file, "..", "verified.json");
  // A whole second, which can be set again exactly.
  utimesSync(file, 1, 1);
  await vi.waitUntil(async () => (await findCached(entry)) === file && existsSync(record), { timeout: 10_000 });
  return { entry, file, record };
}

/** Changes the content, and neither the size nor the time of the last change that a program can set. */
function damageUnseen(file: string): void {
  writeFileSync(file, "SOUND");
  utimesSync(file, 1, 1);
}

test("damage that keeps size and time is noticed, also in an entry that was verified before", async () => {
  const { entry, file } = await verifiedEntry();
  const before = statSync(file);
  damageUnseen(file);
  const { size, mtimeMs } = statSync(file);
  expect({ size, mtimeMs }).toEqual({ size: before.size, mtimeMs: before.mtimeMs });
  expect(await findCached(entry)).toBeNull();
});

test("what was verified in an earlier boot is verified again, and in this boot only once", async () => {
  const { entry, file, record } = await verifiedEntry();
  damageUnseen(file);
  const { ino: inode, size, ctimeMs: changedMilliseconds } = statSync(file);
  const seen = { boot: bootIdentity(), inode, size, changedMilliseconds };
  writeFileSync(record, JSON.stringify({ ...seen, boot: "an earlier one" }));
  expect(await findCached(entry)).toBeNull();
  writeFileSync(record, JSON.stringify(seen));
  expect(await findCached(entry)).toBe(file);
});

test("a failed build leaves no entry, and a killed one's remains are removed", async () => {
  const cache = temporaryDirectory();
  const entry = entryIn(cache);
  const failing = async (directory: string) => {
    writeFileSync(join(directory, "kwok"), "half");
    return Promise.reject(new Error("no"));
  };
  await expect(makeCached(entry, failing, options)).rejects.toThrow("no");
  expect(readdirSync(cache)).toEqual([".locks"]);
  mkdirSync(join(cache, "kwok-0123456789ab.partial"));
  await makeCached(entry, writing("whole"), options);
  expect(existsSync(join(cache, "kwok-0123456789ab.partial"))).toBe(false);
});

test.each<[string, (folder: string) => void]>([
  ["a file less", (folder) => rmSync(join(folder, "one.yaml"))],
  ["a file more", (folder) => writeFileSync(join(folder, "three.yaml"), "3")],
  ["another content", (folder) => writeFileSync(join(folder, "deeper", "two.yaml"), "II")],
  ["another name", (folder) => renameSync(join(folder, "one.yaml"), join(folder, "once.yaml"))],
])("a damaged folder is noticed and made anew: %s", async (_name, damage) => {
  const entry: CacheEntry = { ...entryIn(temporaryDirectory()), kind: "files" };
  const copying = (directory: string) => {
    mkdirSync(join(directory, "kwok", "deeper"), { recursive: true });
    writeFileSync(join(directory, "kwok", "one.yaml"), "1");
    writeFileSync(join(directory, "kwok", "deeper", "two.yaml"), "2");
    return Promise.resolve({ content: "kwok", source: "copied" as const });
  };
  const folder = await makeCached(entry, copying, options);
  expect(await findCached(entry)).toBe(folder);
  damage(folder);
  expect(await findCached(entry)).toBeNull();
  await makeCached(entry, copying, options);
  expect(await findCached(entry)).toBe(folder);
});

test("a folder in place of a program is neither made nor found", async () => {
  const entry = entryIn(temporaryDirectory());
  const folder = (directory: string) => {
    mkdirSync(join(directory, "kwok"));
    return Promise.resolve({ content: "kwok", source: "built" as const });
  };
  await expect(makeCached(entry, folder, options)).rejects.toThrow("was to be one file");
  expect(await findCached(entry)).toBeNull();
  await makeCached({ ...entry, kind: "files" }, folder, options);
  expect(await findCached(entry)).toBeNull();
});
