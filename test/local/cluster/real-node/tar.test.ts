import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { type TarEntry, tar } from "../../../../local/cluster/real-node/tar.ts";

const text = (size: number) => Buffer.alloc(size, "x");
const file = (path: string, size: number, mode = 0o755): TarEntry => ({
  path,
  mode,
  content: { kind: "file", bytes: text(size) },
});

test("the system's own tar reads the archive: names, modes, sizes, links, and contents of every odd length", () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantry-tar-"));
  try {
    const entries: readonly TarEntry[] = [
      { path: "bin", mode: 0o755, content: { kind: "directory" } },
      { path: "tmp", mode: 0o1777, content: { kind: "directory" } },
      ...[0, 1, 511, 512, 513].map((size) => file(`bin/f${size}`, size)),
      { path: "bin/sh", mode: 0o777, content: { kind: "link", target: "f1" } },
    ];
    const archive = join(folder, "a.tar");
    writeFileSync(archive, tar(entries));
    const listed = execFileSync("tar", ["--numeric-owner", "-tvf", archive], { encoding: "utf8" });
    expect(
      listed
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +\d{4}-\S+ \S+ /, " ").replace(/ +/g, " ")),
    ).toEqual([
      "drwxr-xr-x 0/0 0 bin",
      "drwxrwxrwt 0/0 0 tmp",
      ...[0, 1, 511, 512, 513].map((size) => `-rwxr-xr-x 0/0 ${size} bin/f${size}`),
      "lrwxrwxrwx 0/0 0 bin/sh -> f1",
    ]);
    execFileSync("tar", ["-xf", archive, "-C", folder]);
    for (const size of [0, 1, 511, 512, 513]) {
      expect(readFileSync(join(folder, "bin", `f${size}`))).toEqual(text(size));
    }
    expect(readFileSync(join(folder, "bin", "sh"))).toEqual(text(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("equal entries give equal bytes, and a path that has no room is refused", () => {
  expect(tar([file("a", 3)]).equals(tar([file("a", 3)]))).toBe(true);
  expect(tar([file("a", 3)]).equals(tar([file("a", 3, 0o644)]))).toBe(false);
  expect(() => tar([file("a".repeat(101), 1)])).toThrow("too long for an archive");
});
